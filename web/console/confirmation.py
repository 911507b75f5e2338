"""The choice of the e-mail channel that confirms to visitors."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post

from app import channel_settings
from app.errors import Invalid
from web.console.auth import ADMINS, AtDesk, console
from web.console.frame import CHANNELS
from web.http.bodies import form_of
from web.http.render import see
from web.http.words import N_


@post("/confirmation", status_code=200)
async def save(request: Request[Any, Any, Any], desk: AtDesk) -> Response[Any]:
    uid = form_of(request).get("confirm_channel")
    if uid is None:
        # Only the empty choice ends confirmations.
        raise Invalid.at("/confirm_channel", "required", N_("Choose who confirms, or nobody"))
    await channel_settings.set_confirm_channel(desk.org.id, uid, by=desk.by)
    return see(f"{CHANNELS}?done=confirmation")


router = console(CHANNELS, [save], readers=ADMINS, writers=ADMINS)
