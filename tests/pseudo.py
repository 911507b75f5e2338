"""A language that nobody speaks: every letter that a person of the product wrote stands in Georgian
script. A Latin or Chinese letter that is left was not said through the catalogue."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from tests import copies

TAG, NAME = "ka", "ქართული"
LETTERS = str.maketrans({chr(ord(first) + n): chr(0x10D0 + n) for first in "aA" for n in range(26)})
# What is filled in: {n}, {{ visitor.name }}. Of the latter, what stands for nothing is a text.
PLACE = re.compile(r"\{\{.*?\}\}|\{\w+\}")
DEFAULT = re.compile(r'(?<=default\(")[^"]*(?="\))')
DATE_PATTERN = re.compile(r"[dMyEHms:, ]+")
FOREIGN = re.compile(r"[A-Za-z\u3400-\u9fff]+")
SHOWN = ("title", "aria-label", "aria-description", "placeholder", "alt", "content")
# `bdi` holds what came from elsewhere.
UNSEEN = {"script", "style", "code", "pre", "kbd", "bdi", "textarea", "template", "svg"}
NO_WORDS = {"data-copy", "data-insert"}


def said(text: str) -> str:
    if DATE_PATTERN.fullmatch(text):
        return text
    done, end = [], 0
    for place in PLACE.finditer(text):
        inside = DEFAULT.sub(lambda found: found[0].translate(LETTERS), place[0])
        done += [text[end : place.start()].translate(LETTERS), inside]
        end = place.end()
    return "".join([*done, text[end:].translate(LETTERS)])


def add_language(tree: Path) -> None:
    """The steps of CONTRIBUTING.md: a line, a catalogue, the texts of notices."""
    listed = tree / "app" / "languages.py"
    line = '    "en": "English",\n'
    before = listed.read_text("utf-8")
    assert line in before
    listed.write_text(before.replace(line, f'{line}    "{TAG}": "{NAME}",\n'), "utf-8")
    copies.run(tree, str(tree / "tools" / "words.py"))
    translate(tree / "app" / "locales" / f"{TAG}.po")
    for english in (tree / "app" / "channels").rglob("en.md"):
        english.with_name(f"{TAG}.md").write_text(said(english.read_text("utf-8")), "utf-8")


def translate(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=TAG)
    for message in catalogue:
        if isinstance(message.id, str):
            message.string = said(message.id)
        else:
            forms = [message.id[0], *[message.id[1]] * (catalogue.num_plurals - 1)]
            message.string = tuple(map(said, forms))
    with path.open("wb") as file:
        write_po(file, catalogue)


class Seen(HTMLParser):
    """What a page shows: (where, text) for each piece of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[tuple[str, str]] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        hidden = tag in UNSEEN or "mono" in found.get("class", "").split()
        hidden = hidden or bool(self.open and self.open[-1][1])
        # A part may be in a language of its own, and says so; the page itself may not.
        if tag != "html":
            hidden = hidden or found.get("lang", TAG) != TAG
        if tag == "meta":
            return
        if not hidden or (tag == "textarea" and found.get("lang", TAG) == TAG):
            self.pieces += [(f"{tag}[{name}]", found[name]) for name in SHOWN if name in found]
            if tag == "input" and found.get("type") in ("submit", "button"):
                self.pieces.append(("input[value]", found.get("value", "")))
            self.pieces += [
                (f"{tag}[{name}]", value)
                for name, value in found.items()
                if name.startswith("data-") and name not in NO_WORDS and " " in value.strip()
            ]
        if tag not in VOID:
            self.open.append((tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a picture, which ends where it begins."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][1]) and data.strip():
            where = self.open[-1][0] if self.open else ""
            self.pieces.append((where, " ".join(data.split())))


VOID = {"input", "meta", "link", "img", "br", "use", "hr", "path", "circle", "rect", "source"}
