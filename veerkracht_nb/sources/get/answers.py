"""Judging an answer: its status, whether it is JSON, what an error says, and the error for the user."""

from __future__ import annotations

import email.utils
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from ...errors import DataError
from .addresses import host_of
from .errors import OFFLINE_TODO, FetchError
from .progress import megabytes
from .services import Limits

_ERROR_BYTES = 64 * 1024
_ERROR_SECONDS = 10.0


class TryAgain(Exception):
    """An answer that may be better next time; `wait` is what the server asks for, in seconds."""

    def __init__(self, status: int, wait: float, detail: str) -> None:
        super().__init__(f"{status} {detail}")
        self.status = status
        self.wait = wait


def check_status(response: httpx.Response, limits: Limits) -> None:
    """Raise for every status but 200 and 206: TryAgain where a next attempt may help, else FetchError."""
    status = response.status_code
    if status in (200, 206):
        return
    detail = _detail(response)
    host = host_of(str(response.url))
    if status >= 500 and "10000" in detail.replace(".", "").replace(",", ""):
        raise FetchError(
            f"{host} geeft niet zo veel regels in een keer.", kind="too many", host=host, status=status
        )
    if status in (408, 429) or status >= 500:
        wait = _retry_after(response)
        if wait <= limits.wait_most_seconds:
            raise TryAgain(status, wait, detail)
        raise FetchError(
            f"{host} vraagt om later terug te komen.",
            kind="server",
            host=host,
            status=status,
            got=f"wachten: {wait:.0f} seconden",
            todo="Geef dezelfde opdracht later nog eens: wat er al is, is bewaard.",
        )
    raise FetchError(
        f"{host} wijst de vraag af.",
        kind="absent" if status in (404, 410) else "refused",
        host=host,
        status=status,
        got=f"{status} {detail}".strip()[:300],
        todo="Haal het bestand zelf op (zie docs/data.md) en lees het in met 'veerkracht data import'.",
    )


def cache_error(folder: Path, error: Exception) -> DataError:
    """Return the error for a cache that cannot be written."""
    return DataError(
        "Wat wordt opgehaald kan niet worden bewaard.",
        got=str(error)[:200],
        todo=f"Kijk of de schijf van {folder} vol of alleen-lezen is.",
    )


def json_object(body: bytes, response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in a body; FetchError for a page of a login screen, text or broken JSON."""
    host = host_of(str(response.url))
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    start = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    problem = ""
    data: object = None
    if start.startswith(b"<"):
        problem = "een webpagina of XML"
    elif not (kind == "application/json" or kind.endswith("+json")):
        problem = f"inhoud van de soort {kind or 'onbekend'}"
    else:
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            problem = f"onleesbare JSON ({error})"
    if not problem and not isinstance(data, dict):
        problem = "JSON in een andere vorm"
    if problem or not isinstance(data, dict):
        raise FetchError(
            f"{host} gaf iets anders dan gegevens.",
            kind="content",
            host=host,
            expected="JSON",
            got=problem[:200],
            todo="Een netwerk met een inlogpagina doet dit ook: log eerst in en geef de opdracht nog eens.",
        )
    return data


def _detail(response: httpx.Response) -> str:
    """Return what an error answer says, from PDOK (`detail`), CBS (`odata.error`) or plain text."""
    body = b""
    until = time.monotonic() + _ERROR_SECONDS
    try:
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _ERROR_BYTES or time.monotonic() > until:
                break
    except httpx.HTTPError:
        pass
    text = body[:_ERROR_BYTES].decode("utf-8", errors="replace").strip()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text[:300]
    if not isinstance(data, dict):
        return text[:300]
    error = data.get("odata.error", data.get("error"))
    message = error.get("message") if isinstance(error, dict) else None
    value = message.get("value") if isinstance(message, dict) else message
    return str(data.get("detail") or value or data.get("title") or text)[:300]


def _retry_after(response: httpx.Response) -> float:
    """Return the seconds that the server asks to wait; 0 where it does not say."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def answered_at(response: httpx.Response) -> datetime:
    """Return when the publisher answered, which for a kept answer is not now."""
    try:
        return email.utils.parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return datetime.now(UTC).replace(microsecond=0)


def too_large(host: str, most: int, size: int) -> FetchError:
    """Return the error for an answer over the limit."""
    return FetchError(
        f"Het antwoord van {host} is te groot.",
        kind="limit",
        host=host,
        expected=f"hooguit {megabytes(most)}",
        got=f"ten minste {megabytes(size)}",
        todo="Haal het bestand zelf op en lees het in met 'veerkracht data import'.",
    )


def server_error(host: str, error: TryAgain) -> FetchError:
    """Return the error for a server that kept failing."""
    return FetchError(
        f"{host} heeft een storing.",
        kind="server",
        host=host,
        status=error.status,
        got=str(error)[:300],
        todo="Geef dezelfde opdracht later nog eens: wat er al is, is bewaard.",
    )


def unreachable(host: str, error: Exception) -> FetchError:
    """Return the error for a host that cannot be reached, or whose connection keeps breaking."""
    dropped = isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError)
    return FetchError(
        f"De verbinding met {host} breekt steeds af." if dropped else f"{host} is niet bereikbaar.",
        kind="server" if dropped else "offline",
        host=host,
        got=str(error)[:200],
        todo=OFFLINE_TODO,
    )
