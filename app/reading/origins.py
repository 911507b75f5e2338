"""Where a visitor came from, as the addresses of the page and the one before tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

import msgspec

from app.reading.pages import site_of
from app.text import clean_line

VALUE_MAX = 200
SEARCHES = {
    "baidu": (re.compile(r"(?:www\.|m\.|wap\.)?baidu\.com"), ("wd", "word")),
    "sogou": (re.compile(r"(?:www\.|m\.|wap\.|weixin\.)?sogou\.com"), ("query", "keyword")),
    "so360": (re.compile(r"(?:www\.|m\.)?so\.com"), ("q",)),
    "shenma": (re.compile(r"(?:www\.|m\.|yz\.m\.)?sm\.cn"), ("q",)),
    "bing": (re.compile(r"(?:www\.|cn\.|m\.|global\.)?bing\.com"), ("q",)),
    "google": (re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?"), ("q",)),
}
"""Hosts that search, with the parameters that hold the words; other parts of a host do not."""
ADS = {
    "gclid": "google",
    "gbraid": "google",
    "wbraid": "google",
    "bd_vid": "baidu",
    "qhclickid": "so360",
    "msclkid": "bing",
}
"""Parameters that a click on an ad adds to the address."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What is not known is empty. `engine` and `ad` are keys of SEARCHES; the others are
    utm_source and the like."""

    engine: str = ""
    keyword: str = ""
    ad: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    term: str = ""
    content: str = ""


UTM = ("source", "medium", "campaign", "term", "content")


def origin(page_url: str, referrer: str) -> Origin:
    """A page of the same site before this one counts, too: there the visitor may have arrived."""
    given = _parameters(page_url)
    if site_of(page_url) and site_of(page_url) == site_of(referrer):
        given = {**_parameters(referrer), **given}
    engine, keyword = _searched(referrer)
    return Origin(
        engine=engine,
        keyword=keyword,
        ad=next((ADS[name] for name in given if name in ADS), ""),
        **{name: given.get(f"utm_{name}", "") for name in UTM},
    )


def _searched(referrer: str) -> tuple[str, str]:
    """The engine and the words; engines mostly keep the words to themselves."""
    host = site_of(referrer)
    for engine, (hosts, names) in SEARCHES.items():
        if hosts.fullmatch(host):
            given = _parameters(referrer)
            return engine, next((given[name] for name in names if name in given), "")
    return "", ""


def _parameters(address: str) -> dict[str, str]:
    """The first of each name, without empty ones."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for name, value in _pairs(parts):
        if value:
            found.setdefault(name, value)
    return found


def _pairs(parts: SplitResult) -> Iterator[tuple[str, str]]:
    """Also those after the #, where pages that are one script keep theirs."""
    for text in (parts.query, parts.fragment.rpartition("?")[2]):
        for pair in text.split("&"):
            name, _, value = pair.partition("=")
            yield _said(name).casefold(), _said(value)


def _said(text: str) -> str:
    """Words as they were typed. Old pages write Chinese in GBK."""
    raw = unquote_to_bytes(text.replace("+", " "))
    try:
        found = raw.decode()
    except UnicodeDecodeError:
        found = raw.decode("gb18030", "replace")
    return clean_line(found)[:VALUE_MAX]
