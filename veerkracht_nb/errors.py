"""Every error that a user can meet, in one tree.

::

    VeerkrachtError                 says what was expected, what was found, what to do
    ├── ParameterError              a parameter of a notebook, an address or a command
    ├── DataError                   a table, a map or a file of a publisher
    │   ├── FileNotRecognised       not one of the files that can be read
    │   ├── FileDamaged             truncated, empty or unreadable
    │   ├── FileMismatch            readable, but not what its name or the question says
    │   └── MunicipalityNotFound    no prepared data for this gemeente
    ├── SignalError                 the signaleringskaart cannot be computed
    ├── SessionError                the session
    │   ├── ScriptError             a draaiboek that does not hold together
    │   ├── NotAllowed              this person may not do this now
    │   ├── InvalidContribution     an answer or story that cannot be taken as it is
    │   ├── SessionNotFound         no session of this name or code
    │   └── LogError                the session file
    │       ├── LogDamaged          corrupt, or not a session file
    │       ├── LogTooNew           written by a newer version
    │       └── StorageFull         the disk is full or read-only
    └── ExportError                 session notes or maps cannot be written
"""

from __future__ import annotations


class VeerkrachtError(Exception):
    """Base of all errors of this package.

    Parameters
    ----------
    message : str
        One sentence in the language of the user: what went wrong, with the name of the file, buurt or field.
    expected, got, todo : str, optional
        What was expected, what was found, and what the user can do about it.
    """

    def __init__(self, message: str, *, expected: str = "", got: str = "", todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.got = got
        self.todo = todo

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"  {label}: {text}" for label, text in self.details()]
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: what is wrong and what to do, not where in the code that came to light."""
        return str(self).splitlines()

    def details(self) -> list[tuple[str, str]]:
        """Return the filled-in parts as (label, text), for screens that lay them out themselves."""
        parts = (("verwacht", self.expected), ("gevonden", self.got), ("wat nu", self.todo))
        return [(label, text) for label, text in parts if text]


class ParameterError(VeerkrachtError):
    """A parameter is unknown or has a value that is not allowed."""


class DataError(VeerkrachtError):
    """Something is wrong with a table, a map or a file of a publisher."""


class FileNotRecognised(DataError):
    """The file is none of the kinds that can be read."""


class FileDamaged(DataError):
    """The file is truncated, empty or cannot be read."""


class FileMismatch(DataError):
    """The file can be read but does not hold what its name or the question says."""


class MunicipalityNotFound(DataError):
    """There is no prepared data for this gemeente."""


class SignalError(VeerkrachtError):
    """The signaleringskaart cannot be computed from what is there."""


class SessionError(VeerkrachtError):
    """Something is wrong in or with a session."""


class ScriptError(SessionError):
    """A draaiboek does not hold together."""


class NotAllowed(SessionError):
    """This person may not do this now."""


class InvalidContribution(SessionError):
    """A contribution cannot be taken as it is."""


class SessionNotFound(SessionError):
    """There is no session of this name or code."""


class LogError(SessionError):
    """Something is wrong with a session file."""


class LogDamaged(LogError):
    """The file is corrupt or is not a session file."""


class LogTooNew(LogError):
    """The file was written by a newer version of the package."""


class StorageFull(LogError):
    """The disk is full or cannot be written."""


class ExportError(VeerkrachtError):
    """Session notes or maps cannot be written."""
