"""The command line: ``veerkracht demo | serve | session | data | export | print | profile``.

Exit codes: 0 all went well; 2 the command was called wrongly; 3 something is wrong with data, or no signal follows
from it; 4 something is wrong with a session; 5 an export could not be written; 130 stopped with Ctrl+C; 1 anything
else.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import (
    DataError,
    ExportError,
    ParameterError,
    SessionError,
    SignalError,
    VeerkrachtError,
)
from .data import data_app
from .options import (
    AUTOMATIC,
    Gemeente,
    LayerName,
    PaletteName,
    Profile,
    Variant,
    VariantName,
    View,
    ViewName,
    parts_of,
    tell,
)
from .session import export, session_app

if TYPE_CHECKING:
    from ..dialogue import Session

EXIT_CODES = ((DataError, 3), (SignalError, 3), (SessionError, 4), (ExportError, 5), (ParameterError, 2))

app = typer.Typer(
    help="Sessies over de veerkracht van buurten: van open data tot sessieverslag, op één laptop.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(session_app, name="session")
app.add_typer(data_app, name="data")
app.command("export")(export)

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
DEMO_TITLE = "Demo"


@app.command()
def demo(port: Port = 8866, host: Host = "0.0.0.0", browser: Browser = True) -> None:
    """Open een sessie over de ingebouwde gemeente en start de server.

    De demo van een vorige keer gaat verder als die nog open is.
    """
    from ..apps import prepare
    from ..dialogue import list_sessions, open_session
    from ..paths import sessions_folder

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

    from ..serve import Server, run

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


@app.command("print")
def print_(
    gemeente: Gemeente = "GM9901",
    to: Annotated[Path, typer.Option("--to", help="Map waarin de bestanden komen.")] = Path(),
    sizes: Annotated[
        str, typer.Option(help="Vellen van de hele gemeente: A0, A1, A3; met komma's.")
    ] = "A0,A1",
    wijken: Annotated[bool, typer.Option("--wijken/--no-wijken", help="Ook een A3 per wijk.")] = True,
    layer: Annotated[LayerName, typer.Option(help="Verandering (signaal) of situatie nu (focus).")] = (
        LayerName.signaal
    ),
    palette: Annotated[PaletteName, typer.Option(help="Kleuren van de klassen.")] = PaletteName.rood_blauw,
    title: Annotated[
        str, typer.Option(help="Komt boven de titel van de kaart, zoals de naam van de sessie.")
    ] = "",
    profile: Profile = AUTOMATIC,
    view: View = ViewName.relatief,
) -> None:
    """Maak kaarten voor aan de muur, als PDF."""
    from ..apps.parameters import WallMapParameters, validate
    from ..apps.signals import signal_of
    from ..report.printing import print_maps
    from ..sources import load_municipality

    # The same limits as on the page.
    validate(WallMapParameters, {"gemeente": gemeente, "titel": title})
    municipality = load_municipality(gemeente)
    signal = signal_of(municipality, profile, view.value)
    wanted = [size.strip().upper() for size in sizes.split(",") if size.strip()]
    files = print_maps(
        municipality,
        signal,
        to,
        sizes=wanted,
        per_wijk=wijken,
        layer=layer.value,
        palette=palette.value,
        session_title=title,
    )
    for path in files:
        typer.echo(str(path))


@app.command("profile")
def profile_(
    gemeente: Gemeente = "GM9901",
    to: Annotated[Path, typer.Option("--to", help="Map waarin de bestanden komen.")] = Path(),
    wijk: Annotated[list[str] | None, typer.Option(help="Alleen deze wijken (code of naam).")] = None,
    session: Annotated[str, typer.Option(help="Naam of code van een sessie, voor de verhalen.")] = "",
    variant: Variant = VariantName.deelbaar,
    profile: Profile = AUTOMATIC,
    formats: Annotated[
        str, typer.Option("--formats", help="Een of meer van html, pdf, docx; met komma's ertussen.")
    ] = "html,pdf,docx",
) -> None:
    """Maak een wijkprofiel van één of twee bladzijden per wijk, als HTML, PDF en Word."""
    from ..apps.wijkprofiel import run_wijkprofielen

    files = run_wijkprofielen(
        gemeente,
        to,
        wijken=wijk,
        profiel=profile,
        sessie=session,
        variant=variant.value,
        formaten=",".join(parts_of(formats)),
        progress=tell,
    )
    for path in files:
        typer.echo(str(path))


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
    except KeyboardInterrupt:
        # Typer catches it while a command runs; this is for before that.
        sys.exit(130)
    except OSError as error:
        if not error.filename:
            raise
        typer.echo(f"{error.filename} kan niet worden gebruikt.\n  gevonden: {error.strerror}", err=True)
        typer.echo(
            "  wat nu: Kijk of die map bestaat en of er ruimte en recht is om te schrijven; VEERKRACHT_DATA en "
            "VEERKRACHT_SESSIONS kiezen andere mappen.",
            err=True,
        )
        sys.exit(1)


def _in_a_line(message: Warning | str, *_where: object, **_more: object) -> str:
    return f"let op: {message}\n"
