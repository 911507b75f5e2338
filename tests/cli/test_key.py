"""Starting with another secret key than the data was written with."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from app import keyfile
from tests.cli.conftest import Env, refused
from tests.cli.test_channel import ADD, program
from tests.nursery import Forked
from tests.processes import command, environment, serve
from tests.servers import aside

ADMIN = ("admin", "create", "--email", "o@shop.example", "--password-stdin")
PASSWORD = "correct horse 9\n"
HOOK = {"type": "custom", "webhook_url": "https://hook.example/x", "name": "CRM"}


def begun(folder: Path, **changes: str) -> Env:
    """A folder on which the product has run once."""
    running = serve(folder, **changes).start()
    aside(running.ready())
    assert running.stop() == 0
    return running.env


def test_a_lost_key_is_not_made_anew(tmp_path: Path) -> None:
    env = begun(tmp_path / "data")
    path = tmp_path / "data" / keyfile.NAME
    kept = path.read_text()
    path.unlink()

    for verb in ("serve", "check", "migrate"):
        done = command(verb, env=env)
        (line,) = done.stderr.splitlines()
        assert (done.returncode, "is gone" in line, "key accept" in line) == (78, True, True)
    assert not path.exists()
    path.write_text(kept)
    assert command("migrate", env=env).returncode == 0


def test_with_another_key_nothing_starts_and_no_command_writes(tmp_path: Path) -> None:
    env = begun(tmp_path / "data")
    other = {**env, "LEAVEMSG_SECRET_KEY": "o" * 40}
    for verb in (("serve",), ("token", "list"), ADMIN):
        said = refused(command(*verb, env=other, input=PASSWORD), 78)
        assert said.startswith("CONFIG LEAVEMSG_SECRET_KEY: is not the key that the data")
        assert len(said.splitlines()) == 1
    assert command(*ADMIN, env=env, input=PASSWORD).returncode == 0


def test_a_lost_key_can_be_given_up(tmp_path: Path) -> None:
    env = begun(tmp_path / "data")
    path = tmp_path / "data" / keyfile.NAME
    path.unlink()

    asked = command("key", "accept", env=env, input="n\n")
    assert (asked.returncode, "must be entered again" in asked.stdout) == (4, True)
    assert command("token", "list", env=env).returncode == 78
    done = command("key", "accept", "--yes", env=env)
    assert done.returncode == 0, done.stderr
    assert "The current key is in force." in done.stdout
    assert path.stat().st_mode & 0o077 == 0
    assert command("token", "list", env=env).returncode == 0
    assert "nothing to do" in command("key", "accept", env=env).stdout


def values(env: Env) -> dict[str, Any]:
    done = command("key", "status", "--json", env=env)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_kept_key_is_renewed_under_a_product_that_runs(tmp_path: Path) -> None:
    """Also when whoever renews it is killed in the middle."""
    env = begun(tmp_path / "data")
    path = tmp_path / "data" / keyfile.NAME
    old = path.read_text()
    assert values(env)["needs_older"] is False
    asyncio.run(program(ADD, env, given=json.dumps([HOOK])))
    assert command("key", "new", env=env).returncode == 0
    assert path.read_text().split()[1:] == [old]
    assert path.stat().st_mode & 0o077 == 0

    running = serve(tmp_path / "data").start()
    aside(running.ready())
    refused(command("key", "new", env=env), 1)
    before = values(env)
    assert (before["needs_older"], before["values"]) == (
        True,
        {"channel.config": {before["others"][0]: 1}},
    )
    assert "Older keys are still needed" in refused(command("key", "forget", "--yes", env=env), 4)
    for _ in range(2):
        killed = Forked("key", "rotate", env=env, stdout=tmp_path / "out", stderr=tmp_path / "err")
        killed.kill()
        killed.wait(20)
    done = command("key", "rotate", env=env)
    assert (done.returncode, "Nothing that can be read needs another key" in done.stdout) == (
        0,
        True,
    )
    after = values(env)
    assert (after["needs_older"], after["values"]) == (False, {"channel.config": {after["key"]: 1}})
    assert command("key", "forget", "--yes", env=env).stdout == "1 removed.\n"
    assert running.stop() == 0
    assert path.read_text().split() == [path.read_text()] != [old]
    assert command("channel", "list", env=env).returncode == 0


def test_who_has_set_the_key_is_told_how_to_renew_it(tmp_path: Path) -> None:
    env = environment(tmp_path / "data", LEAVEMSG_SECRET_KEY="k" * 40)
    for verb in ("new", "forget"):
        assert "LEAVEMSG_OTHER_SECRET_KEYS" in refused(command("key", verb, env=env), 4)
