"""How a kernel is started: an ordinary process with an emptied environment.

This is the seam at which another way to obtain a kernel can be put, such as a process started in advance.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

NAME = "veerkracht"
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
    """Starts a kernel as a process of its own that knows nothing of the server's environment."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Empty the environment, whoever filled it, just before the process is made."""
        kwargs = await super().pre_launch(**kwargs)
        kwargs["env"] = emptied(kwargs.get("env", os.environ))
        return kwargs


class OneKernelSpec(KernelSpecManager):
    """The only kernel this server knows: this Python, started by :class:`SeatProvisioner`.

    Kernels that are installed on the machine play no part.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification, whatever the name a notebook carries."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
            ],
            display_name="Veerkracht",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": {}}},
        )

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one name there is."""
        return {NAME: ""}


def register() -> None:
    """Make the provisioner known, also where the package runs from a folder without being installed."""
    factory = KernelProvisionerFactory.instance()
    value = f"{SeatProvisioner.__module__}:{SeatProvisioner.__name__}"
    factory.provisioners.setdefault(NAME, EntryPoint(NAME, value, factory.GROUP_NAME))
