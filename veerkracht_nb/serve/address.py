"""The address that phones in the room use, and its QR code."""

from __future__ import annotations

import io
import socket

import segno


def lan_address() -> str:
    """Return the IP address of this machine in the network it is in, or ``"127.0.0.1"`` without a network.

    No packet is sent: connecting a datagram socket only makes the system choose the outgoing interface.
    """
    # The first is never routed over the internet; the second helps where only a default route exists.
    for probe in ("10.255.255.255", "192.0.2.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect((probe, 9))
                address = str(sock.getsockname()[0])
            except OSError:
                continue
        if not address.startswith(("127.", "0.")):
            return address
    return "127.0.0.1"


def room_address(port: int, host: str = "") -> str:
    """Return the address that other devices in the room use, without a slash at the end.

    Parameters
    ----------
    port : int
    host : str
        What the server listens on; empty, ``0.0.0.0`` or ``::`` means every interface.
    """
    name = lan_address() if host in ("", "0.0.0.0", "::") else host
    return f"http://{name}:{port}"


def qr_svg(url: str) -> str:
    """Return an inline SVG of the QR code of `url`, black on white with the quiet zone scanners need."""
    buffer = io.BytesIO()
    segno.make(url, error="m").save(
        buffer,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        border=4,
        dark="#000",
        light="#fff",
        omitsize=True,
    )
    return buffer.getvalue().decode()
