"""``python -m veerkracht_nb.cli``."""

from . import main

main()
