"""A product whose clock a test sets."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
from pathlib import Path

from tests.processes import READY_SECONDS, Process, serve


class Clocked(Process):
    module = "tests.clocked"
    stdin = subprocess.PIPE

    async def set(self, moment: dt.datetime) -> None:
        assert self.popen is not None
        assert self.popen.stdin is not None
        said = moment.isoformat()
        before = self.log.read_text().count(said)
        self.popen.stdin.write(f"{said}\n".encode())
        self.popen.stdin.flush()
        async with asyncio.timeout(READY_SECONDS):
            while self.log.read_text().count(said) == before:
                await asyncio.sleep(0.01)


def clocked(data_dir: Path) -> Clocked:
    usual = serve(data_dir)
    return Clocked(usual.verb, usual.env, usual.log)
