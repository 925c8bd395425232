"""The server: one Voilà application, its pages for joining, and the kernels behind the screens."""

from .address import qr_svg, room_address
from .app import Server, make_app, routes, run
from .config import ServerConfig

__all__ = ["Server", "ServerConfig", "make_app", "qr_svg", "room_address", "routes", "run"]
