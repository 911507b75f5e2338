"""Sentences for people, in their language.

Message ids are English and may have {placeholders}. Translations are in app/locales/.
"""

from __future__ import annotations

import functools
import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from app.languages import LANGUAGES

FOLDER = Path(__file__).parent / "locales"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# What a catalogue is written in: a keyword and a text, which may go on in the lines below.
PIECE = re.compile(r'(?:(msgid|msgid_plural|msgstr(?:\[\d+\])?) )?"(.*)"\s*$')
ESCAPED = re.compile(r"\\(.)")
CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
PLURAL = re.compile(r"plural=([^;]+);")
ONE_OR_MANY = "n != 1"


class Catalogue(NamedTuple):
    texts: Mapping[str, str | tuple[str, ...]]
    form: Callable[[int], int]
    """From a number to the index of its plural form."""


def N_(msgid: str) -> str:
    """Marks a message id for the catalogue where it is not translated at once."""
    return msgid


# Between clauses, between the names in a list, and between a label and its value.
CLAUSES = N_(", ")
LISTED = N_("{one}, {another}")
LABELLED = N_("{label}: {value}")


def say(locale: str, msgid: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence in this language, its {placeholders} filled. Unknown ones stay as they are."""
    found = catalogue(locale).texts.get(msgid) or _added.get((locale, msgid)) or msgid
    return fill(found if isinstance(found, str) else found[0], facts or {})


_added: dict[tuple[str, str], str] = {}


def add(locale: str, texts: Mapping[str, str]) -> None:
    """Translations of sentences that the product does not have, as an admin's preset brings
    them."""
    _added.update({(locale, msgid): text for msgid, text in texts.items()})


def say_many(
    locale: str, one: str, many: str, n: int, facts: Mapping[str, Any] | None = None
) -> str:
    """As `say`, with the form for `n`, which also fills {n}."""
    known = catalogue(locale)
    found = known.texts.get(one)
    chosen = (one, many)[n != 1] if isinstance(found, str) or not found else found[known.form(n)]
    return fill(chosen, {"n": n, **(facts or {})})


def listed(locale: str, names: Iterable[str]) -> str:
    return say(locale, LISTED, {"one": "", "another": ""}).join(names)


def in_all(msgid: str) -> dict[str, str]:
    """The sentence in every language, by its tag."""
    return {tag: say(tag, msgid) for tag in LANGUAGES}


def fill(text: str, facts: Mapping[str, Any]) -> str:
    return PLACEHOLDER.sub(lambda m: str(facts[m[1]]) if m[1] in facts else m[0], text)


def load() -> None:
    """Reads all catalogues now, which takes some tenths of a second, so that no visitor waits for
    it."""
    for tag in LANGUAGES:
        catalogue(tag)


@functools.cache
def catalogue(locale: str) -> Catalogue:
    path = FOLDER / f"{locale}.po"
    texts: dict[str, str | tuple[str, ...]] = {}
    plural = None
    for entry in _entries(path) if locale in LANGUAGES and path.exists() else ():
        forms = tuple(text for name, text in entry.items() if name.startswith("msgstr"))
        if not entry["msgid"]:
            plural = PLURAL.search(forms[0])
        else:
            texts[entry["msgid"]] = forms if "msgid_plural" in entry else forms[0]
    return Catalogue(texts, gettext.c2py(plural[1] if plural else ONE_OR_MANY))


def _entries(path: Path) -> Iterator[dict[str, str]]:
    """The texts of each entry by their keywords. (Babel's reader leaves six times the memory of
    what it has read.)"""
    entry: dict[str, str] = {}
    name = ""
    with path.open(encoding="utf-8") as file:
        for found in filter(None, map(PIECE.match, file)):
            if found[1] == "msgid" and entry:
                yield entry
                entry = {}
            name = found[1] or name
            piece = ESCAPED.sub(lambda escaped: CONTROLS.get(escaped[1], escaped[1]), found[2])
            entry[name] = entry.get(name, "") + piece
    if entry:
        yield entry
