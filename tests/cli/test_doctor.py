"""doctor: what is wrong, and what to do about it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app import keyfile
from app.folder import open_to_others
from tests.cli.conftest import Env
from tests.processes import Process, command, environment, serve
from tests.servers import aside

OTHER_KEY = {"LEAVEMSG_SECRET_KEY": "o" * 40}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Env:
    """A folder on which the product has run once."""
    running = serve(tmp_path_factory.mktemp("doctor") / "data").start()
    aside(running.ready())
    assert running.stop() == 0
    return running.env


def look(env: Env) -> tuple[int, dict[str, str]]:
    """The exit code, and the worst that was said about each part."""
    done = command("doctor", "--json", env=env)
    assert "Traceback" not in done.stderr
    worst: dict[str, Any] = {}
    for each in json.loads(done.stdout)["findings"]:
        order = ["ok", "warn", "fail"]
        before = worst.get(each["about"], each)
        worst[each["about"]] = max(before, each, key=lambda one: order.index(one["state"]))
    return done.returncode, {about: each["state"] for about, each in worst.items()}


def folder_of(env: Env) -> Path:
    return Path(env["LEAVEMSG_DATA_DIR"])


def test_before_the_first_start_it_makes_nothing(fresh: Env) -> None:
    code, found = look(fresh)
    assert (code, found["settings"]) == (0, "ok")
    assert not folder_of(fresh).exists()


PARTS = (
    *("settings", "folder", "files", "database", "key", "worker"),
    *("queue", "clock"),
)


def test_what_runs_well_is_well(shop: Env) -> None:
    code, found = look(shop)
    assert code == 0
    assert found == {
        **dict.fromkeys(PARTS, "ok"),
        "redis": "warn",
        "backup": "warn",
    }


def test_a_bundle_is_for_its_owner_alone_and_never_over_a_file(shop: Env, tmp_path: Path) -> None:
    path = tmp_path / "help.zip"
    lines = '{"event": "request", "status": 200}\nCanary\n'
    asked = ("doctor", "--bundle", str(path), "--log", "-")
    done = command(*asked, env=shop, input=lines)
    assert (done.returncode, done.stderr) == (
        0,
        f"{path} is made. Look into it before you send it.\n",
    )
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        assert json.loads(packed.read("database.json"))["schema"] == "ok"
        assert b"Canary" not in packed.read("log.jsonl")
    again = command(*asked, env=shop, input=lines)
    assert (again.returncode, "File exists" in again.stderr) == (1, True)


def test_with_a_wrong_setting_a_bundle_is_made_all_the_same(shop: Env, tmp_path: Path) -> None:
    path = tmp_path / "help.zip"
    env = {**shop, "LEAVEMSG_TIMEZONE": "Mars/Canary"}
    assert command("doctor", "--bundle", str(path), env=env).returncode == 78
    with zipfile.ZipFile(path) as packed:
        assert "LEAVEMSG_TIMEZONE" in packed.read("findings.json").decode()
        assert b"Canary" not in b"".join(map(packed.read, packed.namelist()))


def test_a_wrong_setting_is_named(shop: Env) -> None:
    assert look({**shop, "LEAVEMSG_TIMEZONE": "Mars/Canary"}) == (78, {"settings": "fail"})


def test_another_key_is_named_and_so_is_a_lost_one(shop: Env) -> None:
    assert look({**shop, **OTHER_KEY})[1]["key"] == "fail"
    path = folder_of(shop) / keyfile.NAME
    kept = path.read_text()
    path.unlink()
    assert look(shop) == (78, {"settings": "fail"})
    assert not path.exists()
    path.write_text(kept)
    path.chmod(0o600)


def test_a_database_of_a_newer_version_is_named_and_nothing_starts_on_it(shop: Env) -> None:
    newer = "2099-01-01T00:00:00:000000"
    with sqlite3.connect(folder_of(shop) / "leavemsg.sqlite") as connection:
        connection.execute("INSERT INTO migration (name, app_name) VALUES (?, 'app')", [newer])
    connection.close()
    try:
        assert look(shop)[1]["database"] == "fail"
        for verb in (("serve",), ("migrate",), ("token", "list")):
            done = command(*verb, env=shop)
            (line,) = done.stderr.splitlines()
            assert (done.returncode, "by a newer Leavemsg than this one" in line) == (78, True)
    finally:
        with sqlite3.connect(folder_of(shop) / "leavemsg.sqlite") as connection:
            connection.execute("DELETE FROM migration WHERE name = ?", [newer])
        connection.close()


def test_files_that_others_may_read_are_named_and_closed_at_the_start(tmp_path: Path) -> None:
    """In a folder that somebody made, which stays as it was."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    running = serve(folder).start()
    aside(running.ready())
    running.kill()
    assert open_to_others(folder) == []
    for path in folder.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert look(running.env)[1]["files"] == "warn"

    again = Process("serve", running.env, running.log).start()
    aside(again.ready())
    assert open_to_others(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o755
    again.stop()


def test_a_folder_where_others_may_put_files_is_no_place_for_a_key(tmp_path: Path) -> None:
    env = environment(tmp_path / "data")
    folder_of(env).mkdir()
    folder_of(env).chmod(0o777)
    code, found = look(env)
    assert (code, found["folder"]) == (1, "fail")
