"""Single things in a state of the settings: one channel, one rule, one value. Each can come back
alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.configuration.differ import Difference, by_identity, called, identity_of

Path = tuple[str, ...]
ORDER = "moved"


def key(difference: Difference, now: Any, then: Any) -> str:
    """Of the thing that a difference belongs to, as text: the first entry of a list on its way,
    else the value itself. The order of a list is a thing of its own."""
    path = difference.path[1:]
    if difference.change == ORDER:
        return encoded((ORDER, *path))
    return encoded(("", *_entry(path, now, then)))


def encoded(path: Path) -> str:
    return msgspec.json.encode(path).decode()


def _entry(path: Path, now: Any, then: Any) -> Path:
    for length in range(len(path)):
        at = path[:length]
        if isinstance(_at(now, at), list) or isinstance(_at(then, at), list):
            return path[: length + 1]
    return path


def _at(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def with_these(now: Any, then: Any, keys: Sequence[str]) -> Any:
    """The state of now with these things as they were then. What is not known is left out."""
    for each in keys:
        try:
            how, *path = msgspec.json.decode(each, type=list[str])
        except (msgspec.DecodeError, ValueError):
            continue
        now = _with(now, then, tuple(path), moved=how == ORDER)
    return now


def _with(now: Any, then: Any, path: Path, *, moved: bool) -> Any:
    if isinstance(now, list | tuple) and isinstance(then, list | tuple):
        return _ordered(now, then) if moved and not path else _with_entry(now, then, path)
    if not path:
        return then
    if not isinstance(now, Mapping) or not isinstance(then, Mapping):
        return now
    name, *rest = path
    found = dict(now)
    if rest or (moved and name in now and name in then):
        found[name] = _with(now.get(name), then.get(name), tuple(rest), moved=moved)
    elif name in then:
        found[name] = then[name]
    else:
        found.pop(name, None)
    return found


def _with_entry(now: Sequence[Any], then: Sequence[Any], path: Path) -> list[Any]:
    identity = identity_of([*now], [*then])
    if identity is None or not path:
        return [*then]
    before, after = by_identity(now, identity), by_identity(then, identity)
    marks = [mark for mark, each in [*before.items(), *after.items()] if called(each) == path[0]]
    found = dict(before)
    for mark in marks:
        if mark in after:
            found[mark] = after[mark]
        else:
            found.pop(mark, None)
    return [*found.values()] if set(marks) <= set(before) else _ordered([*found.values()], then)


def _ordered(now: Sequence[Any], then: Sequence[Any]) -> list[Any]:
    """The same entries; those that were there then in the order of then, the others behind."""
    identity = identity_of([*now], [*then])
    if identity is None:
        return [*now]
    entries, order = by_identity(now, identity), by_identity(then, identity)
    first = [mark for mark in order if mark in entries]
    return [entries[mark] for mark in [*first, *(mark for mark in entries if mark not in order)]]
