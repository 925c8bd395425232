"""Trying one way after another, and saying in one error why none of them worked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ...errors import DataError, MunicipalityNotFound
from .errors import OFFLINE_TODO, FailureKind, FetchError

_T = TypeVar("_T")


def first_that_works(what: str, ways: Sequence[tuple[str, Callable[[], _T]]], notes: list[str]) -> _T:
    """Return what the first way gives that works; a note says why an earlier one was passed over.

    An answer that says that there is nothing of the kind (MunicipalityNotFound) ends the search.

    Raises
    ------
    FetchError
        If none works, with the reason of each.
    """
    failures: list[tuple[str, DataError]] = []
    for name, way in ways:
        try:
            result = way()
        except MunicipalityNotFound:
            raise
        except DataError as error:
            failures.append((name, error))
            continue
        if failures:
            why = "; ".join(f"{failed}: {error.message}" for failed, error in failures)
            notes.append(f"{what} via {name}, want eerder lukte het niet ({why}).")
        return result
    if len(failures) == 1:
        raise failures[0][1]
    fetch = [error for _, error in failures if isinstance(error, FetchError)]
    offline = [error for error in fetch if error.kind == "offline"]
    kind: FailureKind = "offline" if len(offline) == len(failures) else "server"
    absent = fetch and all(error.kind == "absent" for error in fetch) and len(fetch) == len(failures)
    raise FetchError(
        f"{what}: ophalen lukt op geen enkele manier.",
        kind="absent" if absent else kind,
        host=", ".join(dict.fromkeys(error.host for error in fetch)),
        expected=" of ".join(name for name, _ in failures),
        got="; ".join(f"{name}: {error.message} {error.got}".strip() for name, error in failures)[:600],
        todo=OFFLINE_TODO if offline else failures[0][1].todo,
    ) from failures[-1][1]
