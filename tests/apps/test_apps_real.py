"""From the publishers' files to a session that was held: import, answers, stories, reveal, notes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from apps_hall import Hall, Town, tree

from veerkracht_nb import cli
from veerkracht_nb.apps import QuickScanParameters, prepare, quick_scan
from veerkracht_nb.dialogue import FocusSet, LayerChosen, Moderated
from veerkracht_nb.widgets import BuurtKaart, ErrorPanel

pytestmark = pytest.mark.shared

BUURTEN = {"Vlaardingen": 40, "Rotterdam": 91}
MOST_BYTES = 200_000
"""Of the map of Rotterdam in the state of its widgets: a phone gets it once."""

WORDS = ("herken", "herken", "herken_niet", "deels", "herken_niet", "weet_niet")


@pytest.fixture(scope="module")
def prepared(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that `veerkracht data import` filled with the three files."""
    folder = tmp_path_factory.mktemp("echt")
    ruw = shared_data / "ruw"
    files = [
        ruw / "pdok" / "wijkenbuurten_2024_rijnmond.gpkg",
        ruw / "leefbaarometer" / "Leefbaarometer-scores buurten 2002-2024.csv",
        shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet",
    ]
    args = [
        "veerkracht",
        "data",
        "import",
        *map(str, files),
        "--gemeente",
        "Vlaardingen",
        "--gemeente",
        "GM0599",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEERKRACHT_DATA", str(folder))
        patch.setattr(sys, "argv", args)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert ended.value.code in (0, None)
    yield folder


@pytest.fixture(autouse=True)
def _real_data(prepared: Path, _own_folders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEERKRACHT_DATA", str(prepared))


@pytest.fixture(params=BUURTEN)
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Hall]]:
    with prepare.prepare_session(request.param, script="kennismaking", folder=tmp_path / "eerst") as session:
        made = session.state().made
    assert made is not None
    background = prepare.background(made)
    assert background is not None
    hall = Hall(tmp_path / "zaal", Town(made, background))
    yield request.param, hall
    hall.close()


def test_the_list_names_what_was_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["veerkracht", "data", "list"])
    with pytest.raises(SystemExit):
        cli.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["GM0599", "GM0622", "GM9901"]
    assert all("2024" in line for line in lines[:2])


def test_a_whole_session_from_answers_to_files(real: tuple[str, Hall], tmp_path: Path) -> None:
    name, hall = real
    whole = hall.town.background.municipality.buurten
    assert len(whole) == BUURTEN[name] and set(hall.town.codes) == set(whole.index[~whole["water"]])
    assert len({b.letter for b in hall.town.made.buurten}) >= 4, "not all buurten are the same"
    code = hall.town.codes[0]
    people = [hall.participant("bewoner" if n % 2 else "corporatie beheer") for n in range(len(WORDS))]
    lead, leader = hall.facilitator()
    wall, _ = hall.screen()
    assert leader.say(lead.steps, "start", step="herkennen")["ok"]
    hall.lead(FocusSet(buurt=code))
    for (app, browser), word in zip(people, WORDS, strict=True):
        body = {"step": "herkennen", "buurt": app.choice.selected, "recognition": word, "direction": "beter"}
        assert browser.say(app.answers, "antwoord", **body)["ok"]
    hall.look()
    lead.choice.select(code)
    assert lead.bars.total["n"] == 6 and wall.bars.total == {}
    assert leader.say(lead.steps, "onthul", step="herkennen", level="verdeling")["ok"]
    hall.lead(LayerChosen(layer="herkenning"))
    assert wall.bars.total["counts"] == people[0][0].bars.total["counts"] == [2, 1, 2, 1]
    assert leader.say(lead.steps, "start", step="verhalen")["ok"]
    hall.look()
    teller, browser = people[0]
    text = f"De speeltuin in {name} is van iedereen."
    saved = browser.say(
        teller.forms["verhaal"], "bewaar", step="verhalen", buurt=code, text=text, consent="openbaar"
    )
    assert saved["ok"]
    hall.lead(Moderated(target=hall.session.events()[-1].id, decision="getoond"))
    hall.reveal("verhalen", "alles")
    assert [item["text"] for item in wall.stories.items] == [text]
    paths = prepare.export(hall.session, tmp_path / "uit", variant="deelbaar")
    assert [path.suffix for path in paths] == [".md", ".docx", ".xlsx", ".gpkg"]
    assert text in paths[0].read_text(encoding="utf-8")
    with closing(sqlite3.connect(paths[3])) as db:
        assert db.execute("SELECT count(*) FROM buurten").fetchone() == (len(hall.town.codes),)


def _size(app: object) -> int:
    """Bytes of the state of the map and its layer, as they travel."""
    kaart = next(w for w in tree(app.widget) if isinstance(w, BuurtKaart))  # type: ignore[attr-defined]
    total = 0
    for widget in tree(kaart):
        for key, value in widget.get_state().items():
            if key in ("_esm", "_css", "_basis"):
                continue  # the same for every gemeente
            total += (
                len(value) if isinstance(value, bytes | memoryview) else len(json.dumps(value, default=repr))
            )
    return total


def test_the_map_travels_light(real: tuple[str, Hall]) -> None:
    name, hall = real
    app, browser = hall.participant()
    size = _size(app)
    assert size < MOST_BYTES, f"the map of {name} takes {size:,} bytes of widget state"
    hall.start("herkennen")
    browser.heard.clear()
    body = {"step": "herkennen", "buurt": hall.town.codes[0], "recognition": "deels", "direction": None}
    assert browser.say(app.answers, "antwoord", **body)["ok"]
    sent = [len(json.dumps(content)) for content, _ in browser.heard if content.get("type") != "ack"]
    assert sent and sum(sent) < 1_000, f"one tick in {name} costs {sum(sent)} bytes"


def test_a_session_outlives_its_figures(real: tuple[str, Hall], prepared: Path, tmp_path: Path) -> None:
    name, hall = real
    away = prepared.rename(tmp_path / "weg")
    try:
        assert prepare.background(hall.town.made) is None
        hall.background = None
        app, browser = hall.participant()
        hall.start("herkennen")
        body = {"step": "herkennen", "buurt": hall.town.codes[0], "recognition": "deels", "direction": None}
        assert browser.say(app.answers, "antwoord", **body)["ok"]
        (path,) = prepare.export(hall.session, tmp_path / "uit", formats=("docx",))
        assert path.stat().st_size > 5_000
        assert isinstance(quick_scan(QuickScanParameters(gemeente=name)), ErrorPanel)
    finally:
        shutil.rmtree(prepared, ignore_errors=True)  # made again, empty, by who asked for it
        away.rename(prepared)


def test_the_quick_scan_of_a_real_gemeente(real: tuple[str, Hall]) -> None:
    name, hall = real
    page = quick_scan(QuickScanParameters(gemeente=name))
    assert not isinstance(page, ErrorPanel)
    assert len(page._table.rows) == len(hall.town.codes)
