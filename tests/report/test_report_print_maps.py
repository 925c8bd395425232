"""Maps for the wall, opened as a printer and a screen reader would."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from shapely.affinity import translate
from shapely.geometry import MultiPolygon

from veerkracht_nb.areas import Municipality
from veerkracht_nb.errors import ExportError
from veerkracht_nb.i18n import use_language
from veerkracht_nb.report.printing import PALETTES, SHEETS, maps, print_maps
from veerkracht_nb.report.printing.files import slug
from veerkracht_nb.report.printing.fitting import fit
from veerkracht_nb.report.printing.ground import bounds_of, numbered
from veerkracht_nb.report.printing.paper import layouts
from veerkracht_nb.report.printing.styles import looks
from veerkracht_nb.signal import CLASSES, LIMITS, Robustness, Signal, compute_signal, robustness
from veerkracht_nb.sources import load_municipality

HOSTILE = (
    '#import "@preview/evil:0.1.0": *',
    '$ sum_(i=1)^n $ @bron <label> \\ #read("/etc/passwd")',
    "<script>alert(1)</script> & *vet* _schuin_ `code`",
    "]] #panic() [[ // weg /* ook weg",
    "../../etc/passwd",
    "= Kop - lijst + som",
)
# Page sizes are stated in points of 1/72 inch.
POINT = 72 / 25.4


@pytest.fixture(autouse=True)
def _dutch_afterwards() -> Iterator[None]:
    yield
    use_language("nl")


@pytest.fixture(scope="module")
def embedded() -> Municipality:
    return load_municipality("GM9901")


@pytest.fixture(scope="module")
def signal(embedded: Municipality) -> Signal:
    return compute_signal(embedded, profile="sociaaleconomisch")


@pytest.fixture(scope="module")
def files(embedded: Municipality, signal: Signal, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return print_maps(embedded, signal, tmp_path_factory.mktemp("kaarten"))


def text_of(path: Path) -> str:
    """Everything on the sheets, as one line: what wraps on paper does not here."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def squeezed(text: str) -> str:
    """Without spaces and hyphens: where a line ends is not what this is about."""
    return re.sub("[\\s\u00ad-]+", "", text)


def fonts(page: object) -> Iterator[DictionaryObject]:
    """Every font of a page and of the drawings on it."""
    waiting = [page["/Resources"].get_object()]  # type: ignore[index]
    while waiting:
        resources = waiting.pop()
        for font in resources.get("/Font", {}).values():
            yield font.get_object()
        for name in ("/XObject", "/Pattern"):
            for part in resources.get(name, {}).values():
                if "/Resources" in part.get_object():
                    waiting.append(part.get_object()["/Resources"].get_object())


def check_accessible(path: Path, title: str) -> None:
    reader = PdfReader(path)
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in catalogue
    assert str(catalogue["/Lang"]).startswith("nl")
    assert reader.metadata and reader.metadata.title == title
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    found = [font for page in reader.pages for font in fonts(page)]
    assert found
    for font in found:
        descendants = [part.get_object() for part in font.get("/DescendantFonts", [font])]
        for part in descendants:
            assert any(key in part["/FontDescriptor"] for key in ("/FontFile2", "/FontFile3")), font


def test_one_sheet_for_each_size_and_each_wijk(files: list[Path], embedded: Municipality) -> None:
    wijken = embedded.buurten.loc[~embedded.buurten["water"], "wijk_code"].nunique()
    assert [path.stem.rsplit("-", 1)[1] for path in files] == ["a0", "a1", *["a3"] * wijken]
    for path in files:
        reader = PdfReader(path)
        assert len(reader.pages) == 1
        width, height = SHEETS[path.stem.rsplit("-", 1)[1].upper()]
        box = reader.pages[0].mediabox
        assert abs(float(box.width) - width * POINT) < 0.01 and abs(float(box.height) - height * POINT) < 0.01


def test_a_map_is_tagged_in_its_language_with_its_fonts(files: list[Path]) -> None:
    check_accessible(files[0], "Signaleringskaart Veerdam – A0")
    check_accessible(files[2], "Signaleringskaart Veerdam – Wijk Centrum – A3")


