"""The product as its users start it: real processes, real signals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90.0
"""A machine that does other things meanwhile is slow, not wrong."""
PORTS = range(12_000, 32_000)
TLS = httpx.create_ssl_context()
"""For clients that are made often: to read the authorities takes longer than what they ask."""


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
        "LEAVEMSG_SUBMIT_PER_MINUTE": "0",
        "LEAVEMSG_SUBMIT_SECONDS": "0",
        "LEAVEMSG_EGRESS_ALLOW": "127.0.0.1/32",
        **{key: str(value) for key, value in changes.items()},
    }


def command(
    *arguments: str, env: dict[str, str], **options: Any
) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        **options,
    )


class Process:
    """`leavemsg <verb>`, started, watched, stopped or killed."""

    module = "cli.main"
    stdin: int | None = None

    def __init__(self, verb: str, env: dict[str, str], log: Path) -> None:
        self.verb, self.env, self.log = verb, env, log
        self.popen: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    def start(self) -> Process:
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", self.module, self.verb],
                env=self.env,
                cwd=ROOT,
                stdin=self.stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    async def ready(self) -> Process:
        deadline = time.monotonic() + READY_SECONDS
        async with httpx.AsyncClient(base_url=self.url, verify=TLS) as client:
            while time.monotonic() < deadline:
                assert self.alive(), self.log.read_text()
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get("/livez")).status_code == 200:
                        return self
                await asyncio.sleep(0.05)
        self.kill()
        raise AssertionError(self.log.read_text())

    def alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def kill(self) -> None:
        """kill -9, as a crash would."""
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait()

    def stop(self, number: int = signal.SIGTERM, wait: float = 30) -> int:
        """The exit code."""
        assert self.popen is not None
        if self.alive():
            self.popen.send_signal(number)
        return self.popen.wait(wait)

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
