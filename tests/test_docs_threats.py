"""docs/threats.md names a test for every threat, and each of them is there."""

from __future__ import annotations

import re

from tests.documents import ROOT, parsed, read, table

LINK = re.compile(r"\(\.\./(tests/[^)]+\.py)\)")


def test_every_threat_has_tests_and_all_of_them_are_there() -> None:
    rows = table(read("docs/threats.md"))

    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    for number, threat, stands, tests in rows:
        assert threat, number
        assert stands, number
        named = LINK.findall(tests)
        assert named, threat
        for name in named:
            body = parsed(ROOT / name).body
            assert any(getattr(each, "name", "").startswith("test_") for each in body), name
