"""The product as those have it who install it: from a wheel, and from a fresh clone.

What the lock names is taken from the environment of the tests, so that nothing is fetched."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import ROOT
from tests.processes import free_port

READY_SECONDS = 180.0
"""pip alone may take a minute on a machine that is busy."""
NO_PART = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "data")


def empty_environment(folder: Path) -> Path:
    """A virtual environment that finds the locked packages of this one, but not this product."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    # The files that lead to an editable installation are not followed from there.
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


class User:
    """Somebody at a shell, with a home of their own, in a folder that is not the clone."""

    def __init__(self, home: Path, bin: Path | None = None) -> None:
        self.home, self.here = home, home / "here"
        self.here.mkdir(parents=True)
        self.port = free_port()
        path = os.environ["PATH"]
        self.env = {
            "PATH": f"{bin}:{path}" if bin else path,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PORT": str(self.port),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def types(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            words,
            env=self.env,
            cwd=cwd or self.here,
            capture_output=True,
            text=True,
            timeout=100,
            stdin=subprocess.DEVNULL,
        )

    @contextlib.contextmanager
    def runs(self, *words: str, until: str) -> Iterator[Path]:
        """A command that stays, from where it has printed `until` to its end by Ctrl-C; yields the
        file with what it prints."""
        log = self.home / "printed"
        with open(log, "wb") as file:
            running = subprocess.Popen(
                words,
                env=self.env,
                cwd=self.here,
                stdout=file,
                stderr=file,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + READY_SECONDS
            while until not in log.read_text("utf-8"):
                assert running.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.05)
            yield log
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGINT)
            code = running.wait(30)
        # make passes Ctrl-C on as its own end.
        assert code in {0, -signal.SIGINT, 2}, log.read_text("utf-8")

    def opens(self, path: str) -> tuple[int, str]:
        """Status and text of a page, by its path or whole address."""
        address = path if path.startswith("http") else self.url + path
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.status, answer.read().decode("utf-8")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8")

    def waits_until_everybody_was_told(self, fakes: str) -> None:
        """The page of the demo's platforms shows a notice of every kind of channel."""
        deadline = time.monotonic() + READY_SECONDS
        kinds = ("企业微信", "钉钉", "飞书", "邮件", "自定义接口")
        while not all(f"<strong>{kind}" in self.opens(fakes)[1] for kind in kinds):
            assert time.monotonic() < deadline, self.opens(fakes)[1]
            time.sleep(0.2)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make wheel` makes."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "package.py", folder], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel_environment(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = empty_environment(tmp_path_factory.mktemp("wheel") / "env")
    [wheel] = dist.glob("*.whl")
    command = [folder / "bin" / "python", "-I", "-m", "pip", "--quiet", "install"]
    plain = {**os.environ, "PIP_CONFIG_FILE": os.devnull}
    subprocess.run(
        [*command, "--no-deps", "--no-index", "--ignore-installed", wheel], check=True, env=plain
    )
    return folder


@pytest.fixture
def user(wheel_environment: Path, tmp_path: Path) -> User:
    """Has the wheel installed."""
    return User(tmp_path / "home", wheel_environment / "bin")


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as git has it, with an empty environment in it."""
    folder = tmp_path_factory.mktemp("clone") / "leavemsg"
    shutil.copytree(ROOT, folder, ignore=NO_PART)
    empty_environment(folder / ".venv")
    return folder


@pytest.fixture
def newcomer(tmp_path: Path) -> User:
    """Has cloned the product and installed nothing."""
    return User(tmp_path / "home")