def test_everything_that_belongs_to_the_map_is_on_every_sheet(files: list[Path], signal: Signal) -> None:
    for path in (files[0], files[1], files[2]):
        text = squeezed(text_of(path))
        for said in (*signal.notes, *LIMITS, *(kind.label for kind in CLASSES.values())):
            assert squeezed(said) in text, said
        for question in (
            "Wat valt je op?",
            "Zien wij hetzelfde?",
            "verhalen hierachter?",
            "heeft deze wijk nodig?",
        ):
            assert squeezed(question) in text
        assert "Signaal,geenoordeel" in text and "Benaderingmetopendata" in text
        assert "Gemiddeldeveranderingindegemeente" in text and "Schaal1:" in text


def test_every_buurt_has_its_number_on_the_map_and_its_name_beside_it(
    files: list[Path], embedded: Municipality, signal: Signal
) -> None:
    text = text_of(files[0])
    style = looks("signaal", "rood-blauw")
    for buurt in numbered(embedded):
        mark = style[str(signal.table.at[buurt.code, "letter"])].mark
        # Once as a label on the map, once in the index.
        assert len(re.findall(rf"(?<!\d){buurt.number} {re.escape(mark)}", text)) >= 2, buurt
        assert squeezed(buurt.name) in squeezed(text)


def test_a_number_is_the_same_on_the_map_of_its_wijk(files: list[Path], embedded: Municipality) -> None:
    wijken = list(dict.fromkeys(buurt.wijk_code for buurt in numbered(embedded)))
    for path, wijk in zip(files[2:], wijken, strict=True):
        text = text_of(path)
        assert wijk.lower() in path.name
        for buurt in numbered(embedded):
            if buurt.wijk_code == wijk:
                assert re.search(rf"(?<!\d){buurt.number} [A-E?]", text), buurt


@pytest.mark.parametrize("size", SHEETS)
def test_a_centimetre_on_paper_is_what_the_sheet_says(
    embedded: Municipality, signal: Signal, size: str
) -> None:
    members = numbered(embedded)
    keys = {code: str(letter) for code, letter in signal.table["letter"].items()}
    placed = fit(embedded, keys, looks("signaal", "rood-blauw"), members, layouts(size))
    west, south, east, north = bounds_of(embedded.buurten, [b.code for b in members])
    drawn = gpd.GeoSeries(list(placed.ground.shapes.values())).total_bounds
    # The simplified border may lie a little inside the real one.
    assert abs((drawn[2] - drawn[0]) - (east - west) * 1000 / placed.scale) < 0.5
    assert abs((drawn[3] - drawn[1]) - (north - south) * 1000 / placed.scale) < 0.5


