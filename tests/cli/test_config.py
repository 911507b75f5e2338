"""config: the configuration as a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Env, answer, refused
from tests.documents import blocks, read
from tests.processes import command

SECRET = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7b1a-4bc4-97a0-0ec2sifa5aaa"
FILE = """\
channels:
  - name: 销售群
    type: wecom
    webhook_url: env:SALES
rules:
  rules:
    - name: 退款
      when: {words: [退款]}
      then: {channels: [销售群]}
"""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "leavemsg.yaml"
    path.write_text(FILE)
    return path


def config(env: Env, *arguments: str, given: str = "") -> Done:
    return command("config", *arguments, env={**env, "SALES": SECRET}, input=given)


def test_a_file_is_looked_at_applied_and_then_changes_nothing(fresh: Env, kept: Path) -> None:
    seen = config(fresh, "plan", str(kept))
    assert (seen.returncode, seen.stderr) == (2, "")
    assert [line.partition(":")[0] for line in seen.stdout.splitlines()] == [
        "+ channels · 销售群",
        "+ rules · rules · 退款",
    ]
    assert "Nobody can be asked" in refused(config(fresh, "apply", str(kept)), 2)
    done = config(fresh, "apply", str(kept), "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{seen.stdout}Applied.\n"
    assert config(fresh, "apply", str(kept), "--yes").stdout == "Nothing to change.\n"
    again = config(fresh, "plan", str(kept), "--json")
    assert answer(again) == {"differences": [], "waiting": [], "withdrawn": []}
    changed = config({**fresh, "SALES": ""}, "plan", "-", given=FILE.replace("退款]", "退货]"))
    assert (changed.returncode, changed.stdout) == (
        2,
        '~ rules · rules · 退款 · when · words: ["退款"] → ["退货"]\n',
    )
    exported = config(fresh, "export")
    assert exported.returncode == 0, exported.stderr
    assert "693a91f6" not in exported.stdout + seen.stdout + done.stdout
    kept.write_text(exported.stdout)
    unset = refused(config(fresh, "plan", str(kept)), 4)
    assert "channels/0/webhook_url: The variable WECOM_WEBHOOK_URL is not set" in unset
    assert config(fresh, "plan", str(kept), "--keep-secrets").stdout == "Nothing to change.\n"
    part = answer(config(fresh, "export", "--part", "channels", "--json"))
    assert [each["name"] for each in part["channels"]] == ["销售群"]


def test_faults_are_told_by_line_and_nothing_is_changed(fresh: Env, kept: Path) -> None:
    kept.write_text(FILE.replace("wecom", "wecon").replace("words", "wrods"))
    assert refused(config(fresh, "apply", str(kept), "--yes"), 4).splitlines() == [
        "line 3, channels/0/type: There is no type wecon. Did you mean wecom?"
    ]
    assert json.loads(config(fresh, "export", "--part", "channels", "--json").stdout) == {
        "channels": []
    }
    kept.write_text("channels: [")
    assert "line 1" in refused(config(fresh, "plan", str(kept)), 4)


def test_the_file_in_the_documentation_is_one(fresh: Env, tmp_path: Path) -> None:
    (example,) = blocks(read("docs/configuration.md"), "yaml")
    (tmp_path / "smtp").write_text("authcode-0123456789\n")
    example = example.replace("/run/secrets/smtp", "smtp")
    path = tmp_path / "leavemsg.yaml"
    path.write_text(example.replace("  - email: owner@example.com\n    role: owner\n", ""))
    applied = config({**fresh, "WECOM_WEBHOOK_URL": SECRET}, "apply", str(path), "--yes", "--json")
    done = answer(applied)
    assert [each["path"] for each in done["plan"]["differences"]] == [
        ["people", "wang@example.com"],
        ["channels", "销售群"],
        ["channels", "值班邮箱"],
        ["rules", "rules", "退款"],
        ["reminders"],
    ]
    assert [each.split()[0] for each in done["invitations"]] == ["wang@example.com"]
