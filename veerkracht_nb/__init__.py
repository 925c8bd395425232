"""Interactive notebooks for facilitated sessions about the resilience of Dutch neighbourhoods."""
