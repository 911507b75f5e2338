"""The languages of the product; everything that offers or chooses one reads this list.

Besides its line here, a language has a catalogue, `app/locales/<tag>.po`, and texts of notices, a
`<tag>.md` in `app/channels/` and in the folder of every kind.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

LANGUAGES: dict[str, str] = {
    "zh-CN": "简体中文",
    "en": "English",
}
"""BCP 47 tag to the language's own name. The first is the default. The tag must be in Unicode's
CLDR, which formats dates and numbers."""
DEFAULT = next(iter(LANGUAGES))
# The sentences' own language, so it has no catalogue. Used where another language has no text.
SOURCE = "en"
# A browser's Accept-Language has a handful of entries; a longer one is a probe.
ACCEPTED_ENTRIES = 20


@functools.lru_cache(maxsize=256)
def nearest(tag: str) -> str | None:
    """The language that serves a tag: `en` for `en-GB`, `zh-CN` for `zh_TW` while it has no own."""
    wanted = tag.strip().replace("_", "-").lower()
    while wanted:
        for known in LANGUAGES:
            if wanted in (known.lower(), primary(known)):
                return known
        wanted = wanted.rpartition("-")[0]
    return None


def pick(tag: str) -> str:
    return nearest(tag) or DEFAULT


@functools.lru_cache(maxsize=256)
def accepted(header: str) -> str | None:
    """The best language of an Accept-Language header that we have; None without one."""
    wanted = []
    for entry in header.split(",")[:ACCEPTED_ENTRIES]:
        tag, _, weight = entry.partition(";")
        if language := nearest(tag):
            wanted.append((_weight(weight), language))
    best = max(wanted, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def primary(tag: str) -> str:
    """Without region and script: `zh`."""
    return tag.lower().partition("-")[0]


def unicode(tag: str) -> str:
    """As in CLDR: `zh_CN`."""
    return tag.replace("-", "_")


def said(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in English, else in any other; empty without any."""
    order = (language, SOURCE, *LANGUAGES)
    return next((text for tag in order if (text := texts.get(tag))), "")
