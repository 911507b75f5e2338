"""A real server under strace, and visitors who write to it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from app.settings import DATABASE_NAME
from bench import load
from tests.power.calls import OTHERS, TRACED
from tests.processes import COMMAND, ROOT, serve

LONGEST = 1 << 20
"""Bytes of one write that strace shows: more than any of the database."""
PATH = "/api/v1/leavemsg/messages"


class Traced:
    """`leavemsg serve` in a process of its own, every write and sync of which is in `trace`."""

    def __init__(self, data: Path, trace: Path) -> None:
        self.process = serve(data)
        self.trace, self.database = trace, data / DATABASE_NAME
        self.env, self.url = self.process.env, self.process.url

    async def start(self) -> None:
        calls = ",".join(TRACED + OTHERS)
        options = ("-f", "--seccomp-bpf", "-y", "-s", str(LONGEST), "-o", str(self.trace))
        with self.process.log.open("w") as log:
            self.process.popen = subprocess.Popen(
                [
                    "strace",
                    *options,
                    "-e",
                    f"trace={calls}",
                    sys.executable,
                    "-c",
                    COMMAND,
                    "serve",
                ],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
            )
        await self.process.ready()

    def stop(self) -> None:
        """strace would let go of the server: that is stopped, and strace ends with it."""
        if self.process.alive():
            for server in psutil.Process(self.process.popen.pid).children():
                server.terminate()
            self.process.popen.wait(60)

    def lines(self) -> Iterator[bytes]:
        with self.trace.open("rb") as trace:
            yield from trace


async def submit(url: str, submissions: int, visitors: int) -> None:
    """Each a message of its own, over a connection that stays open."""
    numbers = iter(range(submissions))
    port = int(url.rpartition(":")[2])

    async def visitor(name: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in numbers:
                writer.write(load.post(PATH, body(name, number)))
                status = await load.answer(reader)
                assert status == b"201", status
        finally:
            writer.close()
            await writer.wait_closed()

    await asyncio.gather(*map(visitor, range(visitors)))


def body(visitor: int, number: int) -> bytes:
    """Of lengths that fill a page of the database at every place."""
    asked = f"我想咨询第 {number} 号产品的价格，什么时候可以发货？" + "请尽快回复。" * (
        number * 7 % 90
    )
    said = {
        "visitor": {"name": f"访客 {visitor}", "phone": f"138{number:08}"},
        "message": {"content": asked},
    }
    return json.dumps(said, ensure_ascii=False).encode()
