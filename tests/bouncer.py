"""PgBouncer in front of a PostgreSQL server, each transaction in any session."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.processes import installed
from tests.servers import PostgresServer

START_SECONDS = 20
SESSIONS = 2
"""Few, so that what is kept in one is missed at once."""


def program() -> str | None:
    return installed("pgbouncer")


class Bouncer:
    """On a private socket, like the server; as root it runs as nobody."""

    def __init__(self, server: PostgresServer, *, sessions: int = SESSIONS) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lm-pgb-"))
        user = "nobody" if os.getuid() == 0 else None
        if user:
            shutil.chown(self.folder, user)
        path = self.folder / "pgbouncer.ini"
        path.write_text(
            f"[databases]\n* = host={server.folder} user=postgres\n[pgbouncer]\nlisten_addr =\n"
            f"unix_socket_dir = {self.folder}\nauth_type = any\npool_mode = transaction\n"
            f"default_pool_size = {sessions}\nlogfile = {self.folder}/log\n"
        )
        self.user, self.command = user, [program() or "pgbouncer", "-q", str(path)]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Bouncer:
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self.user
        )
        deadline = time.monotonic() + START_SECONDS
        while not (self.folder / ".s.PGSQL.6432").exists():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.02)
        return self

    def dsn(self, direct: str, *, told: bool = True) -> str:
        """Of the same database through this one; `told` says so to the product."""
        name = direct.partition("?")[0].rpartition("/")[2]
        said = "&pgbouncer=true" if told else ""
        return f"postgresql://postgres@/{name}?host={self.folder}&port=6432{said}"

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        (self.folder / ".s.PGSQL.6432").unlink(missing_ok=True)

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
