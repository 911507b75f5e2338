"""The rules and the board that are handed to Prometheus and Grafana: they ask for what is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import combinations
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.tables import Organization
from tests.documents import ROOT, read
from tests.test_docs_operations import told

RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
BOARD = ROOT / "deploy" / "grafana" / "leavemsg.json"
NAME = re.compile(r"\b(?:leavemsg|process)_[a-z_]+")
PARTS = re.compile(r"_(?:bucket|sum|count)$")
PROMETHEUS_ITSELF = {"up"}


def rules() -> list[dict[str, Any]]:
    (group,) = YAML(typ="safe").load(RULES.read_text())["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    return [each for each in json.loads(BOARD.read_text())["panels"] if each["type"] != "row"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_whatever_they_ask_for_is_in_a_scrape(org: Organization) -> None:
    names = await told()
    questions = [each["expr"] for each in rules()]
    questions += [target["expr"] for each in panels() for target in each["targets"]]
    for question in questions:
        asked = {PARTS.sub("", name) for name in NAME.findall(question)}
        assert asked <= names, question
        assert asked or question.startswith(tuple(PROMETHEUS_ITSELF)), question
        assert question.count("(") == question.count(")"), question


def test_each_alert_says_what_to_do_and_where_more_is_said() -> None:
    document = read("docs/operations.md")
    headings = re.findall(r"^### (Leavemsg\w+)$", document, re.M)
    assert headings == [each["alert"] for each in rules()]
    for each in rules():
        said = each["annotations"]
        assert len(said["summary"]) > 40, each
        assert said["runbook"] == f"docs/operations.md#{each['alert'].lower()}"
        assert each["labels"]["severity"] in {"critical", "warning"}


def test_no_panel_lies_over_another_and_each_says_what_it_shows() -> None:
    places = [each["gridPos"] for each in json.loads(BOARD.read_text())["panels"]]
    assert all(each["x"] + each["w"] <= 24 for each in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, (one, other)
    ids = [each["id"] for each in panels()]
    assert len(set(ids)) == len(ids)
    assert all(each["title"] and each["description"].endswith((".", "…")) for each in panels())
    assert {each["datasource"]["uid"] for each in panels()} == {"${datasource}"}


def test_prometheus_itself_reads_the_rules_and_they_fire_when_they_should() -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("needs promtool (Debian's package prometheus)")
    cases = RULES.with_name("alerts_test.yml")
    for asked in (("check", "rules", RULES), ("test", "rules", cases)):
        done = subprocess.run([program, *asked], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
