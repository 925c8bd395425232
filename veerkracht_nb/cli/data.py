"""``veerkracht data``: getting, reading in, looking at and carrying figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ParameterError
from .options import Gemeente, Only, kinds_of, tell

data_app = typer.Typer(
    help="Gegevens van gemeenten ophalen, inlezen, bekijken en meenemen.", no_args_is_help=True
)
own_app = typer.Typer(help="Een eigen tabel bij de cijfers van een gemeente zetten.", no_args_is_help=True)
data_app.add_typer(own_app, name="own")

Names = Annotated[list[str] | None, typer.Argument(help="Codes of namen van gemeenten.")]


@data_app.command("get")
def data_get(
    names: Names = None,
    years: Annotated[
        str, typer.Option(help="Jaren met komma's ertussen; het laatste bepaalt de grenzen.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Alle gemeenten van Nederland.")] = False,
    only: Only = "",
) -> None:
    """Haal grenzen en cijfers op bij de uitgevers; opnieuw starten gaat verder waar het ophield."""
    from ..sources.get import get_municipalities

    wanted = _years(years)
    report = get_municipalities(
        names or [], years=wanted, everything=everything, progress=tell, kinds=kinds_of(only)
    )
    for line in (*report.lines(), *_compared()):
        typer.echo(line)


def _compared() -> list[str]:
    """Compute the national comparisons again where a national table is newer, and say so."""
    from ..apps.signals import reference_lines, refresh_references

    return reference_lines(refresh_references())


def _years(text: str) -> list[int] | None:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() for part in parts):
        raise ParameterError("Dit zijn geen jaren.", expected="bijvoorbeeld 2014,2022", got=text[:60])
    return [int(part) for part in parts] or None


@data_app.command("import")
def data_import(
    files: Annotated[
        list[Path], typer.Argument(help="Bestanden van CBS/PDOK, Leefbaarometer en RIVM, of een map.")
    ],
    gemeente: Annotated[list[str] | None, typer.Option(help="Alleen deze gemeenten (code of naam).")] = None,
) -> None:
    """Lees bestanden van de uitgevers in; welk bestand wat is, wordt herkend aan de inhoud."""
    from ..sources import import_files

    report = import_files(files, gemeenten=gemeente, progress=tell)
    for line in (*report.lines(), *_compared()):
        typer.echo(line)


@data_app.command("country")
def data_country(
    files: Annotated[list[Path], typer.Argument(help="Landelijke bestanden, of een map.")],
    year: Annotated[int | None, typer.Option(help="Jaar van de grenzen; anders het rijkste.")] = None,
) -> None:
    """Lees alle buurten van Nederland in één keer in, voor het landelijke beeld."""
    from ..apps.signals import keep_country_references, reference_lines
    from ..sources.national import read_country

    country = read_country(files, year=year, progress=tell)
    typer.echo(
        f"{len(country.names())} gemeenten, {len(country.buurten)} buurten, grenzen van {country.year}"
    )
    for line in reference_lines(keep_country_references(country)):
        typer.echo(line)


@data_app.command("list")
def data_list() -> None:
    """Toon de gemeenten die klaarstaan, met editie en datum."""
    from ..sources import list_municipalities
    from ..sources.national import national_areas

    for info in list_municipalities():
        when = info.imported_at.date().isoformat() if info.imported_at else ""
        fictional = "  (fictief)" if info.fictional else ""
        typer.echo(f"{info.code}  {info.year}  {info.name}{fictional}  {info.editions}  {when}")
    country = national_areas()
    if country:
        typer.echo(
            f"Nederland  {country.year}  {len(country.gemeenten)} gemeenten, te kiezen met naam of code  "
            f"{country.editions}"
        )


@data_app.command("pack")
def data_pack(
    names: Annotated[list[str], typer.Argument(help="Codes of namen van gemeenten die klaarstaan.")],
    to: Annotated[Path, typer.Option("--to", help="Bestand dat wordt gemaakt.")] = Path("veerkracht.zip"),
) -> None:
    """Pak gemeenten in voor een laptop zonder internet."""
    from ..sources import load_municipality
    from ..sources.bundle import pack
    from ..sources.store import keep_municipality

    for name in names:
        keep_municipality(load_municipality(name))
    typer.echo(str(pack(names, to, progress=tell)))


@data_app.command("unpack")
def data_unpack(
    file: Annotated[Path, typer.Argument(help="Bestand van `veerkracht data pack`.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Vervang ook wat hier nieuwer is.")] = False,
) -> None:
    """Zet ingepakte gemeenten klaar op deze laptop."""
    from ..sources.bundle import unpack

    report = unpack(file, overwrite=overwrite, progress=tell)
    for line in (*report.lines(), *_compared()):
        typer.echo(line)


@own_app.command("add")
def own_add(
    gemeente: Gemeente,
    file: Annotated[Path, typer.Argument(help="CSV- of Excel-bestand met één rij per buurt.")],
    title: Annotated[str, typer.Option(help="Naam van de tabel, zoals die op de kaart komt.")],
    year: Annotated[int, typer.Option(help="Jaar van de cijfers.")],
    columns: Annotated[str, typer.Option(help="Kolommen met cijfers, met komma's ertussen.")] = "",
    code_column: Annotated[str, typer.Option(help="Kolom met de buurtcodes; anders herkend.")] = "",
    source: Annotated[str, typer.Option(help="Wie de cijfers heeft gemaakt.")] = "eigen opgave",
    better: Annotated[bool, typer.Option("--better", help="Hoger is gunstiger; anders ongunstiger.")] = False,
    skip: Annotated[
        bool, typer.Option("--skip", help="Laat rijen met een fout weg in plaats van te stoppen.")
    ] = False,
) -> None:
    """Zet een eigen CSV- of Excel-tabel bij een gemeente, als profiel van kwetsbaarheid."""
    from ..sources import load_municipality
    from ..sources.own_keeping import import_own_table
    from ..sources.own_model import OwnColumn, OwnTableChoice
    from ..sources.own_table import read_own_table

    table = read_own_table(file)
    wanted = [name.strip() for name in columns.split(",") if name.strip()] or list(table.number_columns)
    choice = OwnTableChoice(
        title=title,
        source=source,
        code_column=code_column or table.code_column or "",
        columns=tuple(
            OwnColumn(column=name, label=name, higher_is="better" if better else "worse") for name in wanted
        ),
        year=year,
    )
    path, checked = import_own_table(table, load_municipality(gemeente), choice, only_good=skip)
    for line in (*table.notes, *checked.notes, *map(str, checked.errors)):
        typer.echo(line)
    typer.echo(f"{len(checked.matched)} buurten met cijfers; profiel {checked.profile.key} in {path}")


@own_app.command("list")
def own_list() -> None:
    """Toon de eigen tabellen op deze laptop."""
    from ..sources.own_keeping import load_own_profiles

    for code, year, profile in load_own_profiles():
        typer.echo(f"{code}  {year}  {profile.key}  {profile.title}")


@own_app.command("forget")
def own_forget(
    gemeente: Gemeente, key: Annotated[str, typer.Argument(help="Sleutel, zie `veerkracht data own list`.")]
) -> None:
    """Haal een eigen tabel weer weg bij een gemeente."""
    from ..sources import load_municipality
    from ..sources.own_keeping import forget_own_table

    for path in forget_own_table(key, load_municipality(gemeente).code):
        typer.echo(str(path))
