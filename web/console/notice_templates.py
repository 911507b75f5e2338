"""System settings, templates (系统设置 → 通知模板): what a notice says, tried on a real message."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import messages
from app.channel_settings import previews
from app.channel_settings.previews import Preview
from app.channels.kinds import KINDS
from app.channels.sender import Sender
from app.deliveries import template_versions
from app.errors import Invalid
from app.notices import templates
from web.console import filled, markdown
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.channels import sentences
from web.console.frame import flash, frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/templates"
MESSAGES = 10
"""As many real messages as one may choose from."""
DONE = {
    "saved": N_("Saved. It counts from the next notice on."),
    "reset": N_("Back to the built-in text."),
    "restored": N_("The earlier version is in force again."),
}


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[str]:
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "kinds": [(kind, words.say(locale, sender.label)) for kind, sender in KINDS.items()],
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
    # Who saves the built-in text wants it as it is, and as it will be.
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


def lines_of(typed: str) -> str:
    """A browser ends lines as mail does."""
    return typed.replace("\r\n", "\n")


async def tried(
    request: Incoming, desk: Desk, sender: Sender, text: str, message: str
) -> Response[str]:
    """What the typed text makes of the chosen message, or what is wrong with it; alone."""
    shown = await preview_context(request, desk, sender, text, message)
    status = 422 if shown["preview_faults"] else 200
    return answer(request, "templates/preview.html", shown, status=status)


async def preview_context(
    request: Incoming, desk: Desk, sender: Sender, text: str, message: str
) -> dict[str, Any]:
    found: Preview | None = None
    faults: list[tuple[str, str]] = []
    try:
        found = await previews.preview(desk.org.id, sender, text, message=message)
    except Invalid as error:
        faults = sentences(words.locale_of(request), error, {})
    shown = markdown.drawn(found.markdown[1]) if found and found.markdown else ""
    return {
        "preview": found,
        "drawn": shown,
        "preview_faults": [sentence for _, sentence in faults],
    }


async def choice(desk: Desk, form: Mapping[str, str]) -> dict[str, Any]:
    """The messages that a preview may be made of; the newest, until another one is chosen."""
    page = await messages.inbox(desk.org.id, limit=MESSAGES)
    known = ["", *(row.uid for row in page.items)]
    chosen = form.get("message", known[1] if page.items else "")
    return {"recent": page.items, "message": chosen if chosen in known else ""}


async def history(desk: Desk, kind: str, channel: str = "") -> list[template_versions.Version]:
    found = await template_versions.history(
        desk.org.id, kind, uuid.UUID(channel) if channel else None
    )
    return found if len(found) > 1 or (found and found[0].text) else []


async def box(
    request: Incoming, desk: Desk, kind: str, form: Mapping[str, str], saved: Mapping[str, Any]
) -> dict[str, Any]:
    """What the template's place in the form of a channel is drawn from."""
    like = filled.raw(kind, form_of(request), saved) if request.method == "POST" else saved
    sender, text = previews.specimen(kind, like), await effective(desk, kind, form, saved)
    chosen = await choice(desk, form)
    return {
        **chosen,
        **await preview_context(request, desk, sender, text, chosen["message"]),
        "inherited": (await template_versions.of_kinds(desk.org.id)).get(kind, ""),
        "versions": await history(desk, kind, saved["uid"]) if saved else [],
    }


async def effective(
    desk: Desk, kind: str, form: Mapping[str, str], saved: Mapping[str, Any]
) -> str:
    """The template that the channel in the form would use."""
    own = form.get("template", "")
    if KINDS[kind].writes == "json":
        own = saved.get("template") or form.get("body_template", "")
    of_kinds = await template_versions.of_kinds(desk.org.id)
    return lines_of(own) or of_kinds.get(kind, "")


async def _page(
    request: Incoming, desk: Desk, kind: str, *, error: Invalid | None = None
) -> Response[str]:
    """After a button, with what was typed; a preview button that finds faults shows them there."""
    locale = words.locale_of(request)
    form = form_of(request) if request.method == "POST" else {}
    saved = (await template_versions.in_force(desk.org.id)).get(kind)
    own = saved.text if saved else ""
    built_in = await previews.built_in(desk.org.id, kind)
    text = lines_of(form.get("text", own or built_in))
    chosen = await choice(desk, form)
    sender = await previews.of_kind(desk.org.id, kind)
    shown = await preview_context(request, desk, sender, text, chosen["message"])
    problems = sentences(locale, error, {})
    context = {
        **await frame(request, desk),
        **chosen,
        **shown,
        "variables": templates.VARIABLES,
        "flash": flash(request, DONE),
        "kind": kind,
        "label": words.say(locale, KINDS[kind].label),
        "writes": KINDS[kind].writes,
        "text": text,
        "is_own": bool(own),
        "versions": await history(desk, kind),
        "problems": problems,
        "faults": dict(problems),
    }
    failed = error is not None or (form and shown["preview_faults"])
    return answer(request, "templates/edit.html", context, status=422 if failed else 200)


def _must_exist(kind: str) -> None:
    if kind not in KINDS:
        raise NotFoundException


router = console(
    HERE,
    [listing, edit, save, preview, reset, restore],
    readers=ADMINS,
    writers=ADMINS,
)
