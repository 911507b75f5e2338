"""Takes out of a text what may name a person, reach them, or open a door. Rather too much than too
little: whoever reads it wants to know what fails, not for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.options import OPTIONS

SECRET_MIN = 6
"""A shorter value would be found in any text."""
LINE_MAX = 2000
RULES = (
    (re.compile(r"\b([a-z][a-z0-9+.-]*)://[^\s\"'<>]*", re.IGNORECASE), r"\1://<address>"),
    (re.compile(r"[^\s@\"'<>,;:()]+@[^\s@\"'<>,;:()]+"), "<email>"),
    (re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"), "<ip>"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE), "<ip>"),
    # Ids and hashes in hexadecimal stay: they lead nowhere without the database.
    (re.compile(r"(?<![\w-])(?![0-9a-f-]+(?![\w-]))[\w-]{24,}", re.IGNORECASE), "<long>"),
    # Not a day.
    (
        re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d\b)\+?\d[\d ().-]{5,}\d(?![\w-])"),
        "<number>",
    ),
    # No sentence of ours in a log is in Chinese: it is what somebody wrote, or a name.
    (re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]+"), "<text>"),
)
KEPT = frozenset(
    {
        *("event", "level", "logger", "timestamp", "error", "trace", "reason", "request_id"),
        *("method", "route", "status", "ms", "kind", "code", "outcome", "organizations"),
        *("organization", "dispatch", "attempt", "trace_id", "database", "redis", "worker"),
        *("schema", "key", "disk", "oldest_due_seconds", "setting"),
    }
)
"""Of a log line; whatever is not named here goes."""
WHOLE = frozenset({"timestamp", "request_id", "organization", "dispatch", "attempt", "trace_id"})
UNCHANGED = re.compile(r"[0-9A-Za-z:.+-]{1,40}")


class Scrubber:
    """Knows this installation's own secrets, which go wherever they stand."""

    def __init__(self, environ: Mapping[str, str], secrets: Iterable[str] = ()) -> None:
        known = [environ.get(option.name, "") for option in OPTIONS if option.secret]
        every = {each for each in (*known, *secrets) if len(each) >= SECRET_MIN}
        self._secrets = sorted(every, key=len, reverse=True)
        self._home = environ.get("HOME", "").rstrip("/")

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "<secret>")
        if self._home:
            text = text.replace(self._home, "~")
        for pattern, instead in RULES:
            text = pattern.sub(instead, text)
        return text[:LINE_MAX]

    def value(self, value: Any) -> Any:
        """The same of everything within it; names of fields are ours and stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.value(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value

    def log_line(self, line: str) -> dict[str, Any] | None:
        """What is kept of a line of our log; None of any other, which may hold anything."""
        try:
            found = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeError):
            return None
        if not isinstance(found, dict) or not isinstance(found.get("event"), str):
            return None
        return {name: self._kept(name, each) for name, each in found.items() if name in KEPT}

    def _kept(self, name: str, value: Any) -> Any:
        if name in WHOLE and isinstance(value, str) and UNCHANGED.fullmatch(value):
            return value
        return self.value(value)
