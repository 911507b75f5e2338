"""backup and restore: a copy of everything in one file, and the way back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from app import instance
from app.backup import left, scheduled, sealed
from app.errors import Misconfigured
from app.settings import Settings
from app.tables import Organization
from cli import backup
from tests.cli.conftest import PASSWORD, Env, answer, refused
from tests.cli.test_channel import program
from tests.processes import command, environment

OWNER = ("admin", "create", "--email", "owner@shop.example", "--password-stdin")
STARTED = "from app import keymark; from cli.shared import with_database as w; w(keymark.settle)"
"""What a start does: the data has the mark of its key."""


def test_everything_goes_into_a_file_and_back_into_an_empty_place(
    fresh: Env, tmp_path: Path
) -> None:
    command(*OWNER, env=fresh, input=PASSWORD)
    made = answer(command("backup", "make", "--with-key", "--json", env=fresh))
    path = Path(made["path"])
    assert path.parent == tmp_path / "data" / "backups"
    assert (made["has_key"], made["messages"]) == (True, 0)
    seen = command("backup", "verify", str(path), env=environment(tmp_path / "unused"))
    assert seen.returncode == 0, seen.stderr
    assert seen.stdout == (
        f"The backup of {made['made_at']} is whole. Messages: 0, channels: 0, people: 1.\n"
    )
    assert not (tmp_path / "unused").exists()
    other = environment(tmp_path / "other")
    restored = answer(command("restore", str(path), "--json", env=other))
    assert restored["rows"]["agent"] == 1
    keys = [tmp_path / name / "secret.key" for name in ("data", "other")]
    assert keys[0].read_text() == keys[1].read_text()
    assert keys[1].stat().st_mode & 0o777 == 0o600
    (member,) = answer(command("admin", "list", "--json", env=other))
    assert member["email"] == "owner@shop.example"
    assert "an empty one only" in refused(command("restore", str(path), env=other), 4)


async def test_without_the_key_it_says_that_the_key_must_be_kept(
    fresh: Env, tmp_path: Path
) -> None:
    await program(STARTED, fresh)
    (tmp_path / "kept").mkdir()
    done = command("backup", "make", "--to", str(tmp_path / "kept"), env=fresh)
    assert done.returncode == 0, done.stderr
    assert "The secret key is not in the file" in done.stderr
    (path,) = (tmp_path / "kept").iterdir()
    other = environment(tmp_path / "other")
    said = refused(command("restore", str(path), env=other), 78)
    assert "is not the key that the data was written with" in said


def test_what_is_no_backup_is_said_in_a_line(fresh: Env, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    for words in (("backup", "verify"), ("restore",)):
        done = command(*words, str(tmp_path / "x"), env=fresh)
        assert refused(done, 4) == "file: This is no backup of Leavemsg\n"


def test_those_that_are_made_by_themselves_are_listed_fetched_and_opened(
    fresh: Env, tmp_path: Path
) -> None:
    command(*OWNER, env=fresh, input=PASSWORD)
    pair = command("backup", "identity", env=fresh).stdout
    (tmp_path / "identity.txt").write_text(pair)
    there = tmp_path / "there"
    fresh |= {
        "LEAVEMSG_BACKUPS_TO": str(there),
        "LEAVEMSG_BACKUPS_RECIPIENTS": pair.split()[3],
    }

    assert command("backup", "run", env=fresh).returncode == 0
    listed = answer(command("backup", "list", "--json", env=fresh))
    assert listed["place"] == str(there)
    name = listed["name"]
    assert refused(command("backup", "fetch", "leavemsg-x", env=fresh), 3)
    fetched = command("backup", "fetch", name, "--to", str(tmp_path), env=fresh)
    assert fetched.stdout == f"{tmp_path / name}\n"

    # The first place is away, and the folder to put it into is not there.
    (tmp_path / "file").write_text("")
    near = fresh["LEAVEMSG_BACKUPS_TO"]
    fresh["LEAVEMSG_BACKUPS_TO"] = f"{tmp_path / 'file/below'},{near}"
    assert command("backup", "fetch", name, "--to", str(tmp_path), env=fresh).returncode == 0
    listed = command("backup", "list", env=fresh)
    assert (listed.returncode, listed.stdout) == (1, f"{there}  {name}\n")
    assert listed.stderr.startswith(f"{tmp_path / 'file/below'}: ")
    fresh["LEAVEMSG_BACKUPS_TO"] = f"{tmp_path / 'unmounted'},{near}"
    listed = command("backup", "list", env=fresh)
    assert (listed.returncode, listed.stdout) == (0, f"{there}  {name}\n")
    assert listed.stderr == (
        f"{tmp_path / 'unmounted'} has no backup. If there was one: is its disk mounted?\n"
    )
    nowhere = command("backup", "fetch", name, "--to", str(tmp_path / "no"), env=fresh)
    assert "name a folder with --to" in refused(nowhere, 78)

    (there / ".leavemsg-backups").unlink()
    fresh["LEAVEMSG_BACKUPS_TO"] = near
    again = command("backup", "run", env=fresh)
    assert (again.returncode, "is its disk mounted?" in again.stdout) == (1, True)
    assert command("backup", "accept", env=fresh).returncode == 0
    assert command("backup", "run", env=fresh).returncode == 0

    closed, identity = str(tmp_path / name), str(tmp_path / "identity.txt")
    other = environment(tmp_path / "other")
    assert "--identity" in refused(command("restore", closed, env=other), 4)
    seen = command("backup", "verify", closed, "--identity", identity, env=other)
    assert "channels: 0, people: 1." in seen.stdout, seen.stderr
    restored = answer(command("restore", closed, "--identity", identity, "--json", env=other))
    assert restored["rows"]["agent"] == 1


def test_without_a_place_or_with_one_that_is_away_it_fails_in_a_line(
    fresh: Env, tmp_path: Path
) -> None:
    assert "LEAVEMSG_BACKUPS_TO: is empty" in refused(command("backup", "run", env=fresh), 78)
    listed = command("backup", "list", env=fresh)
    assert (listed.returncode, listed.stdout) == (0, "")
    assert "LEAVEMSG_BACKUPS_TO names no place" in listed.stderr
    (tmp_path / "file").write_text("")
    fresh["LEAVEMSG_BACKUPS_TO"] = str(tmp_path / "file" / "below")
    done = command("backup", "run", env=fresh)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert done.stdout.startswith(f"{tmp_path / 'file' / 'below'}: ")


def test_what_lies_open_lies_beside_the_data_or_the_file_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a command that was killed."""
    identity, recipient = sealed.new()
    (tmp_path / "identity").write_text(identity)
    (tmp_path / "plain").write_text("what visitors wrote")
    file = tmp_path / "here/leavemsg-20261130T031500Z.lmbak.age"
    file.parent.mkdir()
    sealed.seal(tmp_path / "plain", file, (recipient,))
    monkeypatch.setenv("LEAVEMSG_DATA_DIR", str(tmp_path / "data"))
    for expected in (file.parent, tmp_path / "data/backups"):
        killed = expected / "leavemsg-opened-d3ad1234.part"
        killed.mkdir(parents=True)
        (killed / "plain").write_text("what visitors wrote")
        for path in (killed / "plain", killed):
            os.utime(path, (0, 0))
        with backup._room(file) as room:
            assert (room.parent, room.stat().st_mode & 0o777) == (expected, 0o700)
            assert left.ROOMS.fullmatch(room.name)
            plain = backup._opened(file, tmp_path / "identity", room)
            assert (plain.parent, plain.read_text()) == (room, "what visitors wrote")
            assert backup._opened(tmp_path / "plain", None, room) == tmp_path / "plain"
        assert not room.exists()
        assert not killed.exists()
        (tmp_path / "data").mkdir(exist_ok=True)
    monkeypatch.setenv("LEAVEMSG_DATA_DIR", str(tmp_path / "none"))
    room = backup._room(tmp_path / "plain/below")
    with pytest.raises(Misconfigured, match="copy the file into a folder"):
        room.__enter__()


@pytest.mark.process
async def test_a_worker_that_stops_leaves_no_copy_that_nobody_sealed(
    org: Organization, configure: Callable[..., Settings], tmp_path: Path
) -> None:
    room = tmp_path / "data/backups"
    configure(LEAVEMSG_BACKUPS_TO=str(tmp_path / "far"), LEAVEMSG_DATA_DIR=str(tmp_path / "data"))
    running = asyncio.create_task(backup._run())
    try:
        while not list(room.glob("leavemsg-backup-*/*")):
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(asyncio.CancelledError):
            await running
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    assert list(room.iterdir()) == []
    fact = await instance.read(scheduled.TRY)
    assert fact is not None
    assert fact.value == scheduled.FAILED
