"""The command line: what each command does, what it says when it cannot, and its exit code."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from typer.main import get_command
from typer.testing import CliRunner

from veerkracht_nb import cli
from veerkracht_nb.apps import prepare
from veerkracht_nb.areas import Municipality
from veerkracht_nb.dialogue import (
    Actor,
    Herkenning,
    SeatTaken,
    Session,
    StepStarted,
    Verhaal,
    Withdrawn,
    list_sessions,
)
from veerkracht_nb.errors import (
    ExportError,
    FileDamaged,
    LogTooNew,
    NotAllowed,
    ParameterError,
    SignalError,
    VeerkrachtError,
)
from veerkracht_nb.paths import sessions_folder
from veerkracht_nb.sources import get as get_package
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources.get import GetReport

LEADER = Actor(id="begeleider", kind="begeleider")
COMMANDS = [
    (),
    ("demo",),
    ("serve",),
    ("session",),
    *[("session", name) for name in ("new", "list", "show", "export", "delete")],
    ("data",),
    *[("data", name) for name in ("get", "import", "country", "list", "pack", "unpack", "own")],
    *[("data", "own", name) for name in ("add", "list", "forget")],
    ("export",),
    ("print",),
    ("profile",),
]


class Result:
    """What a command printed and with which code it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Call = Callable[..., Result]


