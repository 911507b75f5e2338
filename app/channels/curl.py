"""A request as a command that people can read and try."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from urllib.parse import parse_qsl

from app.channels.masks import mask_url
from app.channels.secrecy import scrub
from app.channels.written import FORM_TYPE, Pairs, Written


def as_curl(written: Written, secrets: Iterable[str]) -> str:
    """The command that sends the same, with the secrets hidden."""
    # Hidden whole, the address would not be recognisable; its keys are hidden on their own.
    known = [each for each in secrets if each not in (written.url, written.address)]
    parts = [f"curl -X {written.method}" if written.method != "GET" else "curl -G"]
    said = [("", mask_url(written.url)), *_headers(written), *_data(written)]
    parts += [f"{option} {shlex.quote(scrub(each, known))}".strip() for option, each in said]
    return " \\\n  ".join(parts)


def _headers(written: Written) -> Pairs:
    return [("-H", f"{name}: {value}") for name, value in written.headers.items()]


def _data(written: Written) -> Pairs:
    said = written.content.decode("utf-8", "replace")
    if written.headers.get("Content-Type") != FORM_TYPE and said:
        return [("--data-raw", said)]
    fields = parse_qsl(said or written.query, keep_blank_values=True)
    return [("--data-urlencode", f"{name}={value}") for name, value in fields]
