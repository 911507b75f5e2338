"""A document in parts, and how it is written as Markdown. What people typed is never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

MARKUP = re.compile(r"([\\`*_\[\]<>|&~])")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Paragraphs, then a list, then a table with its titles."""

    title: str
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    titles: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """`lead` says what has to be done with it before it is used."""

    title: str
    lead: str
    parts: Sequence[Part]


def markdown(document: Document) -> str:
    return "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield f"# {plain(document.title)}\n"
    yield f"> {plain(document.lead)}\n"
    for part in document.parts:
        yield f"## {plain(part.title)}\n"
        for each in part.paragraphs:
            yield f"{plain(each)}\n"
        for each in part.items:
            yield f"- {plain(each)}"
        if part.items:
            yield ""
        if part.rows:
            yield _row(part.titles)
            yield _row(["---"] * len(part.titles), is_rule=True)
            yield from map(_row, part.rows)
            yield ""


def _row(cells: Sequence[str], *, is_rule: bool = False) -> str:
    return f"| {' | '.join(each if is_rule else plain(each) for each in cells)} |"


def plain(text: str) -> str:
    """On one line, with nothing in it that Markdown or HTML would take for markup."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))
