"""What differs between two readings of a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from app.configuration.hidden import SHOWN, Hidden

IDENTITIES = (
    ("uid",),
    ("slug",),
    ("key",),
    ("email",),
    ("kind", "text"),
    ("name",),
    ("title",),
    ("value",),
)
"""Of entries of a list, by what each is recognised; the first that all of them have counts."""
CALLED = ("slug", "name", "title", "email", "key", "text", "value")
Change = Literal["added", "removed", "changed", "moved"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`path` begins with the part; entries of lists stand in it by what people call them. A moved
    list has the same entries in another order."""

    path: tuple[str, ...]
    change: Change
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_objects(before, after, path)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _of_lists(before, after, path)
    elif before != after:
        yield Difference(path=path, change="changed", before=shown(before), after=shown(after))


def _of_objects(
    before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        if key == "uid":
            continue
        here = (*path, str(key))
        if key not in after:
            yield Difference(path=here, change="removed", before=shown(before[key]))
        elif key not in before:
            yield Difference(path=here, change="added", after=shown(after[key]))
        else:
            yield from differences(before[key], after[key], here)


def _of_lists(
    before: Sequence[Any], after: Sequence[Any], path: tuple[str, ...]
) -> Iterator[Difference]:
    identity = identity_of([*before], [*after])
    if identity is None:
        if list(before) != list(after):
            yield Difference(path=path, change="changed", before=shown(before), after=shown(after))
        return
    old, new = by_identity(before, identity), by_identity(after, identity)
    for mark, each in old.items():
        if mark not in new:
            here = (*path, called(each))
            yield Difference(path=here, change="removed", before=shown(each))
    for mark, each in new.items():
        if mark in old:
            yield from differences(old[mark], each, (*path, called(old[mark])))
        else:
            yield Difference(path=(*path, called(each)), change="added", after=shown(each))
    if [mark for mark in old if mark in new] != [mark for mark in new if mark in old]:
        order = [called(each) for each in new.values()]
        yield Difference(
            path=path, change="moved", before=[*map(called, old.values())], after=order
        )


def identity_of(*lists: list[Any]) -> tuple[str, ...] | None:
    """By what the entries of these lists are told apart; None where by nothing."""
    if not all(isinstance(each, Mapping) for of in lists for each in of):
        return None
    for identity in IDENTITIES:
        marks = [[tuple(each.get(name) for name in identity) for each in of] for of in lists]
        are_texts = all(isinstance(each, str) for of in marks for mark in of for each in mark)
        if are_texts and all(len(set(of)) == len(of) for of in marks):
            return identity
    return None


def by_identity(entries: Sequence[Any], identity: tuple[str, ...]) -> dict[tuple[Any, ...], Any]:
    return {tuple(each[name] for name in identity): each for each in entries}


def called(entry: Mapping[str, Any]) -> str:
    return next((str(entry[name]) for name in CALLED if entry.get(name)), str(entry.get("uid", "")))


def shown(value: Any) -> Any:
    """Without secrets, and without the uids by which entries were told apart."""
    if isinstance(value, Hidden):
        return SHOWN
    if isinstance(value, Mapping):
        return {key: shown(each) for key, each in value.items() if key != "uid"}
    if isinstance(value, list | tuple):
        return [shown(each) for each in value]
    return value
