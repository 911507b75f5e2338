"""What a process asked of the system, read from the trace that strace wrote."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

import msgspec

TRACED = ("pwrite64", "write", "sendto", "fdatasync", "fsync", "ftruncate", "unlink")
OTHERS = ("pwritev", "pwritev2", "writev", "sendmsg", "unlinkat", "msync", "sync_file_range")
"""Nothing here uses them for the database or for an answer; `Unforeseen` if that changes."""
LINE = re.compile(rb"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)", re.DOTALL)
PLACE = re.compile(rb"\d+<(.*?)>")
NUMBERS = re.compile(rb"\d+")
RETURNED = re.compile(rb"\) += (-?\d+)")


class Unforeseen(Exception):
    """The trace says something that this module does not read."""


class Call(msgspec.Struct, kw_only=True):
    """`began` and `ended` count the lines of the trace: strace writes one when a call begins and
    one when it has returned, or one for both when nothing came between."""

    name: str
    path: str
    """Of a file, or like `socket:[4711]`."""
    data: bytes = b""
    at: int = 0
    """For pwrite64 where it begins, for ftruncate the new size."""
    began: int = 0
    ended: int = 0


def read(lines: Iterable[bytes]) -> Iterator[tuple[str, int, Call]]:
    """`begin` and `end` of each call that succeeded or has not returned, in their order. One that
    failed only begins: it may have left something all the same."""
    under_way: dict[bytes, Call] = {}
    for number, line in enumerate(lines):
        found = LINE.match(line)
        if found is None:
            continue  # A signal, or an end of a process.
        process, resumed, name, rest = found.groups()
        if resumed:
            call = under_way.pop(process, None)
            if call is None:
                continue
        else:
            call = _call(name.decode(), rest)
            call.began = number
            yield "begin", number, call
            if rest.rstrip().endswith(b"<unfinished ...>"):
                under_way[process] = call
                continue
        returned = RETURNED.search(rest, rest.rfind(b") "))
        if returned and int(returned[1]) >= 0:
            _is_whole(call, int(returned[1]))
            call.ended = number
            yield "end", number, call


def _call(name: str, rest: bytes) -> Call:
    first, last = rest.find(b'"'), rest.rfind(b'"')
    data = b""
    if 0 <= first < last:
        data = codecs.escape_decode(rest[first + 1 : last])[0]
    if name == "unlink":
        return Call(name=name, path=data.decode())
    place = PLACE.match(rest)
    path = place[1].decode() if place else ""
    if name in OTHERS and (".sqlite" in path or b"HTTP/1.1 201" in data):
        raise Unforeseen(f"{name} {path}")
    numbers = NUMBERS.findall(
        rest[last + 1 :] if last >= 0 else rest[place.end() if place else 0 :]
    )
    if name == "pwrite64":
        if rest[last + 1 : last + 4] == b"...":
            raise Unforeseen("strace has cut what was written")
        return Call(name=name, path=path, data=data, at=int(numbers[1]))
    return Call(name=name, path=path, data=data, at=int(numbers[0]) if name == "ftruncate" else 0)


def _is_whole(call: Call, returned: int) -> None:
    if call.name == "pwrite64" and returned != len(call.data):
        raise Unforeseen(f"{returned} of {len(call.data)} bytes were written to {call.path}")
