"""A wijkprofiel that is opened with a session shows what that session saw, and nothing else in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ipywidgets as w
import pandas as pd
import pytest
from apps_hall import Hall
from test_apps_signals import other

from veerkracht_nb.apps import WijkprofielParameters, prepare, run_wijkprofielen, wijkprofiel
from veerkracht_nb.apps.launch import VARIABLE
from veerkracht_nb.apps.signals import signal_of
from veerkracht_nb.apps.wijk_page import WijkPage
from veerkracht_nb.areas import Municipality
from veerkracht_nb.areas.indicators import Indicator
from veerkracht_nb.areas.own import OwnProfile
from veerkracht_nb.dialogue import Session
from veerkracht_nb.errors import ExportError, ParameterError
from veerkracht_nb.signal import default_reference, to_record
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources.reference_store import save_reference
from veerkracht_nb.sources.store import save_municipality
from veerkracht_nb.widgets import ErrorPanel

OPEN = Callable[..., w.Widget]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> OPEN:
    """Open the page as the facilitator of a session does, through the server."""

    def open_with(session: Session, **values: str) -> w.Widget:
        actor = {"id": "begeleider-1", "kind": "begeleider"}
        given = {"app": "wijkprofiel", "session": str(session.path), "actor": actor}
        monkeypatch.setenv(VARIABLE, json.dumps(given))
        return wijkprofiel(WijkprofielParameters(sessie=session.id, **values))

    return open_with


def echtdam(town: Municipality) -> Municipality:
    """The embedded gemeente as if it were a real one, with an own table."""
    rows = [
        (code, "eigen_meldingen", year, 10.0 + place % 7 + (year - 2014) * (place % 3))
        for place, code in enumerate(town.buurten.index)
        for year in (2014, 2020)
    ]
    figures = pd.DataFrame(rows, columns=["code", "indicator", "year", "value"])
    item = Indicator(
        key="eigen_meldingen", label="Meldingen", short_label="Meldingen", unit="", decimals=0,
        higher_is="worse", source="Wijkteam",
    )  # fmt: skip
    made = OwnProfile(key="eigen_team", title="Wijkteam", indicators=(item.key,), note="", source="Wijkteam")
    return replace(
        town,
        code="GM9902",
        name="Echtdam",
        fictional=False,
        indicators=pd.concat([town.indicators, figures], ignore_index=True),
        own=(item,),
        own_profiles=(made,),
    )


def letters(page: WijkPage) -> dict[str, str]:
    """The class of every buurt of the gemeente, as the profiles print it."""
    profiles = (page.maker.profile(wijk) for wijk in page.maker.wijken)
    return {buurt.code: buurt.letter for profile in profiles for buurt in profile.buurten}


def seen_in(session: Session) -> dict[str, str]:
    made = session.state().made
    assert made is not None
    return {buurt.code: buurt.letter for buurt in made.buurten}


def test_profile_view_years_and_comparison_are_those_of_the_session(tmp_path: Path, opened: OPEN) -> None:
    with prepare.prepare_session(profile="zelfredzaamheid", view="absoluut", folder=tmp_path) as session:
        save_reference(to_record(other()))
        now = signal_of(load_municipality("GM9901"), "zelfredzaamheid", "absoluut").table["letter"]
        seen = seen_in(session)
        assert {code: now[code] for code in seen} != seen, "without the session the map would be another one"
        page = opened(session)
        assert isinstance(page, WijkPage), page
        signal, made = page.signal, session.state().made
        assert made is not None
        assert (signal.profile, signal.view) == ("zelfredzaamheid", "absoluut")
        assert signal.reference == default_reference("zelfredzaamheid")
        years = signal.period
        assert (years.k0, years.k1, years.o0, years.o1) == made.period
        assert letters(page) == seen
        assert "op zichzelf bekeken" in page.maker.profile(page.wijk).subtitle


def test_an_own_table_and_the_borders_of_then_are_kept_and_never_replaced(
    tmp_path: Path, opened: OPEN
) -> None:
    town = echtdam(load_municipality("GM9901"))
    bare = replace(town, own=(), own_profiles=())
    save_municipality(town)
    with prepare.prepare_session("GM9902", profile="eigen_team", folder=tmp_path) as session:
        save_municipality(replace(bare, year=town.year + 1))
        page = opened(session, gemeente="Echtdam")
        assert isinstance(page, WijkPage), page
        assert (page.municipality.year, page.signal.profile) == (town.year, "eigen_team")
        assert letters(page) == seen_in(session)
        save_municipality(bare)
        gone = opened(session, gemeente="Echtdam")
        assert isinstance(gone, ErrorPanel) and "staan niet op deze laptop" in str(gone.error)


def test_a_class_that_the_figures_give_no_longer_is_still_that_of_the_session(
    hall: Hall, tmp_path: Path, opened: OPEN
) -> None:
    buurt = next(b for b in hall.town.made.buurten if b.letter == "A")
    then = Hall(
        tmp_path / "toen",
        hall.town,
        buurten=tuple(replace(b, letter="D") if b is buurt else b for b in hall.town.made.buurten),
    )
    page = opened(then.session, wijk=buurt.wijk_code)
    assert isinstance(page, WijkPage), page
    profile = page.maker.profile(buurt.wijk_code)
    (shown,) = [b for b in profile.buurten if b.code == buurt.code]
    assert (shown.letter, shown.mark, shown.label) == ("D", "D", "Dubbel gunstig")
    assert shown.why.startswith("Dit is de klasse van de sessie") and "klasse A" in shown.why
    rest = [b for b in profile.buurten if b.code != buurt.code]
    assert rest and not any("klasse van de sessie" in b.why for b in rest)
    then.close()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"gemeente": "Echtdam"}, "gaat over een andere gemeente"),
        ({"profiel": "sociaaleconomisch"}, "gemaakt met een ander profiel"),
    ],
)
def test_a_session_that_does_not_fit_the_question_says_what_does(
    tmp_path: Path, opened: OPEN, values: dict[str, str], words: str
) -> None:
    save_municipality(echtdam(load_municipality("GM9901")))
    with prepare.prepare_session(profile="zelfredzaamheid", folder=tmp_path) as session:
        panel = opened(session, **values)
    assert isinstance(panel, ErrorPanel) and words in str(panel.error)
    assert all(panel.error[part] for part in ("message", "expected", "got", "todo"))


def test_the_command_refuses_the_same_before_it_writes_anything(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    with prepare.prepare_session(profile="zelfredzaamheid", folder=folder) as session:
        name = session.id
    with pytest.raises(ParameterError, match="ander profiel"):
        run_wijkprofielen("GM9901", tmp_path / "uit", sessie=name, profiel="sociaaleconomisch")
    save_municipality(echtdam(load_municipality("GM9901")))
    with pytest.raises(ExportError, match="andere gemeente"):
        run_wijkprofielen("GM9902", tmp_path / "uit", sessie=name)
    assert not (tmp_path / "uit").exists()
