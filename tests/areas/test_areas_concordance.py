"""Links between two maps, and figures that go over them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from veerkracht_nb.areas.changes import BuurtChange, changes_between
from veerkracht_nb.areas.concordance import Concordance, concordance, same_name
from veerkracht_nb.areas.transfer import transfer

A, B, C, D = (f"BU9902010{n}" for n in range(1, 5))


def kaart(*rows: tuple[str, str, Polygon], inwoners: dict[str, int] | None = None) -> gpd.GeoDataFrame:
    """Return a map of buurten: code, name and shape in metres."""
    codes = [row[0] for row in rows]
    people = [(inwoners or {}).get(code, 1000) for code in codes]
    return gpd.GeoDataFrame(
        {"name": [row[1] for row in rows], "inwoners": pd.array(people, "Int64"), "water": False},
        index=pd.Index(codes, name="code"),
        geometry=[MultiPolygon([row[2]]) for row in rows],
        crs=28992,
    )


def square(x: float, y: float = 0, width: float = 100, height: float = 100) -> Polygon:
    return box(80000 + x, 430000 + y, 80000 + x + width, 430000 + y + height)


def link(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, **more: object) -> Concordance:
    return concordance(old, new, old_year=2018, new_year=2022, **more)  # type: ignore[arg-type]


def test_the_same_buurt_keeps_its_figures_whatever_the_spelling_of_its_name() -> None:
    found = link(
        kaart((A, "Vettenoordse polder-West", square(0))), kaart((A, "Vettenoordse Polder West", square(2)))
    )
    assert found.by_code[A].kind == "zelfde" and found.by_code[A].carried
    assert found.changes() == () and found.unplaced == 0


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Beemster en Purmerhoek", "Beemster/Purmerhoek", True),
        ("'s Gravenland", "'s-Gravenland", True),
        ("Chopin-buurt", "Chopinbuurt", True),
        ("Buurt 2851", "Toneelbuurt", False),
        ("Één", "EEN", True),
    ],
)
def test_names_that_differ_in_spelling_only_are_the_same(a: str, b: str, same: bool) -> None:
    assert same_name(a, b) is same


def test_a_code_that_was_reused_for_another_place_carries_nothing() -> None:
    old = kaart((A, "Noord", square(0)), (B, "Zuid", square(100)))
    new = kaart((A, "Zuid", square(100)), (B, "Noord", square(0)))
    found = link(old, new)
    assert {code: (item.kind, item.parts[0].code) for code, item in found.by_code.items()} == {
        A: ("hernummerd", B),
        B: ("hernummerd", A),
    }
    moved = transfer(tidy({A: 1, B: 2}), found, old)
    assert moved.table.set_index("code")["value"].to_dict() == {A: 2, B: 1}


def test_a_reused_code_without_overlap_is_left_out_with_the_reason() -> None:
    found = link(kaart((A, "Noord", square(0))), kaart((A, "Haven", square(500))))
    item = found.by_code[A]
    assert (item.kind, item.carried) == ("nieuw", False)
    assert "2018" in item.reason and found.unplaced == 0
    assert transfer(tidy({A: 1}), found, kaart((A, "Noord", square(0)))).table.empty


def test_a_split_gives_neither_half_the_figures_of_the_whole() -> None:
    old = kaart((A, "Noord", square(0, width=200)))
    new = kaart((A, "Noord", square(0)), (B, "Noord Oost", square(100)))
    found = link(old, new)
    assert [item.kind for item in found.links] == ["gesplitst", "gesplitst"]
    assert not any(item.carried for item in found.links) and found.unplaced == 1
    assert "50%" in found.by_code[B].reason and A in found.by_code[B].reason
    assert all(change.breaks_series for change in found.changes())


def test_whole_buurten_that_were_merged_add_up() -> None:
    old = kaart((A, "Noord", square(0)), (B, "Zuid", square(100)), inwoners={A: 3000, B: 1000})
    found = link(old, kaart((C, "Noord-Zuid", square(0, width=200))))
    item = found.by_code[C]
    assert (item.kind, item.carried) == ("samengevoegd", True)
    assert {part.code for part in item.parts} == {A, B}
    figures = pd.concat(
        [
            tidy({A: 3000, B: 1000}, "a_inw"),
            tidy({A: 1500, B: 500}, "a_hh"),
            tidy({A: 40.0, B: 80.0}, "p_hh_li"),
            tidy({A: 10.0, B: 30.0}, "moeite_rondkomen"),
            tidy({A: 300.0, B: 100.0}, "bev_dich"),
            tidy({A: 1.0, B: 5.0}, "ste_mvs"),
            tidy({A: 20.0}, "p_huurw"),
        ]
    )
    moved = transfer(figures, found, old)
    values = moved.table.set_index("indicator")["value"].to_dict()
    assert values == pytest.approx(
        {"a_inw": 4000, "a_hh": 2000, "p_hh_li": 50.0, "moeite_rondkomen": 15.0, "bev_dich": 200.0}
    )
    assert moved.recalculated == {C}
    assert found.changes()[0].carried and not found.changes()[0].breaks_series


def test_a_merged_buurt_where_nobody_lived_needs_no_figure_but_a_missing_one_is_never_zero() -> None:
    shapes = (A, "Noord", square(0)), (B, "Park", square(100))
    new = kaart((C, "Noord-Park", square(0, width=200)))
    for people, expected in ((0, {C: 100.0}), (500, {})):
        old = kaart(*shapes, inwoners={A: 1000, B: people})
        moved = transfer(tidy({A: 100.0}, "a_soz_wb"), link(old, new), old)
        assert moved.table.set_index("code")["value"].to_dict() == expected


def test_a_border_that_moved_gives_no_estimate() -> None:
    old = kaart((A, "Noord", square(0)), (B, "Zuid", square(100)))
    new = kaart((A, "Noord", square(0, width=140)), (B, "Zuid", square(140, width=60)))
    found = link(old, new)
    assert {item.kind for item in found.links} == {"onzeker", "grens gewijzigd"}
    assert not any(item.carried for item in found.links)
    assert found.unplaced == 1


def test_a_mark_of_cbs_wins_over_measured_overlap() -> None:
    same = kaart((A, "Noord", square(0)))
    mark = BuurtChange(kind="grens gewijzigd", year=2020, code=A, old_code=A)
    item = link(same, same, changes=[mark]).by_code[A]
    assert (item.kind, item.carried, item.official) == ("grens gewijzigd", False, True)
    assert "2020" in item.reason
    outside = [BuurtChange(kind="grens gewijzigd", year=year, code=A, old_code=A) for year in (2018, 2023)]
    assert link(same, same, changes=outside).by_code[A].carried


def test_an_unbroken_chain_of_unchanged_is_believed_unless_the_maps_contradict_it() -> None:
    old, new = kaart((A, "Noord", square(0))), kaart((A, "Noord", square(25)))
    assert not link(old, new).by_code[A].carried
    assert not link(old, new, marked_years=[2019, 2020, 2022]).by_code[A].carried
    every = [2019, 2020, 2021, 2022]
    assert link(old, new, marked_years=every).by_code[A].official
    assert link(old, new, marked_years=every).by_code[A].carried
    assert not link(old, kaart((A, "Noord", square(60))), marked_years=every).by_code[A].carried


def test_a_buurt_that_was_divided_is_reported_as_ended() -> None:
    old = kaart((A, "Noord", square(0, width=300)))
    thirds = [(code, code, square(100 * n)) for n, code in enumerate((B, C, D))]
    found = link(old, kaart(*thirds))
    assert [(item.kind, item.code) for item in found.ended] == [("opgeheven", A)]
    assert found.changes()[-1].code == "" and found.changes()[-1].old_code == A


def test_a_small_but_populous_neighbour_that_was_swallowed_counts_as_a_merger() -> None:
    old = kaart((A, "Noord", square(0)), (B, "Toren", square(100, width=5)), inwoners={A: 1000, B: 400})
    new = kaart((A, "Noord", square(0, width=105)))
    assert link(old, new).by_code[A].kind == "samengevoegd"
    empty = kaart((A, "Noord", square(0)), (B, "Toren", square(100, width=5)), inwoners={A: 1000, B: 0})
    assert link(empty, new).by_code[A].kind == "zelfde"


def test_without_inhabitants_the_part_that_is_lost_is_a_share_of_the_area() -> None:
    old = kaart((A, "Noord", square(0)), (B, "Zuid", square(100, width=300)), inwoners={A: 0, B: 0})
    found = link(
        old,
        kaart((A, "Noord", square(0)), (B, "Zuid", square(100, width=100)), (C, "C", square(200, width=200))),
    )
    assert found.unplaced_of == "oppervlakte" and found.unplaced == pytest.approx(0.75)


def test_water_is_neither_linked_nor_reported() -> None:
    old = kaart((A, "Noord", square(0)))
    new = kaart((A, "Noord", square(0)), (B, "Plas", square(100)))
    new["water"] = [False, True]
    found = link(old, new)
    assert [item.code for item in found.links] == [A] and found.changes() == ()


def test_the_way_back_in_time_is_reported_in_the_year_of_the_change() -> None:
    old, new = kaart((A, "Noord", square(0))), kaart((A, "Noord", square(40)))
    back = concordance(new, old, old_year=2022, new_year=2018)
    assert [change.year for change in back.changes()] == [2022]
    assert changes_between(back.changes(), A, 2022, 2018) and not changes_between(
        back.changes(), A, 2018, 2018
    )


def test_changes_between_tells_why_a_figure_is_missing() -> None:
    moved = BuurtChange(kind="grens gewijzigd", year=2020, code=A, old_code=A, note="verschoven")
    named = BuurtChange(kind="hernoemd", year=2020, code=A, old_code=A)
    merged = BuurtChange(kind="samengevoegd", year=2020, code=A, old_code=B, carried=True)
    every = (moved, named, merged)
    assert changes_between(every, A, 2018, 2022) == (moved,)
    assert changes_between(every, A, 2020, 2022) == () and changes_between(every, B, 2018, 2022) == ()


def tidy(values: dict[str, float], indicator: str = "a_inw", year: int = 2018) -> pd.DataFrame:
    return pd.DataFrame(
        [(code, indicator, year, float(value)) for code, value in values.items()],
        columns=["code", "indicator", "year", "value"],
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 5000), min_size=4, max_size=4),
    st.lists(st.sampled_from([0, 1, 2]), min_size=4, max_size=4),
    st.floats(0, 8),
)
def test_a_count_is_never_more_after_the_move_and_what_is_lost_is_reported(
    people: list[int], owners: list[int], shift: float
) -> None:
    codes = [A, B, C, D]
    old = kaart(
        *[(code, code, square(100 * n)) for n, code in enumerate(codes)],
        inwoners=dict(zip(codes, people, strict=True)),
    )
    strips = {owner: [n for n in range(4) if owners[n] == owner] for owner in set(owners)}
    rows = []
    for owner, places in strips.items():
        shape = square(100 * places[0] + shift)
        for n in places[1:]:
            shape = shape.union(square(100 * n + shift))
        parts = MultiPolygon([shape]) if isinstance(shape, Polygon) else shape
        rows.append((f"BU9902020{owner}", parts))
    new = gpd.GeoDataFrame(
        {"name": "Nieuw", "inwoners": pd.array([1] * len(rows), "Int64"), "water": False},
        index=pd.Index([code for code, _ in rows], name="code"),
        geometry=[shape for _, shape in rows],
        crs=28992,
    )
    found = link(old, new)
    moved = transfer(tidy(dict(zip(codes, people, strict=True))), found, old)
    placed = moved.table["value"].sum()
    assert placed <= sum(people) + 1e-6
    assert np.all(moved.table["value"] >= 0)
    if sum(people):
        assert found.unplaced == pytest.approx(1 - placed / sum(people), abs=1e-9)
        assert moved.unplaced["share"].iloc[0] == pytest.approx(found.unplaced, abs=1e-9)
