"""Adding a channel from pasted text, and moving an address to the form of its kind."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from app import channel_settings
from app.channels.kinds import KINDS
from app.channels.paste import UNKNOWN, complete, recognise
from app.errors import Invalid, Problem
from web.console import filled
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.channel_faults import COMMON
from web.console.channel_form import blank_values, form_page, must_exist
from web.console.channel_list import choose_page
from web.console.frame import CHANNELS
from web.http.bodies import form_of
from web.http.render import see
from web.http.request import Incoming

SECRETS = ("webhook_url", "secret")


@post("/paste", status_code=200)
async def paste(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Adds a channel from an address or key alone. It is on once a test is accepted; other settings
    come later."""
    found = recognise(form_of(request).get("pasted", ""))
    if found is None:
        error = Invalid.at("/pasted", "unknown", UNKNOWN)
        return await choose_page(request, desk, error=error)
    kind, fields = found
    if not complete(kind, fields):
        return await _unfinished(request, desk, kind, fields)
    try:
        if twin := await channel_settings.twin(desk.org.id, {"type": kind, **fields}):
            return see(f"{CHANNELS}/{twin}?done=known")
        uid = await channel_settings.add(
            desk.org.id, {"type": kind, **fields}, by=desk.by, until_tested=True
        )
    except Invalid as error:
        problems = [Problem("/pasted", p.code, p.detail, p.facts) for p in error.problems[:1]]
        return await choose_page(request, desk, error=Invalid(problems))
    return see(f"{CHANNELS}/{uid}?done=pasted")


async def _unfinished(
    request: Incoming, desk: Desk, kind: str, fields: dict[str, Any]
) -> Response[Any]:
    """The form with the recognised values and what follows from them."""
    values = {**blank_values(kind), **filled.shown(kind, fields)}
    secret = {*SECRETS, *filled.masks(kind, {})}
    carried = {name: text for name, text in fields.items() if name in secret}
    values |= KINDS[kind].begun(values)
    return await form_page(request, desk, kind, values, carried=carried)


@post("/new/as", status_code=200)
async def as_own_kind(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The form of the address's own kind, with what was typed."""
    form = form_of(request)
    kind = form.get("as_kind", "")
    must_exist(kind)
    found = recognise(form.get("webhook_url", ""))
    fields = found[1] if found and found[0] == kind else {}
    typed = {name: form[name] for name in SECRETS if form.get(name)}
    carried = {name: text for name, text in {**typed, **fields}.items() if name in SECRETS}
    shared = {path for path in (*COMMON, *filled.blank_form(kind)) if path not in SECRETS}
    kept = {name: text for name, text in form.items() if name in shared and name != "format"}
    return await form_page(request, desk, kind, {**blank_values(kind), **kept}, carried=carried)


router = console(CHANNELS, [paste, as_own_kind], readers=ADMINS, writers=ADMINS)
