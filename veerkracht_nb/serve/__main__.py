"""``python -m veerkracht_nb.serve``: the server alone, for tests and services; prints addresses as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .app import Server, run


def _announce(server: Server) -> None:
    print(
        json.dumps({"port": server.port, "address": server.address, "beheer": server.beheer_url}), flush=True
    )


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m veerkracht_nb.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8866)
    parser.add_argument("--host", default="")
    parser.add_argument("--sessions", type=Path)
    parser.add_argument("--notebooks", type=Path)
    parser.add_argument(
        "--grace", type=float, default=45.0, help="seconds before an abandoned kernel is ended"
    )
    parser.add_argument("--max-kernels", type=int, default=150)
    parser.add_argument("--no-fork", action="store_true", help="start every seat as an ordinary process")
    given = parser.parse_args()
    run(
        port=given.port,
        host=given.host,
        sessions_folder=given.sessions,
        notebooks_folder=given.notebooks,
        grace_seconds=given.grace,
        max_kernels=given.max_kernels,
        fork=not given.no_fork,
        open_browser=False,
        on_ready=_announce,
    )


if __name__ == "__main__":
    main()
