"""Errors of downloading, with the kind of failure, so that the next way knows whether to be tried."""

from __future__ import annotations

from typing import Literal

from ...errors import DataError

FailureKind = Literal["offline", "absent", "refused", "server", "content", "limit", "too many"]

OFFLINE_TODO = (
    "Kijk of deze computer internet heeft en of een proxy of firewall deze naam doorlaat. Zonder internet: "
    "lees bestanden in met 'veerkracht data import', of pak een bundel uit met 'veerkracht data unpack'. "
    "Wat al was opgehaald is bewaard: dezelfde opdracht gaat daar verder."
)


class FetchError(DataError):
    """Something could not be had from a publisher; `kind` says how it failed, `host` where."""

    def __init__(
        self,
        message: str,
        *,
        kind: FailureKind,
        host: str = "",
        status: int = 0,
        expected: str = "",
        got: str = "",
        todo: str = "",
    ) -> None:
        super().__init__(message, expected=expected, got=got, todo=todo)
        self.kind = kind
        self.host = host
        self.status = status