def test_patterns_keep_their_size_at_any_scale(
    embedded: Municipality, signal: Signal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []
    real = maps.typeset

    def listening(template: Path, data: object, *, drawings: dict[str, str]) -> bytes:
        seen.append("".join(re.findall(r"<pattern .*?</pattern>", drawings["map.svg"])))
        return real(template, data, drawings=drawings)  # type: ignore[arg-type]

    monkeypatch.setattr(maps, "typeset", listening)
    print_maps(embedded, signal, tmp_path, sizes=("A0", "A1", "A3"), per_wijk=False)
    assert len(seen) == 3 and len(set(seen)) == 1 and seen[0].count("<pattern") == 4


def test_a_crowded_part_gets_a_larger_sheet_of_its_own(embedded: Municipality, tmp_path: Path) -> None:
    buurten = embedded.buurten.copy()
    # One buurt far away, as a harbour by the sea, makes all others small.
    far = buurten.geometry.iloc[7]
    buurten.iloc[7, buurten.columns.get_loc("geometry")] = translate(far, xoff=-60_000)
    town = dataclasses.replace(embedded, buurten=buurten)
    signal = compute_signal(town, profile="sociaaleconomisch")
    whole, part = print_maps(town, signal, tmp_path, sizes=("A1",), per_wijk=False)
    assert part.name == whole.name.replace("-a1", "-uitsnede-a1")
    scales = [int(re.findall(r"1 : ([\d.]+)", text_of(path))[0].replace(".", "")) for path in (whole, part)]
    assert scales[1] < scales[0] / 3
    assert "Veerdam, uitsnede" in text_of(part) and "SignaleringskaartVeerdam" in squeezed(text_of(part))


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("layer", ["signaal", "focus"])
def test_classes_differ_without_colour(layer: str, palette: str) -> None:
    made = looks(layer, palette)  # type: ignore[arg-type]
    assert len({look.pattern for look in made.values()}) == len(made)
    assert len({look.mark for look in made.values()}) == len(made)


def test_the_focus_layer_has_its_own_title_and_classes(
    embedded: Municipality, signal: Signal, tmp_path: Path
) -> None:
    (path,) = print_maps(embedded, signal, tmp_path, sizes=("A1",), per_wijk=False, layer="focus")
    text = squeezed(text_of(path))
    assert path.name.startswith("focuskaart-")
    assert "FocuskaartVeerdam" in text and "Kwetsbaarheidénoverlasthoog" in text
    assert all(squeezed(limit) in text for limit in LIMITS)


def renamed(embedded: Municipality, names: tuple[str, ...]) -> Municipality:
    buurten = embedded.buurten.copy()
    for place, name in enumerate(names):
        buurten.iloc[place, buurten.columns.get_loc("name")] = name
        wijk = buurten.iloc[place]["wijk_code"]
        buurten.loc[buurten["wijk_code"] == wijk, "wijk_name"] = name
    return dataclasses.replace(embedded, name=names[-1], buurten=buurten)


def test_hostile_names_are_text_and_read_nothing(embedded: Municipality, tmp_path: Path) -> None:
    town = renamed(embedded, HOSTILE)
    signal = compute_signal(town, profile="sociaaleconomisch")
    files = print_maps(town, signal, tmp_path / "uit", sizes=("A0",), session_title=HOSTILE[0])
    text = squeezed(text_of(files[0]))
    for name in HOSTILE:
        assert squeezed(name) in text, name
    assert "root:" not in text
    for path in files:
        assert re.fullmatch(r"[a-z0-9-]{1,150}\.pdf", path.name) and path.parent == tmp_path / "uit"
    assert sorted(p.name for p in tmp_path.rglob("*")) == sorted(["uit", *(p.name for p in files)])


def test_emoji_and_other_scripts_do_not_stop_the_printer(embedded: Municipality, tmp_path: Path) -> None:
    town = renamed(embedded, ("Plein 😀 👩🏽‍🚒", "حي السلام", "\u202eabc\u2066", "Ærø 漢字"))
    signal = compute_signal(town, profile="sociaaleconomisch")
    (path,) = print_maps(town, signal, tmp_path, sizes=("A1",), per_wijk=False)
    text = text_of(path)
    assert "😀" in text and "[woman][fireengine]" in squeezed(text) and "[cjk unified ideograph-6f22]" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069]abc", text)


def only(embedded: Municipality, codes: list[str]) -> Municipality:
    indicators = embedded.indicators[embedded.indicators["code"].isin(codes)]
    return dataclasses.replace(embedded, buurten=embedded.buurten.loc[codes].copy(), indicators=indicators)


def test_one_wijk_and_one_buurt_are_enough(embedded: Municipality, tmp_path: Path) -> None:
    wijk = list(embedded.buurten.index[embedded.buurten["wijk_code"] == "WK990103"])
    for codes in (wijk, wijk[:1]):
        town = only(embedded, codes)
        signal = compute_signal(town, profile="sociaaleconomisch")
        files = print_maps(town, signal, tmp_path / str(len(codes)), sizes=("A1",))
        assert len(files) == 2 and all(len(PdfReader(path).pages) == 1 for path in files)


def test_a_wijk_of_which_nothing_is_known_is_printed_as_such(
    embedded: Municipality, signal: Signal, tmp_path: Path
) -> None:
    codes = list(signal.table.index[(signal.table["letter"] == "X") & ~embedded.buurten["water"]])
    town = only(embedded, codes)
    town.buurten[["wijk_code", "wijk_name"]] = ["WK990199", "Onbekend"]
    (path,) = print_maps(town, compute_signal(town, profile="sociaaleconomisch"), tmp_path, sizes=())
    text = text_of(path)
    assert re.search(r"\d \?", text) and "Niet te bepalen" in text


def test_a_buurt_without_border_leaves_the_others_on_the_map(embedded: Municipality, tmp_path: Path) -> None:
    buurten = embedded.buurten.copy()
    buurten.iloc[0, buurten.columns.get_loc("geometry")] = MultiPolygon()
    town = dataclasses.replace(embedded, buurten=buurten)
    signal = compute_signal(town, profile="sociaaleconomisch")
    (path,) = print_maps(town, signal, tmp_path, sizes=("A3",), per_wijk=False)
    assert squeezed(str(buurten["name"].iloc[0])) in squeezed(text_of(path))


