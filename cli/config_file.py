"""A configuration as a YAML file: written, and read with the line of each fault."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from app.errors import Invalid, Problem
from app.reading.objects import pointer

SIZE_MAX = 2 * 1024 * 1024
DEEP_MAX = 32
VALUES_MAX = 100_000
NUL = rb"\u0000"
UNSTORABLE = "NUL or half a surrogate pair cannot be stored"
HEAD = (
    "The configuration of an organization. See docs/configuration.md.\n"
    "What a part lists is all that it has; a part that is left out stays as it is.\n"
)


class File:
    """What was read. `lines` says where in the file each value stands, by its pointer."""

    def __init__(self, document: dict[str, Any], lines: dict[str, int]) -> None:
        self.document = document
        self.lines = lines

    def line(self, place: str) -> int | None:
        """Of the value at that pointer, else of what holds it."""
        while place and place not in self.lines:
            place = place.rpartition("/")[0]
        return self.lines.get(place)


def written(document: Mapping[str, Any], variables: Sequence[str]) -> str:
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(_in_blocks(document), text)
    notes = "".join(f"# {line}\n" for line in HEAD.splitlines())
    if variables:
        notes += "# Its secrets are not in here. Set where it is applied:\n"
        notes += "".join(f"#   {name}\n" for name in variables)
    return f"{notes}{text.getvalue()}"


def _in_blocks(value: Any) -> Any:
    """Text of several lines as a block, which people can read."""
    if isinstance(value, Mapping):
        return {key: _in_blocks(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_in_blocks(each) for each in value]
    if isinstance(value, str) and "\n" in value and value == value.strip():
        return LiteralScalarString(value)
    return value


def read(path: str) -> File:
    """From a file, or from the standard input with "-". Raises Invalid in one line."""
    text = _text(path)
    try:
        found = YAML(typ="rt").load(text)
        file = File(*_plain_document(found))
        # Half a surrogate pair cannot be written as UTF-8.
        said = msgspec.json.encode(file.document)
    except RecursionError:
        raise _unreadable("It is nested too deeply, or too long") from None
    except UnicodeEncodeError:
        raise _unreadable(UNSTORABLE) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1})" if mark else ""
        raise _unreadable(f"{(error.problem or 'this is no YAML').strip()}{where}") from None
    except (YAMLError, ValueError) as error:
        raise _unreadable(str(error).partition("\n")[0]) from None
    if NUL in said.replace(rb"\\", b""):
        raise _unreadable(UNSTORABLE)
    return file


def _text(path: str) -> str:
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(SIZE_MAX + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(SIZE_MAX + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(error.strerror or "It cannot be opened") from None
    except UnicodeDecodeError:
        raise _unreadable("It is not UTF-8") from None
    if len(raw) > SIZE_MAX:
        raise _unreadable("It is larger than 2 MB")
    return text


def _unreadable(why: str) -> Invalid:
    return Invalid.at("/file", "unreadable", "The file cannot be read: {why}", why=why)


def _plain_document(found: Any) -> tuple[dict[str, Any], dict[str, int]]:
    if not isinstance(found, Mapping):
        raise ValueError("It must list parts, like channels: or rules:")
    reading = _Reading()
    plain = {str(name): reading.plain(each, f"/{name}") for name, each in reading.entries(found)}
    return plain, reading.lines


class _Reading:
    """One reading of what ruamel has made of a file."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.values = 0

    def plain(self, value: Any, at: str, deep: int = 0) -> Any:
        # Aliases are written out: few lines of them can be more than any memory holds.
        self.values += 1
        if deep > DEEP_MAX or self.values > VALUES_MAX:
            raise RecursionError
        if isinstance(value, Mapping):
            return {
                key: self.plain(each, at + pointer(key), deep + 1)
                for key, each in self.entries(value, at)
            }
        if isinstance(value, list):
            return [
                self.plain(each, f"{at}/{place}", deep + 1)
                for place, each in self.entries(value, at)
            ]
        return _scalar(value)

    def entries(self, holder: Any, at: str = "") -> Iterator[tuple[Any, Any]]:
        """The keys or places and their values; each line is noted."""
        is_object = isinstance(holder, Mapping)
        places = holder.lc.data or {}
        for key, value in holder.items() if is_object else enumerate(holder):
            name = str(_scalar(key)) if is_object else key
            if key in places:
                self.lines[at + pointer(name)] = places[key][0] + 1
            yield name, value


def _scalar(value: Any) -> Any:
    """Dates as they are written; texts and numbers without what ruamel knows of their form."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    raise ValueError("It has a value of a kind that this configuration does not know")


def told(error: Invalid, file: File, fill: Any) -> Iterator[str]:
    """One line for each fault, in the order of the file."""

    def place(problem: Problem) -> int:
        return file.line(problem.pointer) or 0

    for problem in sorted(error.problems, key=place):
        where = problem.pointer.lstrip("/") or "file"
        line = file.line(problem.pointer)
        at = f"line {line}, {where}" if line else where
        yield f"{at}: {fill(problem.detail, problem.facts)}"
