"""The pages for print: maps for the wall and wijkprofielen, and the way there from the facilitator's page."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from apps_hall import Browser, Hall, Town
from pypdf import PdfReader

from veerkracht_nb.apps import WallMapParameters, WijkprofielParameters, wall_maps, wijkprofiel
from veerkracht_nb.apps.facilitator import paper_links
from veerkracht_nb.apps.launch import VARIABLE
from veerkracht_nb.apps.parameters import PARAMETERS, validate
from veerkracht_nb.apps.wall_maps import PER_WIJK, WallMaps
from veerkracht_nb.apps.wijk_page import WijkPage
from veerkracht_nb.dialogue import Herkenning, SessionMade
from veerkracht_nb.errors import ExportError
from veerkracht_nb.widgets import ErrorPanel

HOSTILE = 'Avond <b>&"x"</b> ?titel=y#z #let x {{7*7}}'


class Page:
    """A page as the other tests want it: with a widget."""

    def __init__(self, widget: object) -> None:
        self.widget = widget


@pytest.fixture(scope="module")
def maps() -> WallMaps:
    page = wall_maps(WallMapParameters(titel=HOSTILE))
    assert isinstance(page, WallMaps)
    return page


def test_what_is_chosen_is_what_is_printed(maps: WallMaps) -> None:
    browser = Browser(Page(maps))
    assert browser.say(maps.choices, "keuze", key="laag", value="focus")["ok"]
    assert browser.say(maps.choices, "keuze", key="weergave", value="absoluut")["ok"]
    name, media, content = maps.make("A3", "zwart-wit")
    text = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert (name, media) == ("focuskaart-veerdam-2024-a3.pdf", "application/pdf")
    assert "Focuskaart" in text and "op zichzelf bekeken" in text and HOSTILE in text
    browser.say(maps.choices, "keuze", key="laag", value="signaal")
    assert maps.make("A1", "rood-blauw")[0] == "signaleringskaart-veerdam-2024-a1.pdf"


@pytest.mark.parametrize(("key", "value"), [("laag", "../x"), ("weergave", ""), ("onbekend", "relatief")])
def test_a_choice_that_is_not_offered_changes_nothing(maps: WallMaps, key: str, value: str) -> None:
    before = (maps.layer, maps.signal)
    assert not Browser(Page(maps)).say(maps.choices, "keuze", key=key, value=value)["ok"]
    assert (maps.layer, maps.signal) == before


def test_all_wijken_come_in_one_zip(maps: WallMaps) -> None:
    name, media, content = maps.make(PER_WIJK, "rood-groen")
    assert (name, media) == ("wandkaarten-gm9901-wijken.zip", "application/zip")
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len(names) == 8 and all(name.endswith("-a3.pdf") for name in names)


# -- wijkprofiel ------------------------------------------------


@pytest.fixture(scope="module")
def wijken() -> WijkPage:
    page = wijkprofiel(WijkprofielParameters())
    assert isinstance(page, WijkPage)
    return page


def test_another_wijk_is_shown_and_taken_home(wijken: WijkPage) -> None:
    browser = Browser(Page(wijken))
    for code, name in list(wijken.maker.wijken.items())[:3]:
        assert browser.say(wijken.picker, "keuze", key="wijk", value=code)["ok"]
        assert name in wijken.head.heading and len(wijken.buurten.rows) == len(
            wijken.maker.profile(code).buurten
        )
    assert name in " ".join(
        PdfReader(io.BytesIO(wijken.make("pdf", "deelbaar")[2])).pages[0].extract_text().split()
    )
    assert not browser.say(wijken.picker, "keuze", key="wijk", value="WK999999")["ok"]


def test_without_a_session_there_is_one_variant_and_nothing_of_a_room(wijken: WijkPage) -> None:
    assert [key for key, _label in wijken.downloads.variants] == ["deelbaar"]
    assert not wijken.answers.rows and not wijken.room.heading


def test_all_wijken_are_one_file(wijken: WijkPage) -> None:
    name, _media, content = wijken.make("alle-pdf", "deelbaar")
    assert name == "wijkprofielen-gm9901-pdf.zip"
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == len(wijken.maker.wijken)


def _launch(monkeypatch: pytest.MonkeyPatch, session: Path | None, kind: str = "begeleider") -> None:
    actor = {"id": "begeleider-1", "kind": kind}
    given = {"app": "wijkprofiel", "session": str(session) if session else None, "actor": actor}
    monkeypatch.setenv(VARIABLE, json.dumps(given))


def test_with_a_session_the_page_shows_what_the_room_said(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.start("herkennen")
    for place, choice in enumerate(("herken", "herken", "herken_niet", "deels")):
        answer = Herkenning(step="herkennen", buurt=hall.town.codes[0], recognition=choice)  # type: ignore[arg-type]
        hall.act(answer, hall.seat("bewoner" if place else "bestuur"))
    wijk = next(b.wijk_code for b in hall.town.made.buurten if b.code == hall.town.codes[0])
    _launch(monkeypatch, hall.session.path)
    page = wijkprofiel(WijkprofielParameters(sessie=hall.session.id, wijk=wijk))
    assert isinstance(page, WijkPage), page
    assert [row[2:7] for row in page.answers.rows] == [["4", "2", "1", "1", "0"]]
    assert [key for key, _label in page.downloads.variants] == ["deelbaar", "tafel"]


@pytest.mark.parametrize("kind", ["deelnemer", "scherm"])
def test_the_server_decides_whose_stories_are_told(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    _launch(monkeypatch, hall.session.path, kind)
    assert isinstance(wijkprofiel(WijkprofielParameters(sessie=hall.session.id)), ErrorPanel)
    # A name in the address without a session from the server opens none.
    _launch(monkeypatch, None)
    assert isinstance(wijkprofiel(WijkprofielParameters(sessie=hall.session.id)), ErrorPanel)


def test_an_unknown_wijk_is_named(wijken: WijkPage) -> None:
    with pytest.raises(ExportError):
        wijken.maker.profile("WK000000")
    assert isinstance(wijkprofiel(WijkprofielParameters(wijk="Atlantis")), ErrorPanel)


# -- from the facilitator's page ------------------------------------------------


def test_the_facilitator_finds_maps_and_profiles_of_this_session(hall: Hall) -> None:
    app, _browser = hall.facilitator()
    found = dict(app.papers.links)
    assert set(found) == {"Wandkaarten", "Wijkprofielen met de verhalen"}
    for address in found.values():
        parts = urlsplit(address)
        assert not parts.netloc and parts.path in ("/wandkaart", "/wijkprofiel")
        values = {name: value for name, (value,) in parse_qs(parts.query).items()}
        checked = validate(PARAMETERS[parts.path[1:]], values).model_dump()
        assert checked["gemeente"] == hall.town.made.municipality
        assert checked.get("sessie", hall.session.id) == hall.session.id


def test_a_hostile_title_stays_one_value_of_the_address(tmp_path: Path, town: Town) -> None:
    import dataclasses

    made: SessionMade = dataclasses.replace(town.made, title=HOSTILE)
    there = Hall(tmp_path / "zaal", Town(made, town.background))
    app, _browser = there.facilitator()
    (address, *_rest) = [href for _label, href in paper_links(app.room)]
    assert parse_qs(urlsplit(address).query)["titel"] == [HOSTILE]
    there.close()


def test_without_figures_or_a_server_there_are_no_links(tmp_path: Path, town: Town) -> None:
    bare = Hall(tmp_path / "kaal", town, background=False)
    app, _browser = bare.facilitator()
    assert not app.papers.links
    bare.close()
