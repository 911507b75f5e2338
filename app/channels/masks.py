"""Masks secrets for display, and puts them back."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote

from app.channels import addresses
from app.channels.secrecy import HIDDEN
from app.errors import Invalid, Problem
from app.reading.objects import pointer

LAST = 4
SHOWS_LAST = 12
"""Of a shorter secret the last four characters would be a third or more."""
TOKEN_CHARACTERS = 16
"""A part of a path this long is a key, not a word."""
# They say how a request is written, not who may send it.
_OPEN = ("content-type", "accept", "user-agent")

_HERE = "here.invalid"

Path = tuple[str, ...]


def masked(plain: Mapping[str, Any], paths: Sequence[Path]) -> dict[str, Any]:
    shown = copy.deepcopy(dict(plain))
    for parent, key, _ in places(shown, paths):
        parent[key] = _shown(key, parent[key])
    return shown


def unmasked(
    raw: Mapping[str, Any], old: Mapping[str, Any], paths: Sequence[Path]
) -> dict[str, Any]:
    """`raw` with what is missing or masked taken from `old`."""
    new = copy.deepcopy(dict(raw))
    if new.get("type") != old.get("type"):
        return new
    if "webhook_url" in old and new.get("webhook_url") in (None, mask_url(old["webhook_url"])):
        new["webhook_url"] = old["webhook_url"]
    moved = _host(new) != _host(old)
    problems = [
        problem
        for path in paths
        if path != ("webhook_url",)
        for problem in _restore(new, old, path, "", moved=moved)
    ]
    if problems:
        raise Invalid(problems)
    return new


def left_masked(value: Any, at: str = "") -> Iterator[Problem]:
    """Problems where a masked secret came back and no stored one can replace it."""
    if isinstance(value, str) and HIDDEN in value:
        detail = "This is how a secret is shown. Enter the secret itself."
        yield Problem(at, "secret_masked", detail)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from left_masked(inner, at + pointer(name))


def mask(secret: str) -> str:
    if not secret:
        return ""
    return HIDDEN + (secret[-LAST:] if len(secret) >= SHOWS_LAST else "")


def _restore(new: Any, old: Any, path: Path, at: str, *, moved: bool) -> Iterator[Problem]:
    """Walks both along `path` and restores the secret there."""
    step, *rest = path
    if not isinstance(new, dict) or not isinstance(old, Mapping):
        return
    if step == "*":
        for name in list(new):
            yield from _take(new, name, _same_name(old, name), at + pointer(name), moved=moved)
    elif not rest:
        yield from _take(new, step, old.get(step), at + pointer(step), moved=moved)
    elif step in new:
        yield from _restore(new[step], old.get(step), tuple(rest), at + pointer(step), moved=moved)
    elif rest == ["*"] and old.get(step) and not moved:
        new[step] = copy.deepcopy(old[step])


def _take(new: dict[str, Any], name: str, known: Any, at: str, *, moved: bool) -> Iterator[Problem]:
    given = new.get(name)
    hidden = isinstance(given, str) and HIDDEN in given
    if not known or not (given is None or hidden):
        return
    if not moved:
        new[name] = known
    elif hidden or name == "pass":
        yield Problem(
            at,
            "secret_needed",
            "The address leads to another host now. Enter this secret again.",
        )


def places(plain: Any, paths: Sequence[Path]) -> Iterator[tuple[dict[str, Any], str, Path]]:
    """Where secrets stand: each (object, key, whole path) at which one of `paths` ends."""
    for path in paths:
        yield from _place(plain, path, ())


def _place(plain: Any, path: Path, at: Path) -> Iterator[tuple[dict[str, Any], str, Path]]:
    step, *rest = path
    if not isinstance(plain, dict):
        return
    names = list(plain) if step == "*" else [step] if step in plain else []
    for name in names:
        if rest:
            yield from _place(plain[name], tuple(rest), (*at, name))
        elif str(name).lower() not in _OPEN:
            yield plain, name, (*at, name)


def _shown(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return mask_url(value) if name == "webhook_url" else mask(value)


def mask_url(url: str) -> str:
    """Host and path are recognisable; keys in path and query are not, nor is a login."""
    relative = url.startswith("/") and not url.startswith("//")
    parts = addresses.split(f"https://{_HERE}{url}" if relative else url)
    if parts is None:
        return mask(url)
    hidden = keys_in(parts.path)
    path = [mask(part) if part in hidden else part for part in parts.path.split("/")]
    query = [
        f"{quote(name)}={mask(value)}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    shown = parts._replace(
        netloc=parts.netloc.rpartition("@")[2],
        path="/".join(path),
        query="&".join(query),
        fragment=mask(parts.fragment),
    ).geturl()
    return shown.removeprefix(f"https://{_HERE}") if relative else shown


def keys_in(path: str) -> set[str]:
    """The parts of a path that are keys, not words."""
    steps = path.split("/")
    return {
        step
        for before, step in zip(["", *steps], steps, strict=False)
        if step and (before == "hook" or len(step) >= TOKEN_CHARACTERS)
    }


def _host(plain: Mapping[str, Any]) -> str:
    if isinstance(config := plain.get("smtp_config"), Mapping):
        return str(config.get("host", "")).strip().lower()
    parts = addresses.split(
        addresses.bare(str(plain.get("webhook_url") or plain.get("server") or ""))
    )
    return (parts.hostname or "") if parts else ""


def _same_name(headers: Mapping[str, Any], name: str) -> Any:
    return next((v for known, v in headers.items() if known.lower() == name.lower()), None)
