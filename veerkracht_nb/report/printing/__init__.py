"""Maps for the wall: vector PDF with everything that belongs to the map on the sheet."""

from .maps import print_maps
from .paper import SHEETS
from .styles import PALETTES

__all__ = ["PALETTES", "SHEETS", "print_maps"]
