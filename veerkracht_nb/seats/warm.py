"""The warm process: everything imported, one thread, from which seats are forked.

There are two kinds, with the same loop: the *warm process* that has only imported, and *templates*, forked from it,
that have also executed a notebook up to the point where a person is needed. Orders come over a Unix socket that the
server holds the other end of; when that end closes, everything ends.

===========  =======================================================================================
``template``  fork, execute the notebook, tell the picture of its page, and take orders at the socket that came along
``seat``      (to a template) fork, and be the kernel of one seat
``page``      fork, execute the notebook, and be the kernel of its page
``kernel``    fork, and be an ordinary kernel with everything imported
``signal``    send a signal to one of the processes forked here
===========  =======================================================================================
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import json
import logging
import os
import random
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .page import SeatPage

log = logging.getLogger(__name__)
MAX_ORDER = 64 * 1024
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15

Order = dict[str, Any]
Obey = Callable[[Order, "socket.socket | None"], int]


def forks_safely() -> bool:
    """Return whether seats can be forked here: on Linux. Elsewhere system libraries do not survive a fork."""
    return sys.platform == "linux" and os.environ.get("VEERKRACHT_FORK", "1") != "0"


def main() -> None:
    """Import everything, then take orders at the socket whose descriptor is the argument."""
    post = Post(socket.socket(fileno=int(sys.argv[1])))
    logging.basicConfig(level=logging.WARNING)
    _import_everything()
    _settle()
    post.tell(ready=True)
    orders = {"template": _template, "page": _page, "kernel": _kernel}
    post.attend({name: partial(order, post) for name, order in orders.items()})


def _import_everything() -> None:
    import_module("veerkracht_nb.seats.page")


def _settle() -> None:
    """Leave behind what forked processes share: one thread, and no rubbish that makes them touch every page."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        raise RuntimeError(f"{threads} threads: a fork would not be safe")
    gc.collect()
    gc.freeze()


# Orders: each forks and returns the number of the child.


def _template(post: Post, order: Order, theirs: socket.socket | None) -> int:
    def work() -> None:
        from .page import make_page

        assert theirs is not None
        desk = Post(theirs)
        try:
            page = make_page(Path(order["notebook"]))
            page.save(Path(order["folder"]))
            _settle()
        except Exception:
            log.exception("notebook %s failed", order["notebook"])
            desk.tell(failed=True)
            return
        desk.tell(ready=True, snapshot=page.snapshot, slim=page.slim)
        desk.attend({"seat": partial(_seat, desk, page)})

    return post.fork(order, work)


def _seat(post: Post, page: SeatPage, order: Order, _theirs: socket.socket | None) -> int:
    def work() -> None:
        from .kernel import SeatKernel

        _call_itself(order)
        asyncio.run(SeatKernel(Path(order["connection"]), page.order).run())

    return post.fork(order, work)


def _page(post: Post, order: Order, _theirs: socket.socket | None) -> int:
    def work() -> None:
        from .page import be_page

        _call_itself(order)
        asyncio.run(be_page(Path(order["connection"]), Path(order["notebook"])))

    return post.fork(order, work)


def _kernel(post: Post, order: Order, _theirs: socket.socket | None) -> int:
    def work() -> None:
        import ipywidgets
        from ipykernel.kernelapp import IPKernelApp

        os.chdir(order["cwd"])
        app = IPKernelApp.instance()
        app.initialize(order["argv"])
        # What ipywidgets does when it is imported in a kernel; here it was imported before.
        ipywidgets.register_comm_target()
        app.start()

    return post.fork(order, work)


class Post:
    """Where a process takes orders, forks, and tells what became of its children.

    Parameters
    ----------
    control : socket.socket
        To the server; its end is the end of this process.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: set[int] = set()
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()

    def tell(self, **message: Any) -> None:
        """Tell the server something."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._control.send(json.dumps(message).encode())

    def fork(self, order: Order, work: Callable[[], object]) -> int:
        """Fork a process that does `work` and nothing else, and return its number."""
        if pid := os.fork():
            return pid
        for opened in (self._selector, self._control, self._woken, self._wake):
            opened.close()
        _child(order["env"], work)

    def attend(self, orders: Mapping[str, Obey]) -> None:
        """Carry out orders until the server closes its end."""
        for end in (self._woken, self._wake):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        while True:
            for key, _events in self._selector.select():
                if key.fileobj is self._woken:
                    with contextlib.suppress(BlockingIOError):
                        self._woken.recv(4096)
                    self._reap()
                elif not self._obey(orders):
                    return

    def _obey(self, orders: Mapping[str, Obey]) -> bool:
        text, descriptors, _flags, _address = socket.recv_fds(self._control, MAX_ORDER, 1)
        if not text:
            return False
        order = json.loads(text)
        if order["do"] == "signal":
            # Only here is it certain that the number still belongs to that process: nobody else reaps it.
            if order["pid"] in self._children:
                os.kill(order["pid"], order["signal"])
            return True
        theirs = socket.socket(fileno=descriptors[0]) if descriptors else None
        pid = orders[order["do"]](order, theirs)
        self._children.add(pid)
        self.tell(id=order["id"], pid=pid)
        if theirs is not None:
            theirs.close()
        return True

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self.tell(exit=pid, status=os.waitstatus_to_exitcode(status))


def _child(env: Mapping[str, str], work: Callable[[], object]) -> NoReturn:
    """Become a process that has nothing of its parent but what was imported and made, do `work`, and end."""
    status = 1
    try:
        os.setsid()
        _die_with_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(env)
        random.seed()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        work()
        status = 0
    except SystemExit:
        status = 0
    except BaseException:
        log.exception("a seat ended")
    finally:
        # Not through the exit of Python: what the parent registered there is not the child's to clean up.
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _call_itself(order: Order) -> None:
    """Take the name that an administrator sees in a list of processes."""
    kernel = Path(order["connection"]).stem.removeprefix("kernel-")
    ctypes.CDLL(None).prctl(_PR_SET_NAME, f"seat-{kernel[:8]}".encode())


def _die_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main()