def run(*args: str, env: dict[str, str] | None = None, stdin: str = "") -> Result:
    """Run the command in a process of its own, as a shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "veerkracht_nb.cli", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=stdin,
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def embedded() -> Municipality:
    return load_municipality("GM9901")


@pytest.fixture(autouse=True)
def _read_once(embedded: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    real = prepare.load_municipality

    def load(name: str, year: int | None = None) -> Municipality:
        return embedded if name == "GM9901" else real(name, year)

    monkeypatch.setattr(prepare, "load_municipality", load)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command in this process through the same entry point; faster than :func:`run`."""

    def call(*args: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["veerkracht", *args])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Result(int(ended.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def session() -> Session:
    return prepare.prepare_session(title="Avond in Één 😀", script="kennismaking")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "veerkracht")
def test_help_explains_every_command_and_option(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.app, [*command, "--help"])
    assert result.exit_code == 0 and len(result.output) > 100
    found = get_command(cli.app)
    for name in command:
        found = found.commands[name]  # type: ignore[attr-defined]
    assert found.help
    assert all(getattr(p, "help", None) for p in found.params if p.name != "help"), (
        "every option is explained"
    )
    assert set(_every_command(get_command(cli.app))) == set(COMMANDS), "a new command is tested here too"


def _every_command(box: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(box, "commands", {}).items():
        yield from _every_command(inner, (*path, name))


@pytest.mark.parametrize(
    "args",
    [
        ("onbekend",),
        ("session", "show"),
        ("session", "new", "--profile", "onzin"),
        ("session", "new", "--view", "scheef"),
        ("serve", "--port", "veel"),
        ("data", "import"),
        ("export", "x", "--variant", "geheim"),
    ],
)
def test_a_wrong_call_is_code_2_and_says_what_is_wrong(call: Call, args: tuple[str, ...]) -> None:
    result = call(*args)
    assert result.code == 2 and "Usage" in result.err + result.out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ParameterError("x"), 2),
        (FileDamaged("x"), 3),
        (SignalError("x"), 3),
        (NotAllowed("x"), 4),
        (LogTooNew("x"), 4),
        (ExportError("x"), 5),
        (VeerkrachtError("x"), 1),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    error: VeerkrachtError,
    code: int,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    error.todo = "Doe dit."
    monkeypatch.setattr(prepare, "find_session", fail)
    result = call("session", "show", "iets")
    assert result.code == code and "wat nu: Doe dit." in result.err and result.out == ""


def test_a_session_is_made_listed_shown_exported_and_deleted(call: Call, tmp_path: Path) -> None:
    made = call("session", "new", "--title", "Wijkavond", "--script", "kennismaking")
    (info,) = list_sessions(sessions_folder())
    assert made.code == 0 and info.code in made.out and "/b/" in made.out and "/scherm/" in made.out
    listed = call("session", "list")
    assert listed.code == 0 and info.id in listed.out and "Wijkavond" in listed.out and "open" in listed.out
    shown = call("session", "show", info.code.lower())
    assert shown.code == 0 and str(info.path) in shown.out and "nog niet begonnen" in shown.out
    wrote = call("export", info.id, "--to", str(tmp_path / "uit"), "--formats", "md, DOCX")
    assert wrote.code == 0 and [Path(line).suffix for line in wrote.out.split()] == [".md", ".docx"]
    assert all(Path(line).is_file() for line in wrote.out.split())
    again = call("session", "export", info.id, "--to", str(tmp_path / "uit"), "--variant", "deelbaar")
    assert again.code == 0 and len(again.out.split()) == 4 and "deelbaar" in again.out
    gone = call("session", "delete", info.id, "--yes")
    assert gone.code == 0 and "verwijderd" in gone.out and list(sessions_folder().iterdir()) == []


def test_the_options_of_a_new_session_are_kept(call: Call) -> None:
    call("session", "new", "--profile", "zelfredzaamheid", "--view", "absoluut", "--script", "werksessie")
    (info,) = list_sessions(sessions_folder())
    made = prepare.find_session(info.id).state().made
    assert made is not None and (made.profile, made.view) == ("zelfredzaamheid", "absoluut")
    assert made.title == "Veerdam" and "name: werksessie" in made.script


def test_numbers_of_a_session_are_shown(call: Call, session: Session) -> None:
    seat = Actor(id="plaats-0001", kind="deelnemer")
    session.submit(SeatTaken(role="bewoner"), seat)
    session.submit(StepStarted(step="verhalen"), LEADER)
    code = session.state().buurten[0].code
    session.submit(Verhaal(step="verhalen", buurt=code, text="GEHEIM"), seat)
    shown = dict(line.split(maxsplit=1) for line in call("session", "show", session.id).out.splitlines())
    assert (shown["stap"], shown["deelnemers"], shown["bijdragen"]) == ("verhalen", "1", "1")
    assert "GEHEIM" not in str(shown) and "ingetrokken" not in shown


def test_what_was_withdrawn_is_no_contribution(call: Call, session: Session) -> None:
    seat = Actor(id="plaats-0001", kind="deelnemer")
    session.submit(SeatTaken(role="bewoner"), seat)
    code = session.state().buurten[0].code
    session.submit(StepStarted(step="herkennen"), LEADER)
    session.submit(Herkenning(step="herkennen", buurt=code, recognition="herken"), seat)
    session.submit(StepStarted(step="verhalen"), LEADER)
    stays, goes = (
        session.submit(Verhaal(step="verhalen", buurt=code, text=text), seat) for text in ("blijft", "weg")
    )
    session.submit(Verhaal(step="verhalen", buurt=code, text="blijft zo", replaces=stays.id), seat)
    session.submit(Withdrawn(target=goes.id), seat)
    shown = dict(line.split(maxsplit=1) for line in call("session", "show", session.id).out.splitlines())
    assert (shown["bijdragen"], shown["ingetrokken"]) == ("2", "1")


def test_deleting_asks_first(call: Call, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.close()
    for answer, there in (("n\n", True), ("", True), ("j\n", True), ("y\n", False)):
        result = CliRunner().invoke(cli.app, ["session", "delete", session.id], input=answer)
        assert "voorgoed verwijderen" in result.output and session.path.exists() == there


def test_without_sessions_the_list_says_how_to_make_one(call: Call) -> None:
    result = call("session", "list")
    assert result.code == 0 and "veerkracht session new" in result.out


@pytest.mark.parametrize("command", ["show", "export", "delete"])
def test_an_unknown_session_is_code_4(call: Call, command: str) -> None:
    result = call("session", command, "ZZZZZZ")
    assert result.code == 4 and "ZZZZZZ" in result.err and "wat nu" in result.err and result.out == ""


def newer(session: Session) -> Path:
    path = session.path.with_name("nieuwer.sessie")
    session.close()
    shutil.copy(session.path, path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    return path


def torn(session: Session) -> Path:
    path = session.path.with_name("stuk.sessie")
    session.close()
    data = session.path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    return path


def empty(session: Session) -> Path:
    path = session.path.with_name("leeg.sessie")
    path.touch()
    return path


@pytest.mark.parametrize(
    ("spoil", "words"), [(newer, "nieuwere versie"), (torn, "beschadigd"), (empty, "beschadigd")]
)
def test_a_file_that_cannot_be_read_is_code_4_and_hides_no_other(
    call: Call, session: Session, spoil: Callable[[Session], Path], words: str
) -> None:
    path = spoil(session)
    content = path.read_bytes()
    for command in ("show", "export"):
        result = call("session", command, path.stem)
        assert result.code == 4 and words in result.err and path.name in result.err and "wat nu" in result.err
    listed = call("session", "list")
    assert listed.code == 0 and session.id in listed.out
    (line,) = [line for line in listed.out.splitlines() if line.startswith(path.stem)]
    assert words in line
    assert path.read_bytes() == content, "nothing was changed"
    assert call("session", "delete", path.stem, "--yes").code == 0
    assert not path.exists() and session.path.exists(), "what cannot be read can be thrown away"


def test_an_export_that_cannot_be_written_is_code_5(call: Call, session: Session, tmp_path: Path) -> None:
    taken = tmp_path / "bestand"
    taken.write_text("al iets")
    result = call("export", session.id, "--to", str(taken))
    assert result.code == 5 and str(taken) in result.err and taken.read_text() == "al iets"


def test_a_full_disk_is_code_5_and_leaves_no_half_file(
    call: Call,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "uit"
    with monkeypatch.context() as patch:
        patch.setattr("veerkracht_nb.report.export.os.fsync", full)
        result = call("export", session.id, "--to", str(folder))
    assert result.code == 5 and "de schijf is vol" in result.err
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_code_5(call: Call, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "dicht"
    folder.mkdir(mode=0o500)
    assert call("export", session.id, "--to", str(folder / "uit")).code == 5


@pytest.mark.parametrize("formats", ["pdf", "", "md,,docx", "md;rm"])
def test_a_format_that_is_not_there_is_code_2(
    call: Call, session: Session, tmp_path: Path, formats: str
) -> None:
    result = call("export", session.id, "--formats", formats, "--to", str(tmp_path / "uit"))
    assert result.code == 2 and "docx" in result.err and not (tmp_path / "uit").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leeg.gpkg", b""),
        ("leeg.csv", b""),
        ("afgebroken.gpkg", b"SQLite format 3\x00" + b"\x00" * 200),
        ("tekst.gpkg", b"dit is geen kaart"),
        ("brief.csv", "Geachte heer,\r\nmet vriendelijke groet\r\n".encode("utf-16")),
        ("formule.csv", b'"bu_code","jaar"\n"=HYPERLINK(""x"")","2014"\n'),
        ("plaatje.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("nul.csv", b"\x00" * 5000),
        ("tabel.parquet", b"PAR1" + b"\x00" * 50 + b"PAR1"),
    ],
)
def test_a_hostile_file_is_code_3_and_leaves_nothing_behind(
    call: Call,
    tmp_path: Path,
    name: str,
    content: bytes,
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = call("data", "import", str(path))
    assert result.code == 3 and name in result.err and "verwacht" in result.err
    assert list((tmp_path / "data").rglob("*.gpkg")) == []


@pytest.mark.parametrize("what", ["bestaat-niet.gpkg", "map"])
def test_files_that_are_not_there_are_code_3(call: Call, tmp_path: Path, what: str) -> None:
    (tmp_path / "map").mkdir()
    result = call("data", "import", str(tmp_path / what))
    assert result.code == 3 and what in result.err


def test_an_unknown_gemeente_is_code_3_and_says_what_there_is(call: Call) -> None:
    result = call("session", "new", "Nergenshuizen")
    assert result.code == 3 and "Veerdam (GM9901" in result.err
    assert list(sessions_folder().iterdir()) == []


@pytest.mark.parametrize("option", [("--script", "bestaat-niet"), ("--title", "x" * 500)])
def test_a_session_that_cannot_be_made_is_code_4(call: Call, option: tuple[str, str]) -> None:
    assert call("session", "new", *option).code == 4
    assert list(sessions_folder().glob("*.sessie")) == []


def test_the_list_of_data_shows_the_embedded_municipality_and_warns_of_a_damaged_file(tmp_path: Path) -> None:
    broken = tmp_path / "data" / "gemeenten" / "GM0622-2024.gpkg"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"stuk")
    result = run("data", "list")
    assert result.code == 0 and "GM9901" in result.out and "(fictief)" in result.out
    assert result.err.startswith("let op: ") and broken.name in result.err and ".py" not in result.err


def test_the_folders_of_the_environment_are_used_also_by_another_process(tmp_path: Path) -> None:
    folder = tmp_path / "elders" / "sessies"
    made = run("session", "new", "--title", "Elders", env={"VEERKRACHT_SESSIONS": str(folder)})
    assert made.code == 0 and len(list(folder.glob("*.sessie"))) == 1
    assert list(sessions_folder().iterdir()) == []


def test_a_title_that_the_console_cannot_write_does_not_stop_the_list(session: Session) -> None:
    result = run("session", "list", env={"PYTHONIOENCODING": "ascii"})
    assert result.code == 0 and session.code in result.out and "Avond in" in result.out


@pytest.mark.parametrize("variable", ["VEERKRACHT_DATA", "VEERKRACHT_SESSIONS"])
def test_a_folder_that_cannot_be_used_is_said_without_a_traceback(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    taken = tmp_path / "bestand"
    taken.write_text("x")
    monkeypatch.setenv(variable, str(taken))
    result = call("data" if variable == "VEERKRACHT_DATA" else "session", "list")
    assert result.code == 1 and str(taken) in result.err and "gevonden" in result.err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("sesion", "list"), "Did you mean 'session'"),
        (("session", "new", "--scirpt", "x"), "--script"),
        (("session", "new", "Veerdm"), "Misschien is bedoeld: Veerdam"),
        (("session", "new", "--script", "werksesie"), "Misschien is bedoeld: werksessie"),
        (("session", "new", "--profile", "zelfredzaam"), "Misschien is bedoeld: zelfredzaamheid"),
        (("print", "--layer", "signal"), "'signaal', 'focus'"),
        (("print", "--palette", "zwartwit"), "'zwart-wit'"),
        (("profile", "--wijk", "Havn"), "Misschien is bedoeld: Haven"),
    ],
)
def test_a_typing_error_is_answered_with_the_nearest_name(
    call: Call, args: tuple[str, ...], told: str
) -> None:
    result = call(*args)
    assert result.code in (2, 3, 4, 5) and told in " ".join(result.err.split())


@pytest.mark.parametrize("command", [("data", "import"), ("data", "unpack"), ("data", "country")])
def test_a_file_that_is_not_there_names_the_one_that_is(
    call: Call, tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "map met spaties é"
    folder.mkdir()
    (folder / "wijkenbuurten_2024.gpkg").touch()
    result = call(*command, str(folder / "wijkenbuurten_2042.gpkg"))
    assert result.code == 3 and "Misschien is bedoeld: wijkenbuurten_2024.gpkg" in result.err


def test_a_stop_before_a_command_runs_has_its_code_and_no_traceback(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "app", stop)
    result = call("serve")
    assert (result.code, result.out, result.err) == (130, "", "")


def test_folders_with_spaces_and_other_letters_work_in_a_plain_console(tmp_path: Path) -> None:
    folder = tmp_path / "wijk één 😀"
    env = {
        "VEERKRACHT_SESSIONS": str(folder / "sessies"),
        "VEERKRACHT_DATA": str(folder / "data"),
        **{"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
    }
    assert run("session", "new", "--title", "Avond", env=env).code == 0
    listed = run("session", "list", env=env)
    assert listed.code == 0 and "Veerdam: Avond" in listed.out


def test_exit_codes_reach_the_shell() -> None:
    assert run("session", "show", "ZZZZZZ").code == 4


def test_the_demo_goes_on_with_the_one_that_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr(cli, "_serve", lambda *args: opened.append(args))
    for _ in range(2):
        assert CliRunner().invoke(cli.app, ["demo", "--port", "0", "--no-browser"]).exit_code == 0
    (port, host, browser, first), (_, _, _, second) = opened
    assert (port, host, browser) == (0, "0.0.0.0", False)
    assert first.id == second.id
    from veerkracht_nb.dialogue import SessionClosed

    first.submit(SessionClosed(), LEADER)
    CliRunner().invoke(cli.app, ["demo"])
    assert opened[-1][3].id != first.id, "a demo that was closed stays closed"


def test_port_and_browser_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr(cli, "_serve", lambda *args: opened.append(args))
    env = {"VEERKRACHT_PORT": "9123", "VEERKRACHT_OPEN_BROWSER": "0", "VEERKRACHT_HOST": "127.0.0.1"}
    assert CliRunner().invoke(cli.app, ["serve"], env=env).exit_code == 0
    assert opened == [(9123, "127.0.0.1", False)]


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        ((), {"kerncijfers", "leefbaarometer", "gezondheid"}),
        (("--only", "grenzen"), set()),
        (("--only", "KWB, rivm"), {"kerncijfers", "gezondheid"}),
        (("--only", "leefbaarometer,grenzen"), {"leefbaarometer"}),
    ],
)
def test_only_what_was_asked_for_is_fetched(
    call: Call, monkeypatch: pytest.MonkeyPatch, only: tuple[str, ...], kinds: set[str]
) -> None:
    asked: dict[str, Any] = {}

    def get(names: list[str], **options: Any) -> GetReport:
        asked.update(options, names=names)
        return GetReport(municipalities=(), fetched=())

    monkeypatch.setattr(get_package, "get_municipalities", get)
    assert call("data", "get", "Veerdam", *only).code == 0
    assert (asked["names"], set(asked["kinds"])) == (["Veerdam"], kinds)


def test_what_cannot_be_fetched_is_refused_before_anything_is(call: Call) -> None:
    result = call("data", "get", "Veerdam", "--only", "grenzen,misdaad")
    assert result.code == 2 and "misdaad" in result.err and "leefbaarometer" in result.err


def test_a_printed_map_carries_the_title(call: Call, tmp_path: Path) -> None:
    title = 'Avond <b> "Haven" #let x — Één'
    one_sheet = ("--sizes", "A3", "--no-wijken", "--to", str(tmp_path))
    made = call("print", "GM9901", *one_sheet, "--title", title)
    (path,) = made.out.split()
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert title in text.replace("\n", " ")
    assert call("print", "GM9901", *one_sheet, "--title", "x" * 121).code == 2


def test_a_profile_comes_in_the_formats_that_were_asked_for(call: Call, tmp_path: Path) -> None:
    given: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        pages = sys.modules["veerkracht_nb.apps.wijkprofiel"]
        patch.setattr(pages, "run_wijkprofielen", lambda *_a, **options: given.update(options) or [])
        assert call("profile", "GM9901", "--to", str(tmp_path), "--formats", "PDF, html").code == 0
    assert given["formaten"] == "pdf,html"
    wrong = call("profile", "GM9901", "--to", str(tmp_path), "--formats", "pdf,odt")
    assert wrong.code == 2 and "odt" in wrong.err and "docx" in wrong.err and not list(tmp_path.iterdir())
