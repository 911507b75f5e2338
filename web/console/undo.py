"""撤销 beside what a page of the settings says was just done, where it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.history.latest import undoable
from web.console.auth import Desk
from web.console.flash import Flash, flash
from web.http.request import Incoming
from web.http.words import N_

UNDONE = {"undone": N_("Taken back.")}


async def done(
    request: Incoming, desk: Desk, sentences: Mapping[str, str], *parts: str
) -> Flash | None:
    """The sentence for what was just done, with its undo if it changed one of these parts."""
    said = flash(request, {**UNDONE, **sentences})
    if said is None or request.query_params["done"] in UNDONE or not desk.is_admin:
        return said
    last = await undoable(desk.org.id, parts, by=desk.by)
    if last is None:
        return said
    brand = request.query_params.get("brand", "")
    back = f"{request.scope['path']}{f'?brand={brand}' if brand else ''}"
    part, state = last
    address = f"/settings/history/{part}/{state}/undo"
    return msgspec.structs.replace(said, undo=address, over="page", back=back)