@pytest.mark.parametrize(
    "wrong",
    [{"sizes": ("A2",)}, {"layer": "hitte"}, {"palette": "regenboog"}, {"layer": "focus", "palette": ""}],
)
def test_a_wrong_wish_says_what_there_is(
    embedded: Municipality, signal: Signal, tmp_path: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(ExportError) as caught:
        print_maps(embedded, signal, tmp_path / "uit", **wrong)  # type: ignore[arg-type]
    assert caught.value.expected
    assert not (tmp_path / "uit").exists()


def test_a_signal_of_another_gemeente_is_refused(
    embedded: Municipality, signal: Signal, tmp_path: Path
) -> None:
    with pytest.raises(ExportError):
        print_maps(dataclasses.replace(embedded, code="GM9902"), signal, tmp_path)


def test_a_folder_that_cannot_be_made_gives_a_reason(
    embedded: Municipality, signal: Signal, tmp_path: Path
) -> None:
    (tmp_path / "bestand").write_text("vol")
    with pytest.raises(ExportError):
        print_maps(embedded, signal, tmp_path / "bestand", sizes=("A3",), per_wijk=False)


def test_english_on_request(embedded: Municipality, signal: Signal, tmp_path: Path) -> None:
    use_language("en")
    (path,) = print_maps(embedded, signal, tmp_path, sizes=("A3",), per_wijk=False)
    assert str(PdfReader(path).trailer["/Root"]["/Lang"]).startswith("en")


@pytest.mark.parametrize("text", [*HOSTILE, "", "..", "CON", "a" * 400, "Ĳsselmonde/Zuid", "😀"])
def test_file_names_are_safe(text: str) -> None:
    made = slug("wijkprofiel", text, "WK990101")
    assert re.fullmatch(r"wijkprofiel-([a-z0-9]+-)*wk990101", made) and len(made) < 80


def _one_uncertain(signal: Signal, code: str) -> Robustness:
    firmness = robustness(signal)
    table = firmness.table.assign(uncertain=firmness.table.index == code, focus_uncertain=False)
    return dataclasses.replace(firmness, table=table)


def test_an_uncertain_class_is_hatched_on_paper_and_in_the_legend(
    embedded: Municipality, signal: Signal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    buurt = next(b for b in numbered(embedded) if signal.table.at[b.code, "letter"] == "E")
    monkeypatch.setattr(maps, "robustness", lambda made: _one_uncertain(made, buurt.code))
    seen: list[dict[str, str]] = []
    real = maps.typeset

    def listening(template: Path, data: object, *, drawings: dict[str, str]) -> bytes:
        seen.append(drawings)
        return real(template, data, drawings=drawings)  # type: ignore[arg-type]

    monkeypatch.setattr(maps, "typeset", listening)
    # Without colours: what is uncertain must be told from everything else by lines alone.
    (whole,) = print_maps(embedded, signal, tmp_path, sizes=("A3",), per_wijk=False, palette="zwart-wit")
    assert seen[0]["map.svg"].count("url(#kaart-onzeker)") == 1
    assert sum("url(#onzeker)" in drawing for drawing in seen[0].values()) == 1, "one line of the legend"
    text = text_of(whole)
    assert len(re.findall(rf"(?<!\d){buurt.number} E\?", text)) >= 2, "on the map and in the index"
    assert squeezed("Onzeker: minder dan twee derde van de varianten") in squeezed(text)
    print_maps(embedded, signal, tmp_path, sizes=("A3",), per_wijk=False, layer="focus")
    assert "onzeker" not in seen[1]["map.svg"], "nothing to explain where nothing is uncertain"
    assert "swatch-6.svg" in seen[0] and "swatch-5.svg" not in seen[1]


def test_buurten_with_changed_borders_are_marked_and_explained(
    embedded: Municipality, signal: Signal, files: list[Path]
) -> None:
    assert signal.borders
    text = text_of(files[0])
    style = looks("signaal", "rood-blauw")
    for buurt in numbered(embedded):
        mark = style[str(signal.table.at[buurt.code, "letter"])].mark
        assert (f" {buurt.number} {mark}°" in f" {text}") == (buurt.code in signal.borders), buurt
    assert squeezed("° Grens, code of naam gewijzigd") in squeezed(text)
    unmoved = [path for path in files[2:] if "°" not in text_of(path)]
    assert unmoved, "a sheet without such a buurt does not explain the mark"
