"""The box that previews a template on a real message, for the pages of templates and channels."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from litestar import Response

from app import fields
from app.channel_settings import previews
from app.channel_settings.previews import Preview
from app.channels.kinds import KINDS
from app.channels.sender import Sender
from app.deliveries import template_versions
from app.errors import Invalid
from app.languages import said
from app.messages.inbox import inbox
from app.notices import templates
from web.console import filled, markdown
from web.console.auth import (
    Desk,
)
from web.console.channel_faults import sentences
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer
from web.http.request import Incoming

MESSAGES = 10
"""How many recent messages can be chosen."""


def lines_of(typed: str) -> str:
    """With \n in place of a browser's \r\n."""
    return typed.replace("\r\n", "\n")


async def tried(
    request: Incoming,
    desk: Desk,
    sender: Sender,
    text: str,
    message: str,
    curl: str = "",
    shows: str = "all",
) -> Response[str]:
    """The fragment with the preview of the typed text, or with its faults (422)."""
    context = await preview_context(request, desk, sender, text, message, shows)
    shown = {**context, "curl": curl}
    status = 422 if shown["preview_faults"] else 200
    return answer(request, "templates/preview.html", shown, status=status)


async def preview_context(
    request: Incoming, desk: Desk, sender: Sender, text: str, message: str, shows: str = "all"
) -> dict[str, Any]:
    found: Preview | None = None
    faults: list[tuple[str, str]] = []
    try:
        found = await previews.preview(desk.org.id, sender, text, message=message, shows=shows)
    except Invalid as error:
        faults = sentences(words.locale_of(request), error, {})
    shown = markdown.drawn(found.markdown[1]) if found and found.markdown else ""
    return {
        "preview": found,
        "curl": "",
        "drawn": shown,
        "preview_faults": [sentence for _, sentence in faults],
    }


async def choice(desk: Desk, form: Mapping[str, str]) -> dict[str, Any]:
    """The recent messages and the chosen one, at first the newest."""
    page = await inbox(desk.org.id, limit=MESSAGES)
    known = ["", *(row.uid for row in page.items)]
    chosen = form.get("message", known[1] if page.items else "")
    return {"recent": page.items, "message": chosen if chosen in known else ""}


async def variables(desk: Desk, locale: str) -> dict[str, str]:
    """What a template may say, with the organization's own fields by their names."""
    form = await fields.published(desk.org.id)
    own = {f"fields.{each.key}": said(each.label, locale) or each.key for each in form.own}
    ours = {name: words.say(locale, text) for name, text in templates.VARIABLES.items()}
    return {**{name: text for name, text in ours.items() if "<" not in name}, **own}


async def history(desk: Desk, kind: str, channel: str = "") -> list[template_versions.Version]:
    found = await template_versions.history(
        desk.org.id, kind, uuid.UUID(channel) if channel else None
    )
    return found if len(found) > 1 or (found and found[0].text) else []


async def box(
    request: Incoming, desk: Desk, kind: str, form: Mapping[str, str], saved: Mapping[str, Any]
) -> dict[str, Any]:
    """The context of the box in a channel's form."""
    typed = filled.raw(kind, form_of(request), saved) if request.method == "POST" else None
    like = typed or saved
    sender, text = previews.specimen(kind, like), await effective(desk, kind, form, saved)
    chosen = await choice(desk, form)
    return {
        **chosen,
        **await preview_context(
            request, desk, sender, text, chosen["message"], form.get("shows", "all")
        ),
        "curl": await previews.as_curl(desk.org.id, text, uid=saved.get("uid", ""), raw=typed),
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
