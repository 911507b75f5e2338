"""System settings, outcomes (系统设置 → 处理结果): what a team chooses from when it has handled a
message, and why there was nothing to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.errors import Invalid, NotFound
from app.messages import outcomes
from app.messages.outcomes import PARTS, Choice, Part
from app.messages.wording import OUTCOMES
from web.console import undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/outcomes"
DONE = {
    "added": N_("Added to the list"),
    "renamed": N_("Renamed"),
    "hidden": N_("Not offered any more. Messages that have it keep it."),
    "back": N_("Offered again"),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A choice in a list. `usual` is what it is called without a label of its own."""

    choice: Choice
    usual: str
    value: str
    first: bool
    last: bool

    @property
    def name(self) -> str:
        return self.choice.label or self.usual


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _page(request, desk)


@post("/{part:str}/add", status_code=200)
async def add(request: Incoming, desk: AtDesk, part: FromPath[str]) -> Response[Any]:
    form, which = form_of(request), _part(part)
    try:
        await outcomes.add(desk.org.id, which, form.get("label", ""), by=desk.by)
    except Invalid as error:
        return await _page(request, desk, f"new-{which}", form, error)
    return see(f"{HERE}?done=added#{which}")


@post("/{part:str}/{key:str}/rename", status_code=200)
async def rename(
    request: Incoming, desk: AtDesk, part: FromPath[str], key: FromPath[str]
) -> Response[Any]:
    form, which = form_of(request), _part(part)
    try:
        await outcomes.rename(desk.org.id, which, key, form.get("label", ""), by=desk.by)
    except Invalid as error:
        return await _page(request, desk, f"{which}-{key}", form, error)
    return see(f"{HERE}?done=renamed#{which}")


@post("/{part:str}/{key:str}/hide", status_code=200)
async def hide(
    request: Incoming, desk: AtDesk, part: FromPath[str], key: FromPath[str]
) -> Response[Any]:
    which = _part(part)
    hidden = form_of(request).get("hidden") == "yes"
    try:
        await outcomes.retire(desk.org.id, which, key, hidden, by=desk.by)
    except Invalid as error:
        return await _page(request, desk, f"{which}-{key}", {}, error)
    return see(f"{HERE}?done={'hidden' if hidden else 'back'}#{which}")


@post(["/{part:str}/{key:str}/up", "/{part:str}/{key:str}/down"], status_code=200)
async def move(
    request: Incoming, desk: AtDesk, part: FromPath[str], key: FromPath[str]
) -> Response[Any]:
    step = -1 if request.scope["path"].endswith("/up") else 1
    await outcomes.move(desk.org.id, _part(part), key, step, by=desk.by)
    if not wants_fragment(request):
        return see(f"{HERE}#{part}-{key}")
    return answer(request, "outcomes/lines.html", await _context(request, desk))


def _part(text: str) -> Part:
    """Raises NotFound."""
    for each in PARTS:
        if text == each:
            return each
    raise NotFound


async def _page(
    request: Incoming,
    desk: Desk,
    at: str = "",
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    """`at` is the field that was refused."""
    locale = words.locale_of(request)
    told = {words.say(locale, each.detail, each.facts) for each in error.problems} if error else ()
    context = {
        **await frame(request, desk),
        **await _context(request, desk, at, typed),
        "problems": [(at, sentence) for sentence in told],
        "faults": {at: " ".join(told)},
        "new": {at: (typed or {}).get("label", "")},
        "flash": await undo.done(request, desk, DONE, "outcomes"),
    }
    return answer(request, "outcomes/page.html", context, status=422 if error else 200)


async def _context(
    request: Incoming, desk: Desk, at: str = "", typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    locale, known = words.locale_of(request), await outcomes.read(desk.org.id)
    lists: dict[Part, list[Choice]] = {"outcomes": known.outcomes, "reasons": known.reasons}
    refused = {at: typed["label"]} if typed and "label" in typed else {}
    return {
        "desk": desk,
        "org": desk.org,
        "nothing": known.labels(locale)[outcomes.NOTHING],
        "lists": {part: _lines(locale, part, all, refused) for part, all in lists.items()},
        "faults": {},
        "new": {},
    }


def _lines(
    locale: str, part: Part, choices: list[Choice], refused: Mapping[str, str]
) -> list[Line]:
    offered = [each for each in choices if not each.retired]
    return [
        Line(
            choice=each,
            usual=words.say(locale, OUTCOMES.get(each.key, "")) if part == "outcomes" else "",
            value=refused.get(f"{part}-{each.key}", each.label),
            first=each is offered[0] if offered else False,
            last=each is offered[-1] if offered else False,
        )
        for each in [*offered, *(each for each in choices if each.retired)]
    ]


router = console(
    HERE,
    [page, add, rename, hide, move],
    readers=ADMINS,
    writers=ADMINS,
)
