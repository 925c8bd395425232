"""``veerkracht session``: making, looking at, exporting and deleting sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import LogError
from .options import (
    AUTOMATIC,
    Folder,
    Formats,
    Name,
    Profile,
    Variant,
    VariantName,
    View,
    ViewName,
)

if TYPE_CHECKING:
    from ..dialogue import SessionState

session_app = typer.Typer(help="Sessies maken, bekijken, exporteren en verwijderen.", no_args_is_help=True)


@session_app.command("new")
def session_new(
    gemeente: Annotated[str, typer.Argument(help="Code of naam van een ingelezen gemeente.")] = "GM9901",
    title: Annotated[str, typer.Option(help="Titel op elk scherm.")] = "",
    script: Annotated[
        str, typer.Option(help="Draaiboek: kennismaking, werksessie, terugkijken of een YAML-bestand.")
    ] = "werksessie",
    profile: Profile = AUTOMATIC,
    view: View = ViewName.relatief,
) -> None:
    """Maak een sessie en toon de code en de geheime koppelingen."""
    from ..apps import prepare

    session = prepare.prepare_session(gemeente, title=title, script=script, profile=profile, view=view.value)
    _show(session.id)


@session_app.command("list")
def session_list() -> None:
    """Toon de sessies op deze laptop."""
    from ..dialogue import list_sessions
    from ..paths import sessions_folder

    found = list_sessions(sessions_folder())
    if not found:
        typer.echo("Er zijn nog geen sessies. Maak er een met: veerkracht session new")
    for info in found:
        if info.error:
            typer.echo(f"{info.path.stem:18} kan niet worden gelezen: {info.error.message}")
            continue
        state = "gesloten" if info.closed else "open"
        people = f"{info.seats:3} deelnemers"
        typer.echo(f"{info.id:18} {info.code}  {state:9} {people}  {info.gemeente}: {info.title}")


@session_app.command("show")
def session_show(name: Name) -> None:
    """Toon de code, de koppelingen en de stand van een sessie."""
    _show(name)


def _show(name: str) -> None:
    from ..apps import prepare

    session = prepare.find_session(name)
    state = session.state()
    made = state.made
    assert made is not None
    rows = [
        ("naam", session.id),
        ("titel", made.title),
        ("gemeente", f"{made.municipality_name} ({made.municipality}, grenzen {made.year})"),
        ("code voor deelnemers", session.code),
        ("begeleider", f"/b/{session.facilitator_key}"),
        ("scherm", f"/scherm/{session.screen_key}"),
        ("stap", state.step or "nog niet begonnen"),
        ("deelnemers", str(len(state.seats))),
        *_counts(state),
        ("bewaren tot", made.retain_until),
        ("bestand", str(session.path)),
    ]
    for label, value in rows:
        typer.echo(f"{label:22} {value}")


def _counts(state: SessionState) -> list[tuple[str, str]]:
    """Return how much the room gave; what was withdrawn, and an answer that was taken back, do not count."""
    texts = state.contributions.values()
    withdrawn = sum(text.withdrawn for text in texts)
    answers = sum(bool(a.recognition or a.direction) for a in state.answers.values())
    given = ("bijdragen", str(len(texts) - withdrawn + answers))
    return [given, ("ingetrokken", str(withdrawn))] if withdrawn else [given]


@session_app.command("delete")
def session_delete(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Niet meer vragen.")] = False
) -> None:
    """Verwijder een sessie voorgoed, met alles wat erin is gezegd."""
    from ..apps import prepare
    from ..dialogue import delete, open_session

    path = prepare.session_path(name)
    try:
        with open_session(path) as session:
            made = session.state().made
    except LogError:
        made = None  # what cannot be read must be possible to throw away
    title = made.title if made else path.name
    if not yes and not typer.confirm(f"De sessie '{title}' voorgoed verwijderen?"):
        typer.echo("Er is niets verwijderd.")
        return
    delete(path)
    typer.echo(f"De sessie '{title}' is verwijderd.")


@session_app.command("export")
def export(
    name: Name,
    to: Folder = Path(),
    formats: Formats = "md,docx,xlsx,gpkg",
    variant: Variant = VariantName.tafel,
) -> None:
    """Schrijf het sessieverslag als Markdown, Word, Excel en GeoPackage."""
    from ..apps import prepare

    session = prepare.find_session(name)
    wanted = tuple(name.strip().lower() for name in formats.split(","))
    for path in prepare.export(session, to, formats=wanted, variant=variant.value):
        typer.echo(str(path))
