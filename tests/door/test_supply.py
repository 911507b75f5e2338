"""What is known of the dependencies: faults, licences, and the bill of materials."""

from __future__ import annotations

from typing import Any

import pytest

from tools import licences, supply


def one(name: str, *ids: str, skipped: bool = False) -> dict[str, Any]:
    if skipped:
        return {"name": name, "skip_reason": "not found"}
    return {"name": name, "version": "1", "vulns": [{"id": i, "fix_versions": ["2"]} for i in ids]}


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([], 3, "NOT audited"),
        ([[one("a", skipped=True)], [one("a", skipped=True)]], 3, "NOT audited"),
        ([[one("a"), one("b", skipped=True)]], 3, "NOT audited: b"),
        ([[one("a"), one("b", skipped=True)], [one("b")]], 0, "2 audited, 0 known"),
        ([[one("a"), one("b", "CVE-1")]], 1, "b 1 has CVE-1, mended in: 2"),
        ([[one("b", "CVE-1")], [one("b", "CVE-1")]], 1, "1 known vulnerabilities"),
        ([[one("b", "CVE-1"), one("a", skipped=True)]], 1, "NOT audited: a"),
    ],
)
def test_silence_of_the_services_is_no_good_news(
    answers: list[list[dict[str, Any]]], code: int, said: str
) -> None:
    found = supply.verdict("lock", [{"dependencies": each} for each in answers])
    assert found[0] == code
    assert said in "\n".join(found[1])


def test_every_licence_is_on_the_list() -> None:
    runtime, vendored = list(licences.installed("requirements.lock")), list(licences.vendored())
    assert len(runtime) > 60
    assert len(vendored) >= 3
    assert licences.faults([*runtime, *vendored], licences.ALLOWED) == []
    tools = licences.installed("requirements-test.lock")
    assert licences.faults(list(tools), licences.ALLOWED | licences.FOR_TESTS) == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("(MIT OR GPL-3.0-only) AND ISC", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_a_licence_is_read_as_an_expression(expression: str, allowed: bool) -> None:
    assert licences.is_allowed(expression, licences.ALLOWED) is allowed
    assert licences.faults([("x", expression)], licences.ALLOWED) == (
        [] if allowed else [licences_fault(expression)]
    )


def licences_fault(expression: str) -> str:
    said = expression or "(none stated)"
    return f"x: its licence {said} is not on the list in tools/licences.py"


def test_the_bill_has_what_the_browser_gets_with_its_sums() -> None:
    ours = {"metadata": {"component": {"bom-ref": "us"}}, "components": [{"bom-ref": "a"}]}
    bom: dict[str, Any] = {
        **ours,
        "dependencies": [{"ref": "us", "dependsOn": ["a"]}, {"ref": "a"}],
    }
    found = supply.whole(bom, supply.browser())
    htmx = next(each for each in found["components"] if each.get("name") == "htmx.org")
    assert htmx["purl"].startswith("pkg:npm/htmx.org@")
    assert htmx["licenses"] == [{"license": {"name": "0BSD"}}]
    assert all(len(each["hashes"][0]["content"]) == 64 for each in htmx["components"])
    assert htmx["components"]
    refs = {each["ref"] for each in found["dependencies"]}
    [needs] = [each["dependsOn"] for each in found["dependencies"] if each["ref"] == "us"]
    assert htmx["bom-ref"] in refs & set(needs)
