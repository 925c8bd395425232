"""A seat as an ordinary process, where none can be forked: ``python -m veerkracht_nb.seats -f FILE NOTEBOOK``."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from .page import be_page


def main() -> None:
    """Execute the notebook and wait for a person."""
    # Whoever stops the server with Ctrl+C stops this process through the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _flag, connection_file, notebook = sys.argv[1:]
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    asyncio.run(be_page(Path(connection_file), Path(notebook)))


if __name__ == "__main__":
    main()
