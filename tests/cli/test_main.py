"""The command line as a whole: help in sentences, and an exit code for every way to end."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.main import commands
from tests import documents
from tests.cli.conftest import Env, all_at_once, refused
from tests.processes import command


@pytest.mark.parametrize(
    ("name", "one"), list(documents.commands(commands)), ids=lambda part: str(part)
)
def test_every_command_says_in_sentences_what_it_does(name: str, one: click.Command) -> None:
    said = (one.help or "").strip()
    assert said[:1].isupper()
    assert said.endswith(".")


def test_the_documented_commands_are_there() -> None:
    known = {name.removeprefix("leavemsg ") for name, _ in documents.commands(commands)}
    assert known >= {
        *("serve", "web", "worker", "migrate", "check", "version", "demo"),
        *("admin create", "admin reset-password", "token create", "token list", "token revoke"),
        *("channel list", "channel test"),
    }


def test_help_lists_the_commands_and_the_exit_codes(fresh: Env) -> None:
    whole, one = all_at_once(("--help",), ("admin", "create", "--help"), env=fresh)
    assert (whole.returncode, one.returncode) == (0, 0)
    for words in ("serve", "demo", "5 database unreachable", "78 a setting or the secret key"):
        assert words in " ".join(whole.stdout.split())
    assert "--password-stdin" in one.stdout
    assert not Path(fresh["LEAVEMSG_DATA_DIR"]).exists()


def test_wrong_usage_is_two_and_touches_nothing(fresh: Env) -> None:
    said = refused(command("dance", env=fresh), 2)
    assert "No such command" in said
    assert not Path(fresh["LEAVEMSG_DATA_DIR"]).exists()


@pytest.mark.parametrize(
    "line",
    [
        "token create",
        "token create --name x --scopes all --days many",
        "admin create --email a@b.example --role god",
        "check --loudly",
        "channel test one two",
    ],
)
def test_every_command_names_what_it_does_not_understand(line: str) -> None:
    done = CliRunner().invoke(commands, line.split())
    assert done.exit_code == 2
    assert "Usage:" in done.output
    assert "Error:" in done.output


def test_a_wrong_setting_is_seventy_eight_in_a_line(fresh: Env) -> None:
    wrong = {**fresh, "PORT": "http", "LEAVEMSG_LOCAL": "en"}
    for done in all_at_once(("serve",), ("token", "list"), env=wrong):
        lines = refused(done, 78).splitlines()
        assert lines == [
            "CONFIG PORT: is not a number in range — use 1 to 65535",
            "CONFIG LEAVEMSG_LOCAL: is not a setting — did you mean LEAVEMSG_LOCALE?",
        ]


def test_a_database_that_does_not_answer_is_five(fresh: Env) -> None:
    away = {**fresh, "DATABASE_URL": "postgres://user:canary@127.0.0.1:9/shop"}
    said = refused(command("token", "list", env=away), 5)
    assert said.splitlines() == [
        "The database does not answer. Check DATABASE_URL and that the server runs."
    ]


def test_a_file_that_is_no_database_is_five(fresh: Env) -> None:
    folder = Path(fresh["LEAVEMSG_DATA_DIR"])
    folder.mkdir()
    (folder / "leavemsg.sqlite").write_bytes(b"this is no database " * 100)
    env = {**fresh, "LEAVEMSG_SECRET_KEY": "k" * 40}
    said = refused(command("token", "list", env=env), 5)
    assert "(damaged). Look at" in said
    assert "leavemsg.sqlite" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("key", ["", "k" * 40])
def test_a_folder_that_cannot_be_written_is_seventy_eight(
    tmp_path: Path, fresh: Env, key: str
) -> None:
    (tmp_path / "file").write_text("")
    env = {**fresh, "LEAVEMSG_SECRET_KEY": key, "LEAVEMSG_DATA_DIR": str(tmp_path / "file")}
    assert refused(command("token", "list", env=env), 78).splitlines() == [
        "CONFIG LEAVEMSG_DATA_DIR: is not writable — create the folder or name another one"
    ]
