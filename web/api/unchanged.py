"""ETags of what is read, and changes of what was not changed since (If-Match).

An ETag has two parts: what a change replaces, and all that was answered. If-Match compares the
first: a channel whose health changed meanwhile may be changed all the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from typing import Any

import msgspec

from app.people import kept_answers
from app.people.kept_answers import Claim
from web.api import bearer, within
from web.http import etag
from web.http.faults import Refused
from web.http.request import READS_FIRST, THROUGH, Incoming
from web.http.words import N_

HELD = "held"
CHANGES = frozenset({"PUT", "PATCH", "DELETE", "POST"})


def tag_of(body: bytes, volatile: Collection[str]) -> str:
    """With its quotes. `volatile` keys, at any depth, are no part of what a change replaces."""
    whole = etag.etag(body)
    if not volatile:
        return whole
    settled = msgspec.json.encode(_without(msgspec.json.decode(body), volatile), order="sorted")
    return f"{etag.etag(settled)[:-1]}.{whole[1:]}"


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, names) for key, each in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(each, names) for each in value]
    return value


def is_same(wanted: str, tag: str) -> bool:
    """Whether an If-Match names it. A weak tag never does."""
    known = [each.strip() for each in wanted.split(",")]
    return "*" in known or _settled(tag) in {_settled(e) for e in known if e.startswith('"')}


def _settled(tag: str) -> str:
    return tag.strip('"').partition(".")[0]


async def before(request: Incoming) -> None:
    """Raises Refused with 412 when the thing is not as the caller has read it, and Conflict while
    somebody else changes it under the same condition. An act without a reading of its own, as
    …/handle, is about what stands before it."""
    wanted = ",".join(request.headers.getall("if-match", []))
    if not wanted or request.scope["method"] not in CHANGES or request.auth is None:
        return
    who, state = bearer.of(request), request.scope["state"]
    for place in places(request.scope["path"], request.scope["path_template"]):
        # Of the thing, so that different acts on it wait for each other.
        state[HELD] = held = await kept_answers.hold(who.id, who.organization, place.lower())
        status, tag = await _read(request, place)
        if status != 405:
            break
        await held.let_go()
    if status == 404 and "{" in request.scope["path_template"]:
        return  # The handler says so.
    if status == 403:
        raise Refused(403, "forbidden", N_("If-Match needs a token that may read this, too."))
    if status != 200 or not is_same(wanted, tag):
        detail = N_("It has changed since it was read. Read it again, then change it.")
        raise Refused(412, "stale", detail, headers={"ETag": tag} if status == 200 else None)


def places(path: str, template: str) -> list[str]:
    """Where what an address is about may be read: there, or before the words of the act."""
    here, names = path.rstrip("/"), template.rstrip("/").split("/")
    named = [number for number, name in enumerate(names) if name.startswith("{")]
    before = here.split("/")[: named[-1] + 1] if named else here.split("/")[:-1]
    return list(dict.fromkeys((here, "/".join(before))))


async def _read(request: Incoming, path: str) -> tuple[int, str]:
    """The status of reading it, and its ETag."""
    state = {READS_FIRST: True, THROUGH: request.scope["state"].get(THROUGH)}
    answer = await within.ask(request, "GET", path, state=state)
    return answer.status, answer.etag


async def answered(scope: Any) -> None:
    """Others may change it again. If the database is away, the hold lapses."""
    held: Claim | None = scope["state"].pop(HELD, None)
    if held is not None:
        with contextlib.suppress(Exception):
            await held.let_go()
