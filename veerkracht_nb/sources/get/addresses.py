"""Which addresses may be asked: https, and after a redirect only hosts of the same publisher."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urljoin, urlsplit

from .errors import FetchError


def with_query(address: str, query: Mapping[str, str | int]) -> str:
    """Return `address` with a query; a space becomes ``%20``, for OData does not promise to read ``+``."""
    return f"{address}?{urlencode(query, quote_via=quote, safe=_SAFE)}" if query else address


_SAFE = "$',()/:"


def host_of(address: str) -> str:
    """Return the host of an address, as the user must see it."""
    return urlsplit(address).hostname or address[:60]


def publisher_of(address: str) -> str:
    """Return the part of the host that names its owner (``pdok.nl``); with port for a numeric host."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower().rstrip(".")
    if host == "localhost" or _loopback(host):
        return f"{host}:{parts.port}"
    return ".".join(host.split(".")[-2:])


def check_address(address: str, *, asked: str) -> str:
    """Return `address`, reached from `asked`, if it may be asked.

    Raises
    ------
    FetchError
        If it is not https (http is for this machine only), has credentials, or is of another publisher.
    """
    parts = urlsplit(address)
    here = _loopback((parts.hostname or "").lower()) or parts.hostname == "localhost"
    secure = parts.scheme == "https" or (parts.scheme == "http" and here)
    if not secure or parts.username or not parts.hostname:
        raise _refused(address, asked, "een adres dat met https begint")
    if publisher_of(address) != publisher_of(asked):
        raise _refused(address, asked, f"een adres van {publisher_of(asked)}")
    return address


def joined(asked: str, location: str) -> str:
    """Return where a redirect or link leads, checked as in :func:`check_address`."""
    return check_address(urljoin(asked, location), asked=asked)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(address: str, asked: str, expected: str) -> FetchError:
    return FetchError(
        f"{host_of(asked)} verwijst door naar een adres dat niet wordt gevolgd.",
        kind="refused",
        host=host_of(asked),
        expected=expected,
        got=f"{urlsplit(address).scheme}://{host_of(address)}",
        todo="Een netwerk met een inlogpagina doet dit ook: log eerst in. Of haal het bestand zelf op.",
    )
