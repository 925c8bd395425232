"""What the server promises to phones that are gone without a word."""

from __future__ import annotations

from veerkracht_nb.serve.config import ServerConfig
from veerkracht_nb.serve.draad import PING_SECONDS, PONG_SECONDS
from veerkracht_nb.serve.kernels import SWEEP_SECONDS


def test_the_seat_of_a_phone_that_vanished_is_free_within_a_minute() -> None:
    assert PONG_SECONDS < PING_SECONDS, "tornado waits no longer for an answer than until its next question"
    assert PING_SECONDS + PONG_SECONDS + ServerConfig().grace_seconds + SWEEP_SECONDS <= 60
