"""Addresses as people paste them: with quotes, spaces, old signatures, or the key alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import (
    SplitResult,
    parse_qsl,
    quote,
    unquote,
    urlencode,
    urlsplit,
    urlunsplit,
)

_WRAPPING = " \t\r\n\"'`“”‘’「」『』<>《》()（）,，;；。"
_ENCODED = re.compile("https?%3a", re.IGNORECASE)
_NESTED = 3
"""How deep addresses may be nested, each pasted in place of another one's key."""
Pairs = Iterable[tuple[str, str]]


def bare(pasted: str) -> str:
    """The address without quotes and brackets that were copied with it."""
    pasted = pasted.strip(_WRAPPING)
    return unquote(pasted) if _ENCODED.match(pasted) else pasted


def split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def query(parts: SplitResult) -> dict[str, str]:
    return dict(pairs(parts))


def pairs(parts: SplitResult) -> list[tuple[str, str]]:
    """The parameters of the query, in order and without duplicates."""
    return list(dict.fromkeys(parse_qsl(parts.query, keep_blank_values=True)))


def innermost(pasted: str, name: str) -> str:
    """The address itself, also when it was pasted whole behind another one's `name=`."""
    pasted = bare(pasted.replace("&amp;", "&")).removeprefix(f"{name}=")
    for _ in range(_NESTED):
        parts = split(pasted)
        if parts is None or not parts.query.startswith(f"{name}="):
            break
        inner = bare(parts.query.removeprefix(f"{name}="))
        if split(inner) is None:
            break
        pasted = inner
    return pasted


def rebuilt(parts: SplitResult, *, hosts: Collection[str], path: str, query: Pairs) -> str:
    """The address with this path and query, written the usual way; a platform's own is always
    https."""
    netloc, scheme = parts.netloc.lower(), parts.scheme
    if parts.hostname in hosts:
        scheme, netloc = "https", netloc.removesuffix(":443")
    return urlunsplit(
        (scheme, netloc, path, urlencode(list(query), quote_via=quote), parts.fragment)
    )


def usual(address: str) -> str:
    """The address in one spelling, for comparing: equal results lead to the same place."""
    parts = split(address)
    if parts is None:
        return address
    port = {"http": ":80", "https": ":443"}[parts.scheme]
    netloc = parts.netloc.lower().removesuffix(port).removesuffix(".")
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def last_segment(parts: SplitResult) -> str:
    return parts.path.rstrip("/").rpartition("/")[2]


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
