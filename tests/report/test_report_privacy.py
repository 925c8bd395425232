"""What may not leave the room is in no byte of what leaves it."""

from __future__ import annotations

import zipfile
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from report_rooms import CODES, MADE_AT, Room, lively_room, municipality
from test_report_formats_agree import rooms

from veerkracht_nb.errors import ExportError
from veerkracht_nb.report import build_notes, export_notes
from veerkracht_nb.report.model import Answers, Group
from veerkracht_nb.report.places import rd_point

TOWN = municipality()
WITHDRAWN = ("Dit trek ik in.",)
UNRELEASED = (
    "Veel leegstand",
    "Alleen voor de zaal bedoeld.",
    "Openbaar maar nooit getoond.",
    "Eerste versie met een fout.",
)
RELEASED = (
    "Mooie nieuwe speeltuin",
    "De buurtkamer is elke dag open.",
    "Binnen de gemeente te delen.",
    "Verbeterde versie.",
)


def everything(paths: list[Path]) -> bytes:
    """All bytes of these files, those in Word and Excel unpacked."""
    found = b""
    for path in paths:
        found += path.read_bytes() + path.name.encode()
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(path) as archive:
                found += b"".join(archive.read(name) for name in archive.namelist())
    return found


@pytest.fixture(scope="module")
def shareable(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    notes = build_notes(lively_room().state(), variant="deelbaar", municipality=TOWN, made_at=MADE_AT)
    return everything(export_notes(notes, tmp_path_factory.mktemp("deelbaar"), municipality=TOWN))


@pytest.fixture(scope="module")
def for_the_table(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    notes = build_notes(lively_room().state(), variant="tafel", municipality=TOWN, made_at=MADE_AT)
    return everything(export_notes(notes, tmp_path_factory.mktemp("tafel"), municipality=TOWN))


def test_the_shareable_notes_hold_what_was_released_and_nothing_else(shareable: bytes) -> None:
    assert all(text.encode() in shareable for text in RELEASED)
    for text in (*UNRELEASED, *WITHDRAWN):
        assert text.encode() not in shareable
        assert text.encode("utf-16-le") not in shareable


def test_the_table_notes_hold_all_but_what_was_withdrawn(for_the_table: bytes) -> None:
    assert all(text.encode() in for_the_table for text in (*RELEASED, *UNRELEASED))
    assert not any(text.encode() in for_the_table for text in WITHDRAWN)


def test_no_notes_say_which_seat_or_event_it_was(shareable: bytes, for_the_table: bytes) -> None:
    for found in (shareable, for_the_table):
        assert b"zetel-" not in found and b"geheim-" not in found


def test_no_person_is_named_as_author(shareable: bytes) -> None:
    assert b"python-docx" not in shareable
    assert b"<dc:creator></dc:creator>" in shareable or b"<dc:creator/>" in shareable


def test_a_withdrawn_text_is_gone_with_its_earlier_versions(tmp_path: Path) -> None:
    room = Room()
    seat = room.seat()
    first = room.tell(seat, "geheim adres een", consent="openbaar", theme="geheim thema")
    second = room.tell(seat, "geheim adres twee", consent="openbaar", replaces=first)
    room.moderate(second, "teruggegeven", reason="geheim want adres")
    room.withdraw(seat, second)
    notes = build_notes(room.state(), variant="tafel", municipality=TOWN, made_at=MADE_AT)
    assert not notes.stories
    assert b"geheim" not in everything(export_notes(notes, tmp_path, municipality=TOWN))


def test_a_story_shown_but_meant_for_the_room_only_is_not_shared() -> None:
    room = Room()
    seat = room.seat()
    for consent in ("deze_zaal", "gemeente", "openbaar"):
        room.moderate(room.tell(seat, consent, consent=consent))
        room.moderate(room.tell(seat, f"{consent} vast", consent=consent), "vastgehouden")
        room.moderate(room.tell(seat, f"{consent} terug", consent=consent), "teruggegeven", reason="naam")
    told = [story.text for story in build_notes(room.state(), variant="deelbaar").stories]
    assert told == ["gemeente", "openbaar"]


def test_a_correction_after_showing_is_not_shared_until_shown_again() -> None:
    room = Room()
    seat = room.seat()
    shown = room.tell(seat, "was akkoord", consent="openbaar")
    room.moderate(shown)
    room.tell(seat, "met een naam erbij", consent="openbaar", replaces=shown)
    assert not build_notes(room.state(), variant="deelbaar").stories


def test_a_buurt_with_only_a_held_story_is_not_called_silent() -> None:
    room = Room()
    room.tell(room.seat(), "vastgehouden", CODES[2])
    notes = build_notes(room.state(), variant="deelbaar")
    assert notes.summary.without_voice == len(CODES) - 1


def test_a_shared_point_does_not_show_a_front_door() -> None:
    exact, shared = rd_point((4.34, 51.912), coarse=False), rd_point((4.34, 51.912), coarse=True)
    assert exact is not None and shared is not None
    assert all(part % 100 == 50 for part in shared)
    assert max(abs(a - b) for a, b in zip(exact, shared, strict=True)) <= 50


@pytest.mark.parametrize(
    "pin", [(0.0, 0.0), (float("nan"), 52.0), (float("inf"), 1.0), (4.3, 91.0), (51.9, 4.3)]
)
def test_a_pin_outside_the_country_is_no_place(pin: tuple[float, float]) -> None:
    assert rd_point(pin, coarse=False) is None


@settings(max_examples=150, deadline=None)
@given(rooms(most=80))
def test_no_count_below_three_can_be_derived_from_shareable_notes(room: Room) -> None:
    state = room.state()
    notes = build_notes(state, variant="deelbaar", made_at=MADE_AT)
    parts: list[int] = []
    for buurt in notes.buurten:
        for r in buurt.recognition:
            assert r.changed is None or not 0 < r.changed < 3
            for answers in (r.recognition, r.direction):
                _assert_safe(answers)
                real = [a for a in state.answers.values() if (a.step, a.buurt) == (r.step, buurt.code)]
                choice = "recognition" if answers.question == "herkenning" else "direction"
                said = sum(1 for a in real if getattr(a, choice))
                assert answers.total.n == said if answers.total else said < 3
                assert answers.too_few == (0 < said < 3)
            parts.append(r.recognition.total.n if r.recognition.total else 0)
    # Totals over buurten add up only what is shown, so nothing is left over when the shown is taken off.
    assert notes.summary.answers == sum(parts) == sum(step.answers for step in notes.steps)
    _assert_no_small_rest(notes.header.seats, [role.n for role in notes.header.roles])


def _assert_safe(answers: Answers) -> None:
    if answers.total is None:
        assert not answers.rows()
        return
    assert all(group.n >= 3 for group in answers.rows())
    _assert_no_small_rest(answers.total.n, [group.n for group in answers.groups])
    if answers.first:
        assert abs(answers.total.n - answers.first.n) not in (1, 2)


def _assert_no_small_rest(total: int, shown: list[int]) -> None:
    assert all(n >= 3 for n in shown)
    for size in range(1, len(shown) + 1):
        for some in combinations(shown, size):
            assert total - sum(some) not in (1, 2)


def test_roles_are_merged_in_the_table_notes_too() -> None:
    room = Room()
    for role, n in (("bewoner", 4), ("politie en veiligheid", 2), ("zorg en welzijn", 3)):
        for _ in range(n):
            room.answer(room.seat(role))
    room.answer(room.seat("bewoner"), CODES[1])
    notes = build_notes(room.state(), variant="tafel")
    by_code = {b.code: b for b in notes.buurten}
    groups: tuple[Group, ...] = by_code[CODES[0]].recognition[0].recognition.groups
    assert [(g.label, g.n) for g in groups] == [("bewoner", 4), ("overige rollen", 5)]
    # For those who were there everybody together is counted, however few.
    single = by_code[CODES[1]].recognition[0]
    assert single.recognition.total is not None and single.recognition.total.n == 1
    assert single.agreement == "te weinig stemmen" and not single.recognition.groups


def test_an_unknown_variant_or_an_empty_log_is_refused() -> None:
    with pytest.raises(ExportError, match="soort verslag"):
        build_notes(Room().state(), variant="alles")  # type: ignore[arg-type]
    room = Room()
    room.events.clear()
    with pytest.raises(ExportError, match="geen sessie"):
        build_notes(room.state(), variant="tafel")
