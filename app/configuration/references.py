"""Secrets by reference, as a document writes them: `env:NAME` or `file:PATH`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.channels import masks
from app.channels.secrecy import HIDDEN
from app.errors import Problem
from app.reading.objects import pointer

ENV, FILE = "env:", "file:"
FILE_MAX = 64 * 1024


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where references lead: the environment, and the folder that relative paths start from.
    `keep_stored`: a variable that is not set leaves the secret as it is stored."""

    environment: Mapping[str, str]
    folder: Path
    keep_stored: bool = False


def resolve(
    raw: dict[str, Any],
    paths: Sequence[masks.Path],
    source: Source,
    problems: list[Problem],
    *,
    at: str = "",
) -> None:
    """Puts in place of each reference in `raw`, which stands at the pointer `at`, what it leads to;
    what leads nowhere is added to `problems`, or left as it is stored. Other text stays."""
    for parent, name, path in masks.places(raw, paths):
        value = parent[name]
        if not isinstance(value, str):
            continue
        if value.startswith(ENV):
            found, fault = _variable(value.removeprefix(ENV), source), _no_variable
        elif value.startswith(FILE):
            found, fault = _contents(value.removeprefix(FILE), source), _no_file
        else:
            continue
        if found is not None:
            parent[name] = found
        elif source.keep_stored:
            _keep(parent, name, path, paths)
        else:
            problems.append(fault(at + pointer(*path), value))


def _keep(parent: dict[str, Any], name: str, path: masks.Path, paths: Sequence[masks.Path]) -> None:
    """A secret that is left out stays as it is stored; of names that are chosen freely one says so
    by a mask."""
    if path in paths:
        del parent[name]
    else:
        parent[name] = HIDDEN


def _variable(name: str, source: Source) -> str | None:
    return source.environment.get(name.strip()) or None


def _contents(path: str, source: Source) -> str | None:
    """Without the line break at its end."""
    try:
        with (source.folder / Path(path.strip()).expanduser()).open(encoding="utf-8-sig") as file:
            text = file.read(FILE_MAX + 1)
    except (OSError, ValueError):
        return None
    text = text.rstrip("\r\n")
    return text if 0 < len(text) <= FILE_MAX else None


def _no_variable(at: str, reference: str) -> Problem:
    detail = "The variable {name} is not set. Set it, or use --keep-secrets to leave what is stored"
    return Problem(at, "no_variable", detail, {"name": reference.removeprefix(ENV)})


def _no_file(at: str, reference: str) -> Problem:
    detail = "The file {name} cannot be read as text of one secret"
    return Problem(at, "no_file", detail, {"name": reference.removeprefix(FILE)})
