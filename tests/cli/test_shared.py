"""cli.shared: a command that looks into the database."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.conftest import Env, answer
from tests.processes import command


def test_the_first_command_makes_the_tables(fresh: Env) -> None:
    assert answer(command("channel", "list", "--json", env=fresh)) == []
    assert (Path(fresh["LEAVEMSG_DATA_DIR"]) / "leavemsg.sqlite").exists()


def test_tables_that_another_command_has_just_made_are_a_new_shop(
    fresh: Env, sqlite_template: Path
) -> None:
    folder = Path(fresh["LEAVEMSG_DATA_DIR"])
    folder.mkdir()
    # As at every start, the key comes before the tables.
    (folder / "secret.key").write_text("k" * 64)
    shutil.copy(sqlite_template, folder / "leavemsg.sqlite")
    assert answer(command("channel", "list", "--json", env=fresh)) == []
