"""The command line: ``veerkracht demo | serve | session | data | export``.

Exit codes: 0 all went well; 2 the command was called wrongly; 3 something is wrong with data, or no signal follows
from it; 4 something is wrong with a session; 5 an export could not be written; 1 anything else.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import (
    DataError,
    ExportError,
    LogError,
    ParameterError,
    SessionError,
    SignalError,
    VeerkrachtError,
)

if TYPE_CHECKING:
    from .dialogue import Session

EXIT_CODES = ((DataError, 3), (SignalError, 3), (SessionError, 4), (ExportError, 5), (ParameterError, 2))

app = typer.Typer(
    help="Sessies over de veerkracht van buurten: van open data tot sessieverslag, op één laptop.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
session_app = typer.Typer(help="Sessies maken, bekijken, exporteren en verwijderen.", no_args_is_help=True)
data_app = typer.Typer(help="Gegevens van gemeenten inlezen en bekijken.", no_args_is_help=True)
app.add_typer(session_app, name="session")
app.add_typer(data_app, name="data")

Port = Annotated[
    int, typer.Option("--port", envvar="VEERKRACHT_PORT", help="Poort van de server; 0 kiest een vrije.")
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        envvar="VEERKRACHT_HOST",
        help="Adres waarop de server luistert; 127.0.0.1 sluit de zaal buiten.",
    ),
]
Browser = Annotated[
    bool,
    typer.Option(
        "--browser/--no-browser",
        envvar="VEERKRACHT_OPEN_BROWSER",
        help="Open een browser voor de begeleider.",
    ),
]
Name = Annotated[str, typer.Argument(help="Naam of code van de sessie, zie `veerkracht session list`.")]
Folder = Annotated[Path, typer.Option("--to", help="Map waarin de bestanden komen.")]
Formats = Annotated[
    str, typer.Option("--formats", help="Een of meer van md, docx, xlsx, gpkg; met komma's ertussen.")
]
DEMO_TITLE = "Demo"


class ViewName(StrEnum):
    """The two views of the signaleringskaart, as a choice on the command line."""

    relatief = "relatief"
    absoluut = "absoluut"


class ProfileName(StrEnum):
    """The profiles of vulnerability, as a choice on the command line."""

    automatisch = "automatisch"
    sociaaleconomisch = "sociaaleconomisch"
    zelfredzaamheid = "zelfredzaamheid"


class VariantName(StrEnum):
    """The variants of the session notes, as a choice on the command line."""

    tafel = "tafel"
    deelbaar = "deelbaar"


Variant = Annotated[
    VariantName,
    typer.Option("--variant", help="tafel: alles voor wie erbij was; deelbaar: alleen wat is vrijgegeven."),
]


@app.command()
def demo(port: Port = 8866, host: Host = "0.0.0.0", browser: Browser = True) -> None:
    """Open een sessie over de ingebouwde gemeente en start de server.

    De demo van een vorige keer gaat verder als die nog open is.
    """
    from .apps import prepare
    from .dialogue import list_sessions, open_session
    from .paths import sessions_folder

    folder = sessions_folder()
    running = [s for s in list_sessions(folder) if s.title == DEMO_TITLE and not s.closed and not s.error]
    if running:
        session = open_session(running[0].path)
    else:
        session = prepare.prepare_session(title=DEMO_TITLE, script="kennismaking")
    _serve(port, host, browser, session)


@app.command()
def serve(port: Port = 8866, host: Host = "0.0.0.0", browser: Browser = True) -> None:
    """Start de server met het beginscherm: sessies maken, openen en afronden."""
    _serve(port, host, browser)


def _serve(port: int, host: str, browser: bool, session: Session | None = None) -> None:
    import segno

    from .serve import Server, run

    def announce(server: Server) -> None:
        local = server.beheer_url.rsplit("/beheer/", 1)[0]
        start = f"{local}/b/{session.facilitator_key}" if session else server.beheer_url
        typer.echo(f"Beginscherm (alleen voor jou): {server.beheer_url}")
        if session:
            typer.echo(f"Begeleider (alleen voor jou):  {start}")
            typer.echo(f"Scherm (voor de beamer):       {local}/scherm/{session.screen_key}")
            join = f"{server.address}/s/{session.code}"
            typer.echo(f"Deelnemers:                    {join}   code {session.code}")
            segno.make(join, error="m").terminal(compact=True)
        typer.echo("Stoppen: Ctrl+C. De sessie blijft bewaard.")
        sys.stdout.flush()
        if browser:
            webbrowser.open(start)

    run(port=port, host=host, open_browser=False, on_ready=announce)


@session_app.command("new")
def session_new(
    gemeente: Annotated[str, typer.Argument(help="Code of naam van een ingelezen gemeente.")] = "GM9901",
    title: Annotated[str, typer.Option(help="Titel op elk scherm.")] = "",
    script: Annotated[
        str, typer.Option(help="Draaiboek: kennismaking, werksessie, terugkijken of een YAML-bestand.")
    ] = "werksessie",
    profile: Annotated[
        ProfileName, typer.Option(help="Waaraan kwetsbaarheid wordt gemeten.")
    ] = ProfileName.automatisch,
    view: Annotated[
        ViewName, typer.Option(help="Vergeleken binnen de gemeente, of niet.")
    ] = ViewName.relatief,
) -> None:
    """Maak een sessie en toon de code en de geheime koppelingen."""
    from .apps import prepare

    session = prepare.prepare_session(
        gemeente, title=title, script=script, profile=profile.value, view=view.value
    )
    _show(session.id)


@session_app.command("list")
def session_list() -> None:
    """Toon de sessies op deze laptop."""
    from .dialogue import list_sessions
    from .paths import sessions_folder

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
    from .apps import prepare

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
        ("bijdragen", str(len(state.contributions) + len(state.answers))),
        ("bewaren tot", made.retain_until),
        ("bestand", str(session.path)),
    ]
    for label, value in rows:
        typer.echo(f"{label:22} {value}")


@session_app.command("delete")
def session_delete(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Niet meer vragen.")] = False
) -> None:
    """Verwijder een sessie voorgoed, met alles wat erin is gezegd."""
    from .apps import prepare
    from .dialogue import delete, open_session

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
@app.command("export")
def export(
    name: Name,
    to: Folder = Path(),
    formats: Formats = "md,docx,xlsx,gpkg",
    variant: Variant = VariantName.tafel,
) -> None:
    """Schrijf het sessieverslag als Markdown, Word, Excel en GeoPackage."""
    from .apps import prepare

    session = prepare.find_session(name)
    wanted = tuple(name.strip().lower() for name in formats.split(","))
    for path in prepare.export(session, to, formats=wanted, variant=variant.value):
        typer.echo(str(path))


@data_app.command("import")
def data_import(
    files: Annotated[
        list[Path], typer.Argument(help="Bestanden van CBS/PDOK, Leefbaarometer en RIVM, of een map.")
    ],
    gemeente: Annotated[list[str] | None, typer.Option(help="Alleen deze gemeenten (code of naam).")] = None,
) -> None:
    """Lees bestanden van de uitgevers in; welk bestand wat is, wordt herkend aan de inhoud."""
    from .sources import import_files

    def progress(text: str, share: float) -> None:
        typer.echo(f"{share:4.0%}  {text}", err=True)

    report = import_files(files, gemeenten=gemeente, progress=progress)
    for line in report.lines():
        typer.echo(line)


@data_app.command("list")
def data_list() -> None:
    """Toon de gemeenten die klaarstaan, met editie en datum."""
    from .sources import list_municipalities

    for info in list_municipalities():
        when = info.imported_at.date().isoformat() if info.imported_at else ""
        fictional = "  (fictief)" if info.fictional else ""
        typer.echo(f"{info.code}  {info.year}  {info.name}{fictional}  {info.editions}  {when}")


def main() -> None:
    """Run the command line; an error of this package becomes a message and an exit code, not a traceback."""
    if os.environ.get("VEERKRACHT_OPEN_BROWSER") == "":
        del os.environ["VEERKRACHT_OPEN_BROWSER"]
    for stream in (sys.stdout, sys.stderr):
        # A console or log file without these characters must not stop a command, let alone a session.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    warnings.formatwarning = _in_a_line
    try:
        app()
    except VeerkrachtError as error:
        typer.echo(str(error), err=True)
        sys.exit(next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1))
    except OSError as error:
        if not error.filename:
            raise
        typer.echo(f"{error.filename} kan niet worden gebruikt.\n  gevonden: {error.strerror}", err=True)
        sys.exit(1)


def _in_a_line(message: Warning | str, *_where: object, **_more: object) -> str:
    return f"let op: {message}\n"


if __name__ == "__main__":
    main()
