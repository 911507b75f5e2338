"""Processes of the product that start in a moment: forked from one that has imported everything.

They are as real as any: their own memory and connections, their own standard streams, killed and
frozen by real signals. What the import itself takes is seen by tests/door, which starts them as
users do.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

from cli.main import PLACES

PR_SET_PDEATHSIG = 1
PRELOADED = ["cli.main", "tasks", "tests.preloaded", *sorted(set(PLACES.values()))]

nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(PRELOADED)


def _live(
    arguments: tuple[str, ...], env: dict[str, str], stdin: str, stdout: str, stderr: str
) -> None:
    """The whole life of a child, from here on what `leavemsg <arguments>` would be."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(os.open(stdin, os.O_RDONLY), 0)
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(
            io.FileIO(number, "w", closefd=False), encoding="utf-8", write_through=True
        )
        for number in (1, 2)
    )
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["leavemsg", *arguments]
    from cli.main import main

    main()


class Forked:
    """As subprocess.Popen has it."""

    def __init__(
        self,
        *arguments: str,
        env: dict[str, str],
        stdout: Path,
        stderr: Path,
        stdin: Path | str = os.devnull,
    ) -> None:
        self.arguments = arguments
        self._process = nursery.Process(
            target=_live, args=(arguments, env, str(stdin), str(stdout), str(stderr)), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.arguments, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Never to somebody else who has got the number of a process that is gone."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
