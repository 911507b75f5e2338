"""Addresses as people paste them: with quotes, spaces, old signatures, or the key alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

_WRAPPING = " \t\r\n\"'`“”‘’「」『』<>《》()（）,，;；。"


def bare(pasted: str) -> str:
    """The address without what came along when it was copied."""
    return pasted.strip(_WRAPPING)


def split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def query(parts: SplitResult) -> dict[str, str]:
    return dict(parse_qsl(parts.query))


def rebuilt(
    parts: SplitResult, *, hosts: Collection[str], path: str, query: Mapping[str, str]
) -> str:
    """The address with this path and query and nothing else; a platform's own is always https."""
    scheme = "https" if parts.hostname in hosts else parts.scheme
    netloc = parts.netloc.lower()
    return urlunsplit((scheme, netloc, path, urlencode(query, quote_via=quote), ""))


def last_segment(parts: SplitResult) -> str:
    return parts.path.rstrip("/").rpartition("/")[2]


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
