"""The commands about messages, as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_delivery import Run, env, run
from tests.processes import command

__all__ = ["env", "run"]


def test_messages_are_listed_shown_and_handled(run: Run, env: dict[str, str]) -> None:
    (newest, _) = run("message", "list", "--status", "pending")
    assert newest["content"] == "question 1"
    assert [row["content"] for row in run("message", "list", "--search", "question 0")] == [
        "question 0"
    ]
    shown = run("message", "show", newest["reference"].lower())
    assert shown["message"]["uid"] == newest["uid"]
    assert shown["deliveries"][0]["state"] == "failed"

    done = run("message", "handle", newest["uid"], "--outcome", "phone", "--note", "called")
    assert (done["status"], done["note"], done["handled_by"]) == (
        *("handled", "called", "command line"),
    )
    assert "already" in run("message", "handle", newest["reference"], code=4)
    assert run("message", "show", "LM-000000", code=3)
    told = command("message", "show", newest["reference"], env=env).stdout
    assert "question 1" in told
    assert "called" in told


def test_messages_are_written_into_a_file(env: dict[str, str], tmp_path: Path) -> None:
    to = tmp_path / "messages.csv"
    command("message", "export", "--to", str(to), "--search", "question 1", env=env)
    printed = command("message", "export", "--format", "jsonl", "--masked", env=env).stdout

    assert to.read_bytes().startswith(b"\xef\xbb\xbf")
    assert to.read_bytes().count(b"\r\n") == 2
    lines = [json.loads(line) for line in printed.splitlines()]
    assert "question 1" in [line["message"]["content"] for line in lines]
    assert all("****" in line["visitor"]["phone"] for line in lines)
