"""The senders of many messages are blocked, once somebody has said by what and until when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from litestar import Response, post

from app.blocks.shape import Block
from app.errors import Conflict, Invalid
from app.messages import Done, block_many
from app.messages.senders import senders
from web.console.auth import AtDesk, Desk, console
from web.console.block_form import NOTHING, ends_at
from web.console.block_many_form import asked
from web.console.inbox import after, refused, ticked
from web.console.inbox_filter import filter_of
from web.http.bodies import form_of
from web.http.request import Incoming
from web.http.words import N_

LISTED = N_("All of them are on the block list already")


@post("/", status_code=200)
async def block(request: Incoming, desk: AtDesk) -> Response[Any]:
    chosen = filter_of(request)
    try:
        meant = await ticked(request, desk, chosen)
    except (Invalid, Conflict) as error:
        return await refused(request, desk, chosen, error)
    try:
        done = await _block(request, desk, meant)
    except Invalid as error:
        form = form_of(request)
        return await asked(request, desk, chosen, meant, values=form, error=error)
    return await after(request, desk, chosen, done, what="blocked")


async def _block(request: Incoming, desk: Desk, meant: Sequence[uuid.UUID]) -> Done | uuid.UUID:
    """Raises Invalid, also when it would change nothing."""
    form = form_of(request)
    until = ends_at(form, desk.zone, dt.datetime.now(dt.UTC))
    found = await senders(desk.org.id, meant)
    wanted = [
        Block(kind=kind, text=text, reason=form.get("reason", ""), expires_at=until)
        for kind, texts in found.items()
        if kind in form
        for text in texts
    ]
    if not wanted:
        raise Invalid.at("/text", "required", NOTHING)
    spam = "spam" in form
    done = await block_many.block_many(desk.org.id, meant, wanted, spam=spam, by=desk.by)
    if isinstance(done, Done) and not (done.blocked or done.changed):
        raise Invalid.at("/text", "nothing_to_change", LISTED)
    return done


router = console("/inbox/block", [block])
