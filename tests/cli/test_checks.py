"""check and version."""

from __future__ import annotations

import json

from app.settings import OPTIONS, VERSION
from tests.cli.conftest import Env, all_at_once, answer


def test_check_lists_every_setting_with_its_meaning(fresh: Env) -> None:
    people, machines, version = all_at_once(
        ("check",), ("check", "--json"), ("version", "--json"), env=fresh
    )
    assert (people.returncode, people.stderr) == (0, "")
    assert all(option.name in people.stdout for option in OPTIONS)
    assert answer(machines) == {"ok": True, "faults": []}
    assert answer(version) == {"version": VERSION}


def test_check_lists_all_faults_at_once(fresh: Env) -> None:
    wrong = {
        "PORT": "0",
        "DATABASE_URL": "mysql://user:canary@host",
        "LEAVEMSG_SECRET_KEY": "canary",
        "LEAVEMSG_SUBMIT_PER_MINUT": "5",
    }
    people, machines = all_at_once(("check",), ("check", "--json"), env={**fresh, **wrong})
    assert (people.returncode, machines.returncode) == (78, 78)
    faults = json.loads(machines.stdout)["faults"]
    assert people.stderr.splitlines() == faults
    assert {line.split()[1].rstrip(":") for line in faults} == set(wrong)
    assert "did you mean LEAVEMSG_SUBMIT_PER_MINUTE?" in people.stderr
    assert "canary" not in people.stdout + people.stderr + machines.stdout
