"""A name with a typing error is answered with the name that was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.nearest import meant, missing_file, nearest

KNOWN = ("Amsterdam", "Rotterdam", "'s-Hertogenbosch", "Súdwest-Fryslân")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Roterdam", "Rotterdam"),
        (" ROTTERDAM ", "Rotterdam"),
        ("s Hertogenbosch", "'s-Hertogenbosch"),
        ("sudwest fryslan", "Súdwest-Fryslân"),
        ("Parijs", ""),
        ("", ""),
    ],
)
def test_a_name_is_found_by_what_it_looks_like(typed: str, name: str) -> None:
    assert nearest(typed, KNOWN) == name


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=8))
def test_what_is_meant_is_always_one_of_the_known_names(typed: str, known: list[str]) -> None:
    assert nearest(typed, known) in ("", *known)


def test_what_to_do_stays_where_nothing_looks_like_it() -> None:
    assert meant("Parijs", KNOWN, "kies een van deze") == "kies een van deze"
    assert (
        meant("Roterdam", KNOWN, "kies een van deze") == "Misschien is bedoeld: Rotterdam. Kies een van deze"
    )
    assert meant("Roterdam", KNOWN) == "Misschien is bedoeld: Rotterdam"


def test_a_file_that_is_not_there_names_the_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "wijkenbuurten_2024.gpkg").touch()
    assert "wijkenbuurten_2024.gpkg" in missing_file(tmp_path / "wijkenbuurten_2042.gpkg")
    assert missing_file(tmp_path / "weg" / "x.csv") == "Controleer de naam en de map van het bestand."
