"""A product whose clock a test sets."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
from pathlib import Path

from tests.processes import READY_SECONDS, ROOT, Process, serve


class Clocked(Process):
    def start(self) -> Clocked:
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "tests.clocked", self.verb],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    async def set(self, moment: dt.datetime) -> None:
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
