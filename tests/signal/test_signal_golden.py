"""The worked example of the method, figure by figure."""

from __future__ import annotations

import pytest
from signal_towns import golden_town

from veerkracht_nb.signal import Period, compute_signal

# name: K0, K1, dK, band of K, dO, band of O, class; as printed
GOLDEN = {
    "Alfa": ("+1.579", "+2.183", "+0.604", "0.150", "+0.025", "0.009", "A"),
    "Bravo": ("+1.579", "+2.183", "+0.604", "0.150", "-0.002", "0.009", "B"),
    "Charlie": ("+0.306", "+0.322", "+0.016", "0.150", "+0.020", "0.009", "C"),
    "Delta": ("+1.235", "+0.679", "-0.556", "0.150", "-0.020", "0.009", "D"),
    "Echo": ("-0.185", "-0.061", "+0.124", "0.150", "+0.002", "0.009", "E"),
    "Foxtrot": ("+0.662", "+1.350", "+0.688", "0.707", "+0.025", "0.009", "X"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_every_column_of_the_worked_example_comes_out_as_printed(name: str) -> None:
    signal = compute_signal(
        golden_town(),
        profile="sociaaleconomisch",
        period=Period(k0=2014, k1=2022, o0=2014, o1=2022),
        view="absoluut",
    )
    row = signal.table.loc[name]
    printed = (
        f"{row.k0:+.3f}",
        f"{row.k1:+.3f}",
        f"{row.dk:+.3f}",
        f"{row.dk_band:.3f}",
        f"{row['do']:+.3f}",
        f"{row.do_band:.3f}",
        row.letter,
    )
    assert printed == GOLDEN[name]


def test_the_example_needs_no_choices_beyond_the_view() -> None:
    signal = compute_signal(golden_town(), view="absoluut")
    assert signal.profile == "sociaaleconomisch"
    assert signal.period == Period(k0=2014, k1=2022, o0=2014, o1=2022)
    assert "".join(signal.table["letter"]) == "ABCDEX"


def test_foxtrot_says_that_it_is_too_small_to_tell() -> None:
    signal = compute_signal(golden_town(), view="absoluut")
    assert "te klein om een verandering" in signal.table.loc["Foxtrot", "why_x"]
    assert (signal.table.loc[signal.table["letter"] != "X", "why_x"] == "").all()
