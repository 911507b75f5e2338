"""The one-time link on a terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT, command, environment, free_port

SECONDS = 30.0
LINK = re.compile(r"http://127\.0\.0\.1:\d+/setup/\S+")


class Terminal:
    """`leavemsg serve` as somebody at a terminal sees it."""

    def __init__(self, data_dir: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = environment(data_dir, PORT=port, LEAVEMSG_BASE_URL=self.url)
        self.shown = ""

    @contextlib.contextmanager
    def open(self) -> Iterator[Terminal]:
        ours, theirs = pty.openpty()
        os.set_blocking(ours, False)
        self.keyboard = ours
        self.process = subprocess.Popen(
            # A session whose terminal this is: Enter comes from there.
            [sys.executable, "-c", LEADER, "serve"],
            env=self.env,
            cwd=ROOT,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            yield self
        finally:
            self.process.terminate()
            self.process.wait(SECONDS)
            os.close(ours)

    def read(self) -> str:
        with contextlib.suppress(BlockingIOError, OSError):
            self.shown += os.read(self.keyboard, 65536).decode("utf-8", "replace")
        return self.shown

    def until(self, text: str, times: int = 1) -> None:
        deadline = time.monotonic() + SECONDS
        while self.read().count(text) < times:
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.05)

    def last_line(self) -> str:
        return self.read().strip().splitlines()[-1]

    def enter(self) -> None:
        os.write(self.keyboard, b"\n")

    def get(self, path: str) -> int:
        return httpx.get(self.url + path, timeout=SECONDS).status_code


LEADER = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from cli.main import main
main()
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(tmp_path / "data").open() as opened:
        opened.until("Set up here, once, within an hour: ")
        yield opened


def test_the_link_stays_the_last_line_until_there_is_an_account(terminal: Terminal) -> None:
    [link] = LINK.findall(terminal.read())
    for path in ("/w/default", "/static/console.bundle.css", "/login", "/nothing"):
        terminal.get(path)
    assert httpx.get(link, timeout=SECONDS).status_code == 200
    assert terminal.last_line().endswith(link)

    # It is printed again, and nothing stands below it.
    terminal.enter()
    terminal.until(link, times=2)
    assert terminal.last_line().endswith(link)

    made = command(
        *("admin", "create", "--email", "you@example.com", "--password-stdin"),
        env=terminal.env,
        input="correct horse 9\n",
    )
    assert made.returncode == 0, made.stderr
    deadline = time.monotonic() + SECONDS
    while "/login" not in terminal.read():
        assert time.monotonic() < deadline, terminal.shown
        terminal.get("/login")
    terminal.enter()
    terminal.get("/login")
    assert len(LINK.findall(terminal.read())) == 2


def test_a_link_that_another_start_has_ended_is_replaced_at_enter(terminal: Terminal) -> None:
    [link] = LINK.findall(terminal.read())
    data = Path(terminal.env["LEAVEMSG_DATA_DIR"])
    with contextlib.closing(sqlite3.connect(data / "leavemsg.sqlite")) as connection:
        connection.execute("UPDATE organization SET setup_until = '2020-01-01 00:00:00+00:00'")
        connection.commit()

    terminal.enter()
    terminal.until("Set up here, once, within an hour: ", times=2)

    assert LINK.findall(terminal.read())[-1] != link
