"""Whether an entry can be kept: cleaned, with every fault at its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from app.blocks.shape import REASON_MAX, WORD_MAX, WORDS_MAX, Block, Kind
from app.errors import Invalid, Problem
from app.reading import emails, pages, phones, wechats
from app.reading.networks import network_of, written
from app.text import clean_line, folded

WIDEST = {4: 8, 6: 16}
"""The fewest bits that a network must name: with fewer it would be half of the world."""
TEXT_MAX = 254
FAULTS: dict[Kind, tuple[str, str]] = {
    "phone": ("phone_format", "Enter a phone number with digits, like 13800138000"),
    "email": (
        "email_format",
        "Enter an email like name@example.com, or @example.com for all of it",
    ),
    "wechat": ("wechat_format", "Enter a WeChat ID: 5 or more letters, digits, _ or -"),
    "ip": ("ip_format", "Enter an address like 203.0.113.7, or a network like 203.0.113.0/24"),
    "words": ("required", "Enter at least one word"),
}


def checked(block: Block, now: dt.datetime, *, before: Block | None = None) -> Block:
    """The entry, cleaned. What has expired may stay so. Raises Invalid with every fault."""
    problems: list[Problem] = []
    text = _READERS[block.kind](block.text)
    if not text:
        problems.append(Problem("/text", *FAULTS[block.kind]))
    elif block.kind != "words" and len(text) > TEXT_MAX:
        facts = {"limit": str(TEXT_MAX)}
        problems.append(Problem("/text", "too_long", "Use at most {limit} characters", facts))
    reason = clean_line(block.reason)
    if len(reason) > REASON_MAX:
        facts = {"limit": str(REASON_MAX)}
        problems.append(Problem("/reason", "too_long", "Use at most {limit} characters", facts))
    kept = before is not None and before.expires_at == block.expires_at
    if block.is_over(now) and not kept:
        problems.append(Problem("/expires_at", "in_the_past", "Choose a time that is yet to come"))
    if problems:
        raise Invalid(problems)
    return replace(block, text=text, reason=reason)


def cleaned(kind: Kind, text: str) -> str:
    """As it is stored; empty for what cannot be blocked."""
    return _READERS[kind](text)


def tidy(lines: Iterable[str]) -> list[str]:
    """Words as stored: each once, cut to WORD_MAX."""
    words = dict.fromkeys(" ".join(line.split())[:WORD_MAX] for line in lines)
    return [word for word in words if word][:WORDS_MAX]


def shortest(block: Block) -> str:
    """Its first word of a single character, which is in very many messages; empty without one."""
    lines = tidy(block.text.splitlines()) if block.kind == "words" else []
    return next((line for line in lines if len(folded(line)) == 1), "")


def _phone(text: str) -> str:
    line = clean_line(text)
    return line if phones.dial(line) else ""


def _email(text: str) -> str:
    line = clean_line(text)
    if not line.startswith("@"):
        return emails.address(line)
    host = pages.host_of(line[1:])
    return f"@{host}" if "." in host else ""


def _wechat(text: str) -> str:
    return wechats.id_in(clean_line(text))


def _ip(text: str) -> str:
    network = network_of(clean_line(text))
    if network is None or network.prefixlen < WIDEST[network.version]:
        return ""
    return written(network)


def _words(text: str) -> str:
    return "\n".join(tidy(text.splitlines()))


_READERS: dict[Kind, Callable[[str], str]] = {
    "phone": _phone,
    "email": _email,
    "wechat": _wechat,
    "ip": _ip,
    "words": _words,
}
"""What each makes of a text; nothing of one that cannot be used."""
