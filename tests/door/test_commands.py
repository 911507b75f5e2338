"""What README, CONTRIBUTING and the page on installing print is typed as it stands, by somebody who
has the product installed and stands in another folder.

Engines of containers, clusters and services, `git` and `make` are only written down: there is none
of them and no repository to clone from here; `make run` and `make demo` have a test of their own,
and the other targets are this run itself, `.ci/run`, or take minutes. What they name is checked
against the files that they are about. docs/api.md has its own test.
"""

from __future__ import annotations

import itertools
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from app.settings import OPTIONS
from tests.documents import ROOT, blocks, read
from tests.door.conftest import User

pytestmark = pytest.mark.timeout(400)

PAPERS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/install.md",
    "docs/upgrade.md",
    "docs/configuration.md",
    "docs/proof.md",
)
TYPED = [
    pytest.param(block, id=f"{name}-{number}")
    for name in PAPERS
    for number, block in enumerate(blocks(read(name), "sh"), 1)
]
NAMED = """#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" >> "$HOME/named"
case "$*" in
    "clone "*) mkdir leavemsg ;;
    "tee "*) cat > /dev/null ;;
    # It asks for a password, and here is no terminal to ask on.
    "compose exec web leavemsg admin create "*)
        shift 3; printf '%s\\n' "$PASSWORD" | "$@" --password-stdin ;;
esac
"""
PASSWORD = "correct horse 9"


@pytest.fixture(scope="module")
def served(
    wheel_environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[User, Path]]:
    """Somebody with a running product, and where the words go that are only written down."""
    user = User(tmp_path_factory.mktemp("typed") / "home", wheel_environment / "bin")
    (user.here / ".venv").symlink_to(wheel_environment)
    stubs = user.home / "stubs"
    stubs.mkdir()
    for name in CHECKS:
        (stubs / name).write_text(NAMED)
        (stubs / name).chmod(0o755)
    # A robot would be called: tests/cli/test_quickstart.py has one.
    typed = {"PASSWORD": PASSWORD, "ROBOT": ""}
    user.env |= {"LEAVEMSG_DATA_DIR": str(user.here / "data"), **typed}
    with user.runs("leavemsg", "serve", until="Set up here"):
        user.env["PATH"] = f"{stubs}:{user.env['PATH']}"
        yield user, user.home / "named"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README types curl")
@pytest.mark.parametrize("block", TYPED)
def test_what_is_printed_works_as_it_is_typed(block: str, served: tuple[User, Path]) -> None:
    user, named = served
    named.write_text("")
    # The port may be somebody else's here, and whoever clones knows from where.
    typed = block.replace("localhost:8080", f"localhost:{user.port}")
    typed = typed.replace("<this repository>", "https://example.com/leavemsg.git")
    # Each page makes its own first account.
    typed = typed.replace("you@example.com", f"you{abs(hash(block))}@example.com")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", typed.replace("curl -s ", "curl -sf ")],
        env=user.env,
        cwd=user.here,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for line in named.read_text().splitlines():
        program, *words = shlex.split(line)
        CHECKS[program](words)


def check_make(words: list[str]) -> None:
    # What follows is the value of ARGS, whose quotes the shell has taken.
    targets = list(itertools.takewhile(lambda word: "=" not in word, words))
    done = subprocess.run(["make", "--dry-run", *targets], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def check_docker(words: list[str]) -> None:
    services = yaml.safe_load(read("compose.yaml"))["services"]
    match words:
        case ["compose", "up", *options]:
            scaled = [option.partition("=")[0] for option in options if "=" in option]
            assert set(scaled) <= set(services)
            assert (set(options) - {"-d", "--build", "--scale"}) == {"worker=2"} or not scaled
        case ["compose", "exec", service, *_]:
            assert service in services
        case ["build", "-t", "leavemsg", "."]:
            assert (ROOT / "Dockerfile").exists()
        case ["run", *options]:
            assert options[-1] == "leavemsg"
        case _:
            raise AssertionError(words)


def check_git(words: list[str]) -> None:
    assert words[0] in {"clone", "pull"}


def check_sudo(words: list[str]) -> None:
    units = {unit.name.partition("@")[0] for unit in (ROOT / "deploy/systemd").iterdir()}
    match words:
        case ["cp", source, folder]:
            assert folder.startswith("/etc/")
            assert (ROOT / source.removeprefix("/opt/leavemsg/")).is_file()
        case ["systemctl", "enable", "--now", unit]:
            assert f"{unit}.service" in units
        case _:
            assert words[0] in {"useradd", "tee", "chmod"}, words


def check_kubectl(words: list[str]) -> None:
    match words:
        case ["apply", "-k", folder]:
            assert (ROOT / folder / "kustomization.yaml").exists()
        case ["-n", "leavemsg", "create", "secret", "generic", name, *files]:
            assert name == "leavemsg"
            assert {each.removeprefix("--from-file=") for each in files} <= {
                option.name for option in OPTIONS if option.secret
            }
        case _:
            assert words == ["create", "namespace", "leavemsg"]


CHECKS = {
    "make": check_make,
    "docker": check_docker,
    "git": check_git,
    "kubectl": check_kubectl,
    "sudo": check_sudo,
}
"""Of the programs that documents name and no test runs."""
