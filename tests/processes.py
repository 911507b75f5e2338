"""The product as its users start it: real processes, real signals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from tests.nursery import Forked

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "from cli.main import main; main()"
"""`leavemsg`, of the folder that it is run in."""
COMMAND_SECONDS = 90
READY_SECONDS = 90.0
"""A machine that does other things meanwhile is slow, not wrong."""
PORTS = range(12_000, 32_000)
TLS = httpx.create_ssl_context()
"""For clients that are made often: to read the authorities takes longer than what they ask."""
GONE = (httpx.HTTPError, AttributeError)
"""What a client meets of a server that is killed: anyio also asks a socket that is closed already
for its other side."""
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def installed(name: str) -> str | None:
    """Where a program is. Debian keeps servers where only root looks."""
    return shutil.which(name, path=PLACES)


def free_port() -> int:
    """One that is still free when a process takes it a moment later: chosen at random, for other
    tests run beside this one, and below those that every outgoing connection is given."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def environment(data_dir: Path, **changes: Any) -> dict[str, str]:
    """Ours alone: nothing of the machine's own settings reaches the product."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "LEAVEMSG_DATA_DIR": str(data_dir),
        "LEAVEMSG_API_PER_MINUTE": "0",
        "LEAVEMSG_SUBMIT_PER_MINUTE": "0",
        "LEAVEMSG_SUBMIT_SECONDS": "0",
        "LEAVEMSG_EGRESS_ALLOW": "127.0.0.1/32",
        **{key: str(value) for key, value in changes.items()},
    }


def command(
    *arguments: str, env: dict[str, str], input: str = ""
) -> subprocess.CompletedProcess[str]:
    """One command to its end, with that on standard input."""
    with tempfile.TemporaryDirectory() as folder:
        stdin, stdout, stderr = (Path(folder) / name for name in ("in", "out", "err"))
        stdin.write_text(input, encoding="utf-8")
        running = Forked(*arguments, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
        code = running.wait(COMMAND_SECONDS)
        said = [path.read_text(encoding="utf-8") for path in (stdout, stderr)]
    return subprocess.CompletedProcess(["leavemsg", *arguments], code, *said)


class Process:
    """`leavemsg <verb>`, started, watched, stopped or killed."""

    def __init__(self, verb: str, env: dict[str, str], log: Path) -> None:
        self.verb, self.env, self.log = verb, env, log
        self.popen: Any = None
        """A Forked, or a subprocess.Popen."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    def start(self) -> Process:
        self.popen = Forked(self.verb, env=self.env, stdout=self.log, stderr=self.log)
        return self

    def start_anew(self, folder: Path = ROOT) -> Process:
        """As a user does in that folder, with an interpreter and all imports of its own."""
        with self.log.open("w") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-c", COMMAND, self.verb],
                cwd=folder,
                env=self.env,
                stdout=log,
                stderr=log,
            )
        return self

    async def ready(self) -> Process:
        deadline = time.monotonic() + READY_SECONDS
        async with httpx.AsyncClient(base_url=self.url, verify=TLS) as client:
            while time.monotonic() < deadline:
                assert self.alive(), self.log.read_text()
                with contextlib.suppress(*GONE):
                    if (await client.get("/livez")).status_code == 200:
                        return self
                await asyncio.sleep(0.05)
        self.kill()
        raise AssertionError(self.log.read_text())

    def token(self, scopes: str = "all", name: str = "t") -> str:
        """For programs, made by the command line beside it."""
        made = command("token", "create", "--name", name, "--scopes", scopes, env=self.env)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.popen.kill()
        self.popen.wait()

    def stop(self, number: int = signal.SIGTERM, wait: float = 30) -> int:
        """The exit code."""
        if self.alive():
            self.popen.send_signal(number)
        code: int = self.popen.wait(wait)
        return code

    def printed(self, pattern: str) -> str:
        found = re.search(pattern, self.log.read_text())
        assert found, self.log.read_text()
        return found.group(1) if found.groups() else found.group(0)


def serve(data_dir: Path, **changes: Any) -> Process:
    port = free_port()
    env = environment(
        data_dir, **{"PORT": port, "LEAVEMSG_BASE_URL": f"http://127.0.0.1:{port}", **changes}
    )
    return Process("serve", env, data_dir.with_suffix(".log"))
