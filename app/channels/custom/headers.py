"""Which headers an admin may add to a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.errors import Problem

HEADERS = 20
HEADER_BYTES = 1024

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_VALUE = re.compile(r"[\x20-\x7e\t]*")
# They frame the request or are ours to set.
_RESERVED = re.compile(
    "host|content-length|content-encoding|transfer-encoding|connection|keep-alive|te|trailer"
    "|upgrade|expect|cookie|accept-encoding|proxy-.*|webhook-.*|leavemsg-.*|idempotency-key",
    re.IGNORECASE,
)


def header_faults(headers: dict[str, str]) -> Iterator[Problem]:
    if len(headers) > HEADERS:
        facts = {"limit": str(HEADERS)}
        yield Problem("/headers", "too_many", "At most {limit} headers are sent.", facts)
    seen: set[str] = set()
    for name, value in headers.items():
        pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1")
        if not _NAME.fullmatch(name) or name.lower() in seen:
            yield Problem(pointer, "header_name", "This is not a name of a header, or it is twice.")
        elif _RESERVED.fullmatch(name):
            yield Problem(pointer, "header_reserved", "This header is set by the product.")
        elif not _VALUE.fullmatch(value) or len(value) > HEADER_BYTES:
            yield Problem(
                pointer,
                "header_value",
                "A header holds Latin letters, digits and signs, {limit} of them at most.",
                {"limit": str(HEADER_BYTES)},
            )
        seen.add(name.lower())
