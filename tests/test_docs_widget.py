"""docs/widget.md says what the script does, and its code runs."""

from __future__ import annotations

import re
from typing import Any

from app import ready_lines
from app.widget.identity import signature
from tests.documents import bare, blocks, read, sections, table
from tools import faces
from web.console import snippets
from web.visitor.script import version

TEXT = read("docs/widget.md")
SOURCE = (faces.SOURCES / "embed.js").read_text()
PARTS = {**sections(TEXT), **sections(TEXT, 3)}


def first_words(name: str) -> set[str]:
    return {re.split(r"[(\s]", bare(row[0]))[0] for row in table(PARTS[name])}


def test_every_attribute_is_documented() -> None:
    [names] = re.findall(r'"(site [a-z ]+)"\.split', SOURCE)

    assert first_words("Attributes") == {f"data-lm-{name}" for name in names.split()}


def test_every_call_is_documented() -> None:
    known = set(re.findall(r"^  api\.(\w+) = ", SOURCE, re.MULTILINE))

    assert first_words("Calls") == known - {"version", "site", "q"}


def test_every_event_is_documented() -> None:
    known = set(re.findall(r'emit\("(\w+)"', SOURCE))

    assert first_words("Events") == known


def test_every_line_of_the_console_is_explained() -> None:
    for words in (
        "not among the allowed hosts",
        "refused by frame-ancestors",
        "Two sites on one page",
    ):
        assert words in SOURCE
        assert words in TEXT


def test_the_snippets_are_those_of_the_settings() -> None:
    base = "https://desk.example.com"

    assert ready_lines.tag(base, "default") in TEXT
    assert snippets.link(base, "default", "Write to us") in TEXT
    assert f"/embed/{version()}.js" in TEXT
    policy = snippets.all_of(base, "default", "en")[1].parts[0][1]
    assert policy in TEXT
    second = "https://desk2.example.com"
    assert ready_lines.tag(base, "default", backup=second) in TEXT
    assert second in snippets.all_of(base, "default", "en", backup=second)[1].parts[0][1]


def test_the_signature_is_ours() -> None:
    [code] = blocks(TEXT, "python")
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102

    assert scope["signature"]("s3", "用户-42") == signature("s3", "用户-42")
    assert "hash_hmac('sha256', $external_id, $secret)" in blocks(TEXT, "php")[0]
