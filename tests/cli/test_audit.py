"""The audit at the command line."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from pathlib import Path

from tests.cli.conftest import Env, answer, refused
from tests.processes import command, serve
from tests.servers import aside

PASSWORD = "correct horse 9\n"
TRIES = 100


def begun(folder: Path) -> Env:
    """A folder in which some entries have got their place."""
    running = serve(folder).start()
    aside(running.ready())
    for name in ("a", "b", "c"):
        line = ("admin", "create", "--email", f"{name}@shop.example", "--password-stdin")
        assert command(*line, env=running.env, input=PASSWORD).returncode == 0
    for _ in range(TRIES):
        (said,) = answer(command("audit", "verify", "--json", env=running.env))
        if said["entries"] == 3:
            break
        time.sleep(0.1)
    assert running.stop() == 0
    return running.env


def run(folder: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "leavemsg.sqlite")) as connection:
        connection.execute(sql)
        connection.commit()


def test_a_whole_chain_is_told_a_changed_entry_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    env = begun(folder)
    done = command("audit", "verify", env=env)
    assert (done.returncode, "whole  3 entries" in done.stdout) == (0, True)

    head = command("audit", "verify", "--head", env=env).stdout.split()[-1]
    assert command("audit", "verify", "--kept", head, env=env).returncode == 0
    other = command("audit", "verify", "--kept", f"3:{'0' * 32}", env=env)
    assert (other.returncode, "not the one whose hash you kept" in other.stdout) == (7, True)
    assert "as `leavemsg audit verify --head`" in refused(
        command("audit", "verify", "--kept", "3", env=env), 2
    )

    run(folder, "UPDATE audit SET detail = 'agent' WHERE number = 2")
    done = command("audit", "verify", env=env)
    assert (done.returncode, "entry 2 is not as it was written" in done.stdout) == (7, True)
    (said,) = json.loads(command("audit", "verify", "--json", env=env).stdout)
    assert (said["fault"]["what"], said["fault"]["number"]) == ("changed", 2)


def test_it_is_exported_and_that_is_an_entry(tmp_path: Path) -> None:
    env = begun(tmp_path / "data")
    done = command("audit", "export", env=env)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["act"] for each in lines] == ["audit.exported", *["member.added"] * 3]
    assert {each["actor"]["kind"] for each in lines} == {"cli"}
