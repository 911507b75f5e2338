"""The template of one channel: its preview, and restoring an earlier version."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import channel_settings
from app.channel_settings import previews
from app.channels.kinds import KINDS
from app.deliveries import template_versions
from web.console import filled
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.channel_form import form_page, must_exist
from web.console.frame import CHANNELS
from web.console.notice_box import effective, tried
from web.http.bodies import form_of
from web.http.render import see, wants_fragment
from web.http.request import Incoming


@post("/new/preview", status_code=200)
async def preview_new(request: Incoming, desk: AtDesk) -> Response[Any]:
    return await _preview(request, desk, None)


@post("/{uid:str}/preview", status_code=200)
async def preview(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    return await _preview(request, desk, await channel_settings.channel(desk.org.id, uid))


async def _preview(request: Incoming, desk: Desk, channel: dict[str, Any] | None) -> Response[Any]:
    form = form_of(request)
    kind = channel["type"] if channel else form.get("kind", "")
    must_exist(kind)
    if not wants_fragment(request):
        return await form_page(request, desk, kind, form, channel=channel)
    saved, raw = channel or {}, filled.raw(kind, form, channel or {})
    sender, text = previews.specimen(kind, raw), await effective(desk, kind, form, saved)
    curl = await previews.as_curl(desk.org.id, text, uid=saved.get("uid", ""), raw=raw)
    shows = form.get("shows", "all")
    return await tried(request, desk, sender, text, form.get("message", ""), curl, shows)


@post("/{uid:str}/restore", status_code=200)
async def restore(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Restores a version; the rest of the channel stays as it is."""
    channel = await channel_settings.channel(desk.org.id, uid)
    old = await template_versions.version(desk.org.id, form_of(request).get("version", ""))
    if old.channel_uid != uid:
        raise NotFoundException
    own = {"template": "", "body_template": old.text}
    text = own if KINDS[channel["type"]].writes == "json" else {"template": old.text}
    await channel_settings.change(desk.org.id, uid, {**channel, **text}, by=desk.by)
    return see(f"{CHANNELS}/{uid}?done=restored")


router = console(CHANNELS, [preview_new, preview, restore], readers=ADMINS, writers=ADMINS)
