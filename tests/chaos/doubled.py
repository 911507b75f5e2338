"""What is there twice: a PostgreSQL with a standby, a Redis with a replica and sentinels. The first
of each is killed, and the second takes over."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import time
from pathlib import Path

import redis
from redis.asyncio.sentinel import Sentinel

from app import queue
from cli.bundled import binary
from tests.processes import free_port
from tests.servers import PostgresServer

ANSWER_SECONDS = 60
STANDS_BY = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"


class Pair:
    """Two servers, of which one follows the other: every commit waits until both have it."""

    def __init__(self) -> None:
        self.first = PostgresServer()
        self.second = PostgresServer()
        self.takeovers = 0

    async def start(self) -> Pair:
        self.first.start()
        await self._follow()
        return self

    def dsn(self, database: str) -> str:
        """Both of them: whoever connects takes the one that can be written to."""
        places = sorted(str(each.folder) for each in (self.first, self.second))
        name = f"postgresql://postgres@/{database}"
        return f"{name}?host={','.join(places)}&target_session_attrs=read-write"

    async def create(self) -> str:
        direct = await self.first.create()
        name = direct.partition("?")[0].rpartition("/")[2]
        # What follows has it a moment later.
        while not await self.second.ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            await asyncio.sleep(0.05)
        return self.dsn(name)

    async def fail_over(self) -> None:
        """Returns when the second answers and the first follows it."""
        self.first.kill()
        self.second.run("pg_ctl", "-D", str(self.second.data), "promote", "-w")
        self.first, self.second = self.second, self.first
        self.takeovers += 1
        await self._follow()

    async def _follow(self) -> None:
        """Makes the second anew as what follows the first."""
        await asyncio.to_thread(self._copy)
        await asyncio.to_thread(self.second.start)
        deadline = time.monotonic() + ANSWER_SECONDS
        while not await self.first.ask(STANDS_BY):
            assert time.monotonic() < deadline, (self.second.folder / "log").read_text()
            await asyncio.sleep(0.05)
        await self.first.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        await self.first.ask("SELECT pg_reload_conf()")

    def _copy(self) -> None:
        shutil.rmtree(self.second.data)
        source = ("-h", str(self.first.folder), "-U", "postgres", "-D", str(self.second.data))
        self.second.run("pg_basebackup", *source, "-X", "stream", "-c", "fast", "-R")
        # Of the first's: a standby that waits for a standby of its own would answer nobody later.
        conf = self.second.data / "postgresql.auto.conf"
        lines = conf.read_text().splitlines()
        conf.write_text("\n".join(each for each in lines if "synchronous" not in each) + "\n")

    def stop(self) -> None:
        for each in (self.first, self.second):
            each.stop()


class Sentinels:
    """A master, its replica and a sentinel that moves the role."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sentinels"
        self.folder.mkdir()
        self.watcher, *self.ports = free_port(), free_port(), free_port()
        self.running: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.watcher}/leavemsg/0"

    async def start(self) -> Sentinels:
        master, replica = self.ports
        self._server(master)
        self._server(replica, "--replicaof", "127.0.0.1", str(master))
        path = self.folder / "sentinel.conf"
        lines = (
            f"port {self.watcher}",
            f"dir {self.folder}",
            f"sentinel monitor leavemsg 127.0.0.1 {master} 1",
            "sentinel down-after-milliseconds leavemsg 1000",
            "sentinel failover-timeout leavemsg 5000",
        )
        path.write_text("\n".join(lines) + "\n")
        self._run(self.watcher, str(path), "--sentinel")
        await self.answers()
        return self

    async def answers(self) -> None:
        bell = queue.connect(self.url)
        async with asyncio.timeout(ANSWER_SECONDS):
            while await bell.state() != "ok":
                await asyncio.sleep(0.1)
        await queue.close()

    async def master(self) -> int:
        """Its port, as the sentinel says."""
        _, port = await Sentinel([("127.0.0.1", self.watcher)]).discover_master("leavemsg")
        return int(port)

    async def fail_over(self) -> None:
        """Kills the master, waits until the other is it, and starts the dead one as its replica."""
        dead = await self.master()
        self.running[dead].kill()
        self.running[dead].wait()
        deadline = time.monotonic() + ANSWER_SECONDS
        while (heir := await self._heir()) in (0, dead):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        self._server(dead, "--replicaof", "127.0.0.1", str(heir))

    async def _heir(self) -> int:
        with contextlib.suppress(redis.exceptions.ConnectionError):
            return await self.master()
        return 0

    def _server(self, port: int, *more: str) -> None:
        place = self.folder / str(port)
        place.mkdir(exist_ok=True)
        options = ("--port", str(port), "--dir", str(place), "--save", "", "--appendonly", "no")
        self._run(port, *options, *more)

    def _run(self, port: int, *arguments: str) -> None:
        self.running[port] = subprocess.Popen(
            [binary(), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    async def stop(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
