"""Starting with another secret key than the data was written with."""

from __future__ import annotations

from pathlib import Path

from app import keyfile
from tests.cli.conftest import Env, refused
from tests.processes import command, serve
from tests.servers import aside

ADMIN = ("admin", "create", "--email", "o@shop.example", "--password-stdin")
PASSWORD = "correct horse 9\n"


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
