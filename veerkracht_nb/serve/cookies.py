"""Seats as signed cookies, one for each kind and session, and the secret they are signed with."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tornado.web import RequestHandler

SECRET_FILE = ".server-secret"
DAYS = 30
BEHEER = "veerkracht-beheer"
TAAL = "veerkracht-taal"
"""Cookie with the language a visitor chose; a preference, so it is not signed."""
ADMINISTRATOR = "beheerder"
"""Id of the actor that the administrator is, in every session."""
Kind = Literal["deelnemer", "begeleider", "scherm"]
KINDS: tuple[Kind, ...] = ("deelnemer", "begeleider", "scherm")
_COOKIE = re.compile(r"veerkracht-(deelnemer|begeleider|scherm)-([A-Z0-9]{4,12})")


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a seat cookie says: this browser is this actor in this session."""

    session: str
    actor: str
    kind: Kind
    role: str = ""


def cookie_name(kind: Kind, code: str) -> str:
    """Return the name of the cookie of one kind of seat in one session."""
    return f"veerkracht-{kind}-{code}"


def server_secret(folder: Path) -> bytes:
    """Return the secret that cookies are signed with; made once, so that a restart keeps the seats.

    The file is readable by its owner only. Creating it is exclusive: of two servers that start at the same
    moment one makes it and both use it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SECRET_FILE
    if not path.exists():
        temporary = folder / f"{SECRET_FILE}.{secrets.token_hex(6)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(48))
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            pass
        except OSError:
            # File systems without hard links, such as a USB stick: the last one wins.
            temporary.replace(path)
        temporary.unlink(missing_ok=True)
    secret = path.read_bytes()
    if len(secret) < 32:
        path.unlink()
        return server_secret(folder)
    return secret


def set_ticket(handler: RequestHandler, code: str, ticket: Ticket) -> None:
    """Give the browser its seat."""
    value = json.dumps({"s": ticket.session, "a": ticket.actor, "k": ticket.kind, "r": ticket.role})
    handler.set_signed_cookie(
        cookie_name(ticket.kind, code), value, expires_days=DAYS, httponly=True, samesite="Lax", path="/"
    )


def read_ticket(handler: RequestHandler, kind: Kind, code: str, session: str) -> Ticket | None:
    """Return the seat of this browser in a session, or None where it has none.

    The signature covers the name of the cookie, so that a participant's value under the facilitator's name is
    worth nothing; the session id inside covers a code that was used before.
    """
    ticket = _signed(handler, kind, code)
    return ticket if ticket and ticket.session == session else None


def tickets(handler: RequestHandler, kind: Kind) -> list[tuple[str, Ticket]]:
    """Return the seats of `kind` of this browser, with the code of each session as it was when the seat was taken.

    Only what the server signed is in it: a browser may send two thousand cookies that it made up, and looking up a
    session is much more work than looking at a signature.
    """
    found = ((code, _signed(handler, kind, code)) for code in codes_in(list(handler.cookies), kind))
    return [(code, ticket) for code, ticket in found if ticket]


def _signed(handler: RequestHandler, kind: Kind, code: str) -> Ticket | None:
    raw = handler.get_signed_cookie(cookie_name(kind, code), max_age_days=DAYS, min_version=2)
    if raw is None:
        return None
    try:
        value = json.loads(raw)
        ticket = Ticket(session=value["s"], actor=value["a"], kind=value["k"], role=value["r"])
    except (ValueError, KeyError, TypeError):
        return None
    return ticket if ticket.kind == kind else None


def codes_in(names: list[str], kind: Kind) -> list[str]:
    """Return the codes of the sessions for which there are cookies (not yet checked) of `kind`."""
    matches = (_COOKIE.fullmatch(name) for name in names)
    return [match[2] for match in matches if match and match[1] == kind]
