"""docs/asvs.md has every requirement of the standard's levels 1 and 2, once, and how it is met."""

from __future__ import annotations

import re

from tests.documents import ROOT, parsed, read

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+) \| (.+) \| (.+) \| (.*) \|$", re.MULTILINE)
LINK = re.compile(r"\(\.\./(tests/[^)]+\.py)\)")
SHOWN = {"met", "in part", "operator"}


def test_every_requirement_stands_there_once_with_its_level() -> None:
    asked = [
        tuple(line.split())
        for line in read("tests/asvs-5.0.0.txt").splitlines()
        if not line.startswith("#")
    ]
    assert [(row[0], row[1]) for row in ROW.findall(read("docs/asvs.md"))] == asked
    levels = [level for _, level in asked]
    # As many as the standard has.
    assert (levels.count("1"), levels.count("2")) == (70, 183)


def test_what_is_met_has_tests_and_all_of_them_are_there() -> None:
    for number, _, words, state, how, tests in ROW.findall(read("docs/asvs.md")):
        named = LINK.findall(tests)
        assert words.strip(), number
        assert how.strip(), number
        assert bool(named) == (state in SHOWN), number
        assert state in SHOWN | {"does not apply"}, number
        for name in named:
            body = parsed(ROOT / name).body
            assert any(getattr(each, "name", "").startswith("test_") for each in body), name
