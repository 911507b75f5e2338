"""What npm installs for a tool, by its lock. Only tools/faces.py and tools/clients.py need it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

# Nothing of it runs while it is installed; a Node that is too old is refused.
INSTALL = (
    *("npm", "ci", "--silent", "--engine-strict", "--ignore-scripts", "--no-audit", "--no-fund"),
    *("--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"),
)
INSTALL_SECONDS = 120


class Missing(Exception):
    """Node, npm or a registry; the text says which."""


def install(settings: Path, installed: Path) -> None:
    """What the lock in `settings` names, once, into `installed`. Raises Missing."""
    lock = (settings / "package-lock.json").read_bytes()
    done = installed / "installed.json"
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Missing("Node and npm are not here.")
    if done.exists() and done.read_bytes() == lock:
        return
    shutil.rmtree(installed, ignore_errors=True)
    installed.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(settings / name, installed)
    try:
        result = subprocess.run(INSTALL, cwd=installed, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Missing(f"npm has not installed within {INSTALL_SECONDS} seconds.") from None
    if result.returncode:
        raise Missing("npm could not install: no network, or a Node that is too old.")
    done.write_bytes(lock)
