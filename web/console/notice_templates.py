"""System settings, templates (系统设置 → 通知模板): the text of notices, with a preview on a real
message."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import channel_settings
from app.channel_settings import previews
from app.channels.kinds import KINDS, notified
from app.deliveries import template_versions
from app.deliveries.trial import Tested
from app.errors import Invalid, Problem, TooMany
from web.console import undo
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.channel_faults import sentences
from web.console.channel_list import TOO_MANY_TESTS, name_of
from web.console.frame import frame
from web.console.notice_box import choice, history, lines_of, preview_context, tried, variables
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/templates"
DONE = {
    "saved": N_("Saved. It counts from the next notice on."),
    "reset": N_("Back to the built-in text."),
    "restored": N_("The earlier version is in force again."),
}

FIELDS = {"template": "text", "body_template": "text"}
"""What the template of a channel is called here."""


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[str]:
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "kinds": [
            (kind, words.say(locale, sender.label))
            for kind, sender in KINDS.items()
            if sender.worded
        ],
        "saved": await template_versions.in_force(desk.org.id),
    }
    return answer(request, "templates/list.html", context)


@get("/{kind:str}")
async def edit(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[str]:
    _must_exist(kind)
    return await _page(request, desk, kind)


@post("/{kind:str}", status_code=200)
async def save(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[Any]:
    _must_exist(kind)
    text = lines_of(form_of(request).get("text", ""))
    # Saving the built-in text means "none", so that later changes of it apply.
    if text.strip() == (await previews.built_in(desk.org.id, kind)).strip():
        text = ""
    try:
        await template_versions.save(desk.org.id, kind, text, by=desk.by)
    except Invalid as error:
        return await _page(request, desk, kind, error=error)
    return see(f"{HERE}/{kind}?done=saved")


@post("/{kind:str}/preview", status_code=200)
async def preview(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[Any]:
    _must_exist(kind)
    form = form_of(request)
    sender = await previews.of_kind(desk.org.id, kind)
    text, message = lines_of(form.get("text", "")), form.get("message", "")
    if wants_fragment(request):
        return await tried(request, desk, sender, text, message)
    return await _page(request, desk, kind)


@post("/{kind:str}/test", status_code=200)
async def test(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[Any]:
    """Sends the typed text through one of the organization's channels of the kind."""
    _must_exist(kind)
    form = form_of(request)
    text = lines_of(form.get("text", ""))
    own = {"template": "", "body_template": text} if KINDS[kind].writes == "json" else {}
    channel = await channel_settings.channel(desk.org.id, form.get("channel", ""))
    if channel["type"] != kind:
        raise NotFoundException
    try:
        [tested] = await channel_settings.test(
            desk.org.id,
            request.app.state.egress,
            uid=channel["uid"],
            raw={**channel, "template": text, **own},
        )
    except Invalid as error:
        return await _untested(request, desk, kind, error, 422)
    except TooMany as error:
        refused = Invalid([Problem("", "too_many", TOO_MANY_TESTS, {"n": str(error.after)})])
        return await _untested(request, desk, kind, refused, 429)
    if wants_fragment(request):
        return answer(request, "channels/tested.html", {"result": tested, "desk": desk})
    return await _page(request, desk, kind, result=tested)


async def _untested(
    request: Incoming, desk: Desk, kind: str, error: Invalid, status: int
) -> Response[str]:
    if not wants_fragment(request):
        return await _page(request, desk, kind, error=error, status=status)
    problems = sentences(words.locale_of(request), error, FIELDS)
    context = {"problems": problems, "other_kind": ""}
    return answer(request, "channels/summary.html", context, status=status)


@post("/{kind:str}/reset", status_code=200)
async def reset(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[Any]:
    await template_versions.save(desk.org.id, kind, "", by=desk.by)
    return see(f"{HERE}/{kind}?done=reset")


@post("/{kind:str}/restore", status_code=200)
async def restore(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[Any]:
    _must_exist(kind)
    wanted = form_of(request).get("version", "")
    old = await template_versions.version(desk.org.id, wanted)
    if (old.kind, old.channel_uid) != (kind, None):
        raise NotFoundException
    await template_versions.save(desk.org.id, kind, old.text, by=desk.by)
    return see(f"{HERE}/{kind}?done=restored")


async def _page(
    request: Incoming,
    desk: Desk,
    kind: str,
    *,
    error: Invalid | None = None,
    result: Tested | None = None,
    status: int = 422,
) -> Response[str]:
    """The page, after a button with the typed text; faults of a preview are shown in its box."""
    locale = words.locale_of(request)
    form = form_of(request) if request.method == "POST" else {}
    saved = (await template_versions.in_force(desk.org.id)).get(kind)
    own = saved.text if saved else ""
    built_in = await previews.built_in(desk.org.id, kind)
    text = lines_of(form.get("text", own or built_in))
    chosen = await choice(desk, form)
    sender = await previews.of_kind(desk.org.id, kind)
    shown = await preview_context(request, desk, sender, text, chosen["message"])
    problems = sentences(locale, error, FIELDS)
    listed = (await channel_settings.read(desk.org.id))["notifications"]
    context = {
        **await frame(request, desk),
        **chosen,
        **shown,
        "variables": await variables(desk, locale),
        "flash": await undo.done(request, desk, DONE, "templates"),
        "kind": kind,
        "label": words.say(locale, KINDS[kind].label),
        "writes": KINDS[kind].writes,
        "text": text,
        "is_own": bool(own),
        "versions": await history(desk, kind),
        "problems": problems,
        "faults": dict(problems),
        "result": result,
        "channel": form.get("channel", ""),
        "testable": [
            (each["uid"], name_of(locale, each)) for each in listed if each["type"] == kind
        ],
    }
    failed = error is not None or (form and shown["preview_faults"])
    return answer(request, "templates/edit.html", context, status=status if failed else 200)


def _must_exist(kind: str) -> None:
    if kind not in notified():
        raise NotFoundException


router = console(
    HERE,
    [listing, edit, save, preview, test, reset, restore],
    readers=ADMINS,
    writers=ADMINS,
)
