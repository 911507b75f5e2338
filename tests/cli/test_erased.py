"""What was erased stays so after a restore."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Env, answer, refused
from tests.cli.test_backup import STARTED
from tests.cli.test_channel import program
from tests.processes import command, environment

LEFT = """
import asyncio, uuid
from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import organizations
from cli.shared import with_database as w
async def do():
    org = await organizations.first()
    for n, text in enumerate(("gone", "stays")):
        given = Answers(content=text, phone="13800138000")
        left = await messages.leave(org, given, Visit(), submission_id=str(n))
        print(left.uid)
w(do)
"""
GONE = """
import sys, uuid
from app.erasure import remove
from app.people import organizations
from cli.shared import with_database as w
async def do():
    await remove.remove((await organizations.first()).id, [uuid.UUID("[uid]")], by="tests")
w(do)
"""


async def test_a_restored_copy_brings_nothing_back(fresh: Env, tmp_path: Path) -> None:
    await program(STARTED, fresh)
    first, _ = (await program(LEFT, fresh)).split()
    made = answer(command("backup", "make", "--with-key", "--json", env=fresh))
    await program(GONE.replace("[uid]", first), fresh)
    listed = tmp_path / "erased.txt"
    command("erased", "list", "--to", str(listed), env=fresh)
    assert listed.read_text().split() == [first]

    other = environment(tmp_path / "other")
    command("restore", made["path"], "--erased", str(listed), env=other)
    done = answer(command("erased", "apply", str(listed), "--json", env=other))
    assert done == {"listed": 1, "erased": 0}
    bare = environment(tmp_path / "bare")
    command("restore", made["path"], env=bare)
    done = answer(command("erased", "apply", str(listed), "--json", env=bare))
    assert done == {"listed": 1, "erased": 1}


def test_what_is_no_list_is_said_in_a_line(fresh: Env, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    said = refused(command("erased", "apply", str(tmp_path / "x"), env=fresh), 4)
    assert said == "file: Line 1 is no id\n"
    assert "cannot be read" in refused(command("erased", "apply", str(tmp_path), env=fresh), 4)
