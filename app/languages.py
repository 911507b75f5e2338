"""The languages that the product speaks. Whatever offers, chooses or draws one reads this list.

Beside its line a language has its catalogue, `app/locales/<tag>.po`, and its texts of notices, a
`<tag>.md` in `app/channels/` and in the folder of every kind.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: dict[str, str] = {
    "zh-CN": "简体中文",
    "en": "English",
}
"""Tag to the name that the language calls itself. The first is that of whoever asks for none of
them. A tag is one of BCP 47 that Unicode's data know, for they format dates and numbers."""
DEFAULT = next(iter(LANGUAGES))
# Sentences are written in it, so it has no catalogue. It serves where another language has no text.
SOURCE = "en"
# An Accept-Language of a browser has a handful of entries; a longer one is somebody's probe.
ACCEPTED_ENTRIES = 20


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


def accepted(header: str) -> str | None:
    """The best of an Accept-Language header that we speak."""
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
    """As Unicode's data are called: `zh_CN`."""
    return tag.replace("-", "_")


def said(texts: Mapping[str, str], language: str) -> str:
    """The text in this language; where it is missing, that in English, else in any other."""
    order = (language, SOURCE, *LANGUAGES)
    return next((text for tag in order if (text := texts.get(tag))), "")
