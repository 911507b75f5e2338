"""From a channel's JSON to the values of its form's blanks, and back."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from web.console.blanks import Blank, blanks

FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
SEPARATORS = re.compile(r"[\n,，;；、]+")
# Empty rows below the existing ones.
EMPTY_ROWS = 2
DIGITS_MAX = 18
"""No number here is longer, and Python refuses to parse some thousand digits."""


def blank_form(kind: str) -> dict[str, str]:
    """The values of a new form."""
    return {blank.path: _shown(blank, blank.default) for blank in blanks(kind)}


def shown(kind: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """The values of the form of a saved channel, without its secrets."""
    values = {}
    for blank in blanks(kind):
        value = _at(entry, blank.path)
        secret = blank.control in {"secret", "pairs"}
        values[blank.path] = "" if secret else _shown(blank, value)
        if blank.control == "value" and value is None and _at(entry, blank.group):
            values[blank.path] = "null"
    return values


def ticked(kind: str, form: Mapping[str, str]) -> dict[str, str]:
    """The values of a form that was sent, with what is ticked as `shown` has it."""
    ticks = [blank for blank in blanks(kind) if blank.control == "checks"]
    return {**form, **{blank.path: "\n".join(_read(blank, form)) for blank in ticks}}


def masks(kind: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """The saved secrets, masked."""
    secret = [blank.path for blank in blanks(kind) if blank.control == "secret"]
    return {path: str(_at(entry, path) or "") for path in secret}


def header_rows(form: Mapping[str, str], saved: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, masked saved value) for each row of the table of headers."""
    known: Mapping[str, str] = saved.get("headers") or {}
    typed = [name for name, _ in _typed_headers(form)]
    names = [name for name in typed if name] if typed else list(known)
    return [*((name, known.get(name, "")) for name in names), *[("", "")] * EMPTY_ROWS]


def raw(kind: str, form: Mapping[str, str], saved: Mapping[str, Any]) -> dict[str, Any]:
    """The channel's JSON from a form. A secret left empty is left out: the saved one is kept."""
    found: dict[str, Any] = {"type": kind}
    for blank in blanks(kind):
        if blank.control == "pairs":
            found[blank.path] = _headers(form, saved)
            continue
        value = _read(blank, form)
        if value is not None or blank.control == "value":
            _put(found, blank.path, value)
    for group in _left_out(kind, form):
        _put(found, group, None)
    return found


def _read(blank: Blank, form: Mapping[str, str]) -> Any:
    text = form.get(blank.path, "")
    if blank.control == "switch":
        return blank.path in form
    if blank.control == "checks":
        return [name for name, _ in blank.choices if f"{blank.path}/{name}" in form]
    if blank.control == "list":
        return [part.strip() for part in SEPARATORS.split(text) if part.strip()]
    if blank.control == "secret":
        return "" if f"clear:{blank.path}" in form else text.strip() or None
    if blank.control == "number":
        return whole_number(text)
    if blank.control == "value":
        return _scalar(text.strip())
    return text if blank.control == "code" else text.strip() or None


def whole_number(text: str) -> int | str | None:
    """The number, or the text itself when it is none, for the check to report; None when empty."""
    text = text.strip()
    number = text.translate(FULL_WIDTH)
    fits = number.isascii() and number.isdigit() and len(number) <= DIGITS_MAX
    return int(number) if fits else text or None


def _headers(form: Mapping[str, str], saved: Mapping[str, Any]) -> dict[str, str]:
    known: Mapping[str, str] = saved.get("headers") or {}
    return {name: value or known.get(name, "") for name, value in _typed_headers(form) if name}


def _typed_headers(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for row in itertools.count():
        name = form.get(f"headers_{row}_name")
        if name is None:
            return
        yield name.strip(), form.get(f"headers_{row}_value", "").strip()


def _left_out(kind: str, form: Mapping[str, str]) -> set[str]:
    """Paths of optional objects without a typed value, or without the deciding one."""
    inside = [blank for blank in blanks(kind) if blank.group]
    decided = {blank.group for blank in inside if blank.decides}
    telling = (blank for blank in inside if blank.decides or blank.group not in decided)
    typed = {blank.group for blank in telling if form.get(blank.path, "").strip()}
    return {blank.group for blank in inside} - typed


def _scalar(text: str) -> Any:
    """The typed JSON scalar, such as 0 or true; any other text as a string."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str | int | float | bool | None) else text


def _at(entry: Any, path: str) -> Any:
    for step in path.split("/"):
        entry = entry.get(step) if isinstance(entry, Mapping) else None
    return entry


def _put(entry: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split("/")
    for step in parents:
        entry = entry.setdefault(step, {})
    entry[last] = value


def _shown(blank: Blank, value: Any) -> str:
    if blank.control == "switch":
        return "on" if value else ""
    if value is None or value == "":
        return "" if blank.control != "choice" else str(blank.default)
    if blank.control in {"list", "checks"}:
        return "\n".join(str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)
