"""Whether a rule means a message. Pure: whoever asks has read what there is to know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from app.reading import pages
from app.rules.shape import When
from app.text import folded

# Letters of scripts that put spaces between words: Latin, Greek, Cyrillic; and digits.
SPACED = r"0-9a-z\u00b5-\u02af\u0370-\u052f"


class Subject(msgspec.Struct, kw_only=True):
    """What rules ask of a message. `text` is folded, see `said`; `open`: in office hours; `brand`
    is a uid."""

    category: str
    text: str
    answers: Mapping[str, str]
    site: str
    language: str
    verified: bool
    open: bool
    brand: str = ""


def said(content: str, answers: Iterable[str]) -> str:
    """The text in which words are looked for."""
    return folded("\n".join((content, *answers)))


class Matcher:
    """The conditions of one rule, made ready."""

    def __init__(self, when: When) -> None:
        self._when = when
        self._categories = {folded(each) for each in when.categories}
        self._words = _pattern(when.words)
        self._answers = {key: {folded(each) for each in when.answers[key]} for key in when.answers}
        self._languages = [each.casefold() for each in when.languages]

    def matches(self, subject: Subject) -> bool:
        return self.failed(subject) is None

    def failed(self, subject: Subject) -> When | None:
        """The first condition that does not hold, as conditions of its own."""
        when = self._when
        if when.categories and folded(subject.category) not in self._categories:
            return When(categories=when.categories)
        if when.brands and subject.brand not in when.brands:
            return When(brands=when.brands)
        if when.sites and not any(pages.is_of(subject.site, each) for each in when.sites):
            return When(sites=when.sites)
        if when.hours is not None and subject.open != (when.hours == "inside"):
            return When(hours=when.hours)
        if when.verified is not None and subject.verified != when.verified:
            return When(verified=when.verified)
        if when.languages and not self._speaks(subject.language):
            return When(languages=when.languages)
        for key in self._answers:
            if not self._answered(key, subject.answers.get(key, "")):
                return When(answers={key: when.answers[key]})
        if self._words is not None and self._words.search(subject.text) is None:
            return When(words=when.words)
        return None

    def _speaks(self, header: str) -> bool:
        """By the first language that a browser asks for: `zh` means `zh-CN` too."""
        first = re.split("[,;]", header, maxsplit=1)[0].strip().casefold()
        return any(first == each or first.startswith(f"{each}-") for each in self._languages)

    def _answered(self, key: str, answer: str) -> bool:
        """An answer of several choices has one a line."""
        return any(folded(line.strip()) in self._answers[key] for line in answer.split("\n"))


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """A word counts where a word begins, so that "AI" is not found in "email" and "refund" is in
    "refunds"; Chinese has no such places."""
    ways = [_way(folded(each)) for each in words if each]
    return re.compile("|".join(ways)) if ways else None


def _way(word: str) -> str:
    spelled = r"\s+".join(re.escape(part) for part in word.split())
    return f"(?<![{SPACED}]){spelled}" if re.match(f"[{SPACED}]", word) else spelled
