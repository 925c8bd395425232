"""How a kernel is obtained: forked from a process that has everything imported, or started the ordinary way.

Either way it is a process of its own, with an emptied environment.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from .warming import NotWarm, Template, WarmProcess

log = logging.getLogger(__name__)
NAME = "veerkracht"
SEAT = "veerkracht-seat"
"""Names of the two kernels: one that executes a notebook for an analyst, and the seat of a page."""
LAUNCH = "VEERKRACHT_LAUNCH"
_PROCESS = ("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP")
_PYTHON = ("VIRTUAL_ENV", "CONDA_PREFIX", "PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
# Without these Windows opens no socket and finds no temporary folder.
_WINDOWS = (
    "SYSTEMROOT",
    "WINDIR",
    "SYSTEMDRIVE",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
)
_OWN = ("VEERKRACHT_DATA", "VEERKRACHT_SESSIONS", LAUNCH)
ALLOWED = frozenset((*_PROCESS, *_PYTHON, *_WINDOWS, *_OWN))
"""Names of the variables that a kernel may know; every other one is left out."""


def emptied(env: Mapping[str, str]) -> dict[str, str]:
    """Return what of `env` a kernel may know."""
    kept = {name: value for name, value in env.items() if name.upper() in ALLOWED}
    # Packages that the user of this machine installed for other purposes stay out.
    kept["PYTHONNOUSERSITE"] = "1"
    return kept


class SeatProvisioner(LocalProvisioner):
    """Gives a kernel a process of its own that knows nothing of the server's environment.

    ``start_kernel(..., template=…)`` forks it from a template, ``start_kernel(..., warm=…)`` from the warm process;
    without either it is started like any other kernel.
    """

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Empty the environment, whoever filled it, just before the process is made."""
        kwargs = await super().pre_launch(**kwargs)
        kwargs["env"] = emptied(kwargs.get("env", os.environ))
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Make the process."""
        template: Template | None = kwargs.pop("template", None)
        warm: WarmProcess | None = kwargs.pop("warm", None)
        connection_file = cmd[cmd.index("-f") + 1]
        if template is not None:
            forked = await template.fork(connection_file, kwargs["env"])
        elif warm is not None:
            try:
                if self.parent.kernel_name == SEAT:
                    forked = await warm.page(connection_file, cmd[-1], kwargs["env"])
                else:
                    # After ``python -m module``.
                    forked = await warm.kernel(cmd[3:], str(kwargs["cwd"]), kwargs["env"])
            except NotWarm:
                log.warning("the warm process ended: a kernel starts the slow way")
                return await super().launch_kernel(cmd, **kwargs)
        else:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid = forked, forked.pid
        return self.connection_info


class OurKernelSpecs(KernelSpecManager):
    """The two kernels this server knows, both this Python and made by :class:`SeatProvisioner`.

    Kernels that are installed on the machine play no part.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification; whatever another name a notebook carries, that of an analyst's kernel."""
        module, extra = ("ipykernel_launcher", ["--HistoryManager.enabled=False"])
        if kernel_name == SEAT:
            module, extra = ("veerkracht_nb.seats", [])
        return KernelSpec(
            argv=[sys.executable, "-m", module, "-f", "{connection_file}", *extra],
            display_name="Veerkracht",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": {}}},
        )

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the names there are."""
        return {NAME: "", SEAT: ""}


def register() -> None:
    """Make the provisioner known, also where the package runs from a folder without being installed."""
    factory = KernelProvisionerFactory.instance()
    value = f"{SeatProvisioner.__module__}:{SeatProvisioner.__name__}"
    factory.provisioners.setdefault(NAME, EntryPoint(NAME, value, factory.GROUP_NAME))
