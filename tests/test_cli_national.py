"""From national files and own tables on the command line to a session, a map for the wall and the notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from veerkracht_nb import cli
from veerkracht_nb.apps import prepare
from veerkracht_nb.apps.choice import BuurtChoice
from veerkracht_nb.dialogue import list_sessions
from veerkracht_nb.errors import SignalError
from veerkracht_nb.paths import sessions_folder
from veerkracht_nb.signal import Signal, profile_choices
from veerkracht_nb.sources import list_municipalities, load_municipality

OWN = "eigen_meldingen_overlast"
TITLE = "Meldingen overlast"
Call = Callable[..., str]


@pytest.fixture
def call() -> Call:
    def invoke(*args: str) -> str:
        done = CliRunner().invoke(cli.app, args)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return invoke


@pytest.fixture
def country(call: Call, shared_data: Path) -> str:
    return call(
        *("data", "country", str(shared_data / "kwb" / "kwb_2024_nl.parquet")),
        *(str(shared_data / "kwetsbaarheid"), str(shared_data / "ruw")),
    )


@pytest.fixture
def own(call: Call, country: str, tmp_path: Path) -> None:
    codes = load_municipality("Maassluis").buurten.index
    for year in (2014, 2024):
        path = tmp_path / f"meldingen-{year}.csv"
        rows = [f"{code};{5 + n * (year - 2010) % 11},5" for n, code in enumerate(codes)]
        path.write_text("\n".join(["buurtcode;meldingen", *rows]))
        call("data", "own", "add", "Maassluis", str(path), "--title", TITLE, "--year", str(year))


def new_session(call: Call, *options: str) -> tuple[str, prepare.Background]:
    call("session", "new", "Maassluis", *options)
    newest = max(list_sessions(sessions_folder()), key=lambda info: info.path.stat().st_mtime_ns)
    made = prepare.find_session(newest.id).state().made
    assert made is not None
    behind = prepare.background(made)
    assert behind is not None
    return newest.id, behind


@pytest.mark.shared
def test_a_country_that_was_read_gives_any_gemeente_a_session(call: Call, country: str) -> None:
    assert "342 gemeenten" in country and "Landelijke vergelijking berekend en bewaard" in country
    listed = call("data", "list")
    assert "GM0556" not in listed and "Nederland  2024  9 gemeenten" in listed
    _id, behind = new_session(call, "--profile", "zelfredzaamheid")
    assert behind.signal.reference.edition and any("9603 buurten" in note for note in behind.signal.notes)
    assert [info.code for info in list_municipalities()] == ["GM0556", "GM9901"], "one more, not 342"


@pytest.mark.shared
def test_an_own_table_is_a_profile_everywhere(call: Call, own: None, tmp_path: Path) -> None:
    assert (OWN, TITLE) in profile_choices(load_municipality("Maassluis"))
    name, behind = new_session(call, "--profile", OWN)
    signal: Signal = behind.signal
    assert (signal.profile, signal.definition.title, signal.reference.scope) == (OWN, TITLE, "gemeente")
    session = prepare.find_session(name)
    beamer = BuurtChoice(session.state(), behind, height="100%", controls=False)
    assert any(TITLE.lower() in note for note in beamer._notes)
    lines = call("export", name, "--to", str(tmp_path / "uit"), "--formats", "md").split()
    text = Path(lines[0]).read_text(encoding="utf-8")
    assert f"| Profiel | {TITLE} |" in text and "vergeleken met de buurten van deze gemeente" in text
    sheets = call(
        *("print", "Maassluis", "--profile", OWN, "--sizes", "A1", "--no-wijken", "--layer", "focus"),
        *("--to", str(tmp_path / "uit")),
    ).split()
    words = PdfReader(sheets[0]).pages[0].extract_text()
    assert f"profiel {TITLE.lower()}" in words and "20% van deze gemeente" in words


@pytest.mark.shared
def test_an_own_table_that_is_gone_leaves_the_session_with_its_classes(call: Call, own: None) -> None:
    name, behind = new_session(call, "--profile", OWN)
    call("data", "own", "forget", "Maassluis", OWN)
    state = prepare.find_session(name).state()
    assert state.made is not None and prepare.background(state.made) is None
    assert {b.code: b.letter for b in state.buurten} == {
        b.code: behind.signal.table.at[b.code, "letter"] for b in state.buurten
    }
    with pytest.raises(SignalError, match=OWN):
        call("session", "new", "Maassluis", "--profile", OWN)
