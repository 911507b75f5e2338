"""The commands about deliveries, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import (
    channel_settings,
    database,
    messages,
    settings,
)
from app.database import migrate
from app.fields.check import Answers
from app.messages import Visit
from app.people import organizations
from tests.processes import command, environment
from tests.servers import aside

Run = Callable[..., Any]
HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A product that is not running, with two failed deliveries."""
    made = environment(tmp_path / "data", LEAVEMSG_SECRET_KEY="k" * 40)
    aside(_furnish(made))
    return made


async def _furnish(env: dict[str, str]) -> None:
    ours = {name: value for name, value in env.items() if name.startswith("LEAVEMSG_")}
    settings.use(settings.load(ours))
    folder = settings.current().sqlite_path
    folder.parent.mkdir(parents=True)
    engine = database.make("", str(folder))
    database.use(engine)
    await engine.open()
    await migrate.run()
    org = await organizations.first()
    await channel_settings.add(
        org.id, {"type": "custom", "webhook_url": HOOK, "name": "CRM"}, by="tests"
    )
    for number in range(2):
        said = Answers(content=f"question {number}", name="张三", phone="13800138000")
        await messages.leave(org, said, Visit(ip="192.0.2.1"), submission_id=str(number))
    await database.execute("UPDATE delivery SET state = 'failed', reason = 'tries_used_up'")
    await engine.close()


@pytest.fixture
def run(env: dict[str, str]) -> Run:
    """run("delivery", "list"): its answer as JSON; or its exit code and complaint."""

    def do(*arguments: str, code: int = 0) -> Any:
        done = command(*arguments, *(["--json"] if code == 0 else []), env=env, input="")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if code == 0 else done.stderr

    return do


def test_failed_ones_are_listed_sent_again_and_stopped(run: Run) -> None:
    (newest, oldest) = run("delivery", "list", "--state", "failed", "--since", "1h")
    assert (newest["channel_name"], newest["reason"]) == ("CRM", "tries_used_up")

    assert run("delivery", "replay", oldest["uid"]) == {"replayed": 1}
    assert run("delivery", "replay", "--failed", "--channel", newest["channel_uid"]) == {
        "replayed": 1
    }
    assert len(run("delivery", "list", "--state", "pending")) == 2
    assert run("delivery", "stop") == {"stopped": 2}


def test_what_cannot_be_is_refused_with_an_exit_code(run: Run) -> None:
    uid = run("delivery", "list")[0]["uid"]
    assert "--failed" in run("delivery", "replay", code=2)
    assert "--failed" in run("delivery", "replay", uid, "--since", "1h", code=2)
    assert "30m" in run("delivery", "list", "--since", "soon", code=2)
    assert "nothing" in run("delivery", "replay", "nonsense", code=3)
    assert "nothing" in run("delivery", "replay", "--failed", "--channel", uid, code=3)
    run("delivery", "replay", uid)
    assert "already waiting" in run("delivery", "replay", uid, code=4)


def test_an_empty_name_never_stands_for_all(run: Run) -> None:
    assert "--failed" in run("delivery", "replay", "", code=2)
    for empty in (("replay", "--failed"), ("stop",)):
        assert "empty" in run("delivery", *empty, "--channel", "", code=2)
    assert {row["state"] for row in run("delivery", "list")} == {"failed"}


def test_nobody_is_asked_without_a_terminal(env: dict[str, str]) -> None:
    done = command("delivery", "replay", "--failed", "--since", "1d", env=env, input="")
    assert (done.returncode, done.stdout) == (0, "2 to be sent once more.\n")


def test_a_person_reads_one_line_for_each(env: dict[str, str]) -> None:
    lines = command("delivery", "list", env=env).stdout.splitlines()
    assert len(lines) == 2
    assert all("failed" in line and "CRM" in line and "LM-" in line for line in lines)
