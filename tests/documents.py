"""Reading the documents: their sections, tables, fenced blocks and commands."""

from __future__ import annotations

import ast
import functools
import gc
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])

_CELL = re.compile(r"(?<!\\)\|")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def sections(text: str, level: int = 2) -> dict[str, str]:
    """What stands under each heading of this level, down to the next of it or of a higher one."""
    outside_fences = re.sub(r"^```.*?^```", lambda m: "\0" * len(m[0]), text, flags=re.M | re.S)
    heads = [m for m in re.finditer(r"^(#+) (.+)$", outside_fences, re.M) if len(m[1]) <= level]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return {
        head[2]: text[head.end() : end]
        for head, end in zip(heads, ends, strict=True)
        if len(head[1]) == level
    }


def tables(text: str) -> list[list[list[str]]]:
    """Every table as its rows, the head left out."""
    found = re.findall(r"^\|.*\|\n\|[-| ]+\|\n((?:\|.*\|\n?)*)", text, re.M)
    return [[_cells(line) for line in each.splitlines()] for each in found]


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]]


def table(text: str) -> list[list[str]]:
    return tables(text)[0]


def bare(cell: str) -> str:
    """A cell without the marks of code."""
    return cell.strip("`")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def examples(text: str) -> list[Any]:
    """The JSON in a text."""
    return [json.loads(block) for block in blocks(text, "json")]


FILES = {"@mail.eml": "From: <visitor@example.com>\r\nSubject: Price\r\n\r\nHow much is it?\r\n"}
"""What the files hold that examples send."""


class Call(msgspec.Struct):
    """One `curl` of a document, as a client would send it."""

    url: str
    method: str = ""
    headers: dict[str, str] = {}
    body: str | None = None


def calls(text: str, **variables: str) -> list[Call]:
    """The `curl` commands of a text in order, its $VARIABLES replaced."""
    found = []
    for block in blocks(text, "sh"):
        for name, value in variables.items():
            block = block.replace(f"${name}", value)
        words = shlex.split(block.replace("\\\n", " "), comments=True)
        starts = [at for at, word in enumerate(words) if word == "curl"]
        ends = [*starts[1:], len(words)] if starts else []
        found += [_call(words[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]
    return found


def _call(words: list[str]) -> Call:
    call = Call("")
    left = iter(words)
    for word in left:
        match word:
            case "-s":
                continue
            case "-o":
                next(left)
            case "-X":
                call.method = next(left)
            case "-H":
                name, _, value = next(left).partition(": ")
                call.headers[name] = value
            case "-d":
                call.body = next(left)
            case "--data-binary":
                call.body = FILES[next(left)]
            case _:
                call.url = word
    call.method = call.method or ("GET" if call.body is None else "POST")
    return call


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Without the collector: what it may wake up in the middle confuses CPython 3.11's count of how
    deep it is ("AST constructor recursion depth mismatch"). Nor need it look at these trees again,
    which stay to the end: it would take longer than to read them."""
    gc.disable()
    try:
        tree = ast.parse(path.read_text("utf-8"))
        gc.freeze()
        return tree
    finally:
        gc.enable()


@functools.cache
def nodes(path: Path) -> list[ast.AST]:
    """All of a module, in the order of `ast.walk`: several tests look at each."""
    found: list[ast.AST] = [parsed(path)]
    for node in found:
        for value in vars(node).values():
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += (each for each in value if isinstance(each, ast.AST))
    return found


def commands(group: click.Group, path: str = "leavemsg") -> Iterator[tuple[str, click.Command]]:
    """Everything that can be typed, groups too, each with its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
