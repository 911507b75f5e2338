"""An agent's remarks on a message: to the visitor, or to colleagues."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from app.errors import Invalid
from app.messages import remarks
from web.console import message
from web.console.auth import AtDesk, console
from web.http.bodies import form_of


@post("/{uid:str}/remark", status_code=200)
async def add(request: Request[Any, Any, Any], desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form = form_of(request)
    visible = form.get("visible") == "yes"
    # What is for colleagues may still become the note of an outcome, hence its other name.
    text = form.get("text", "") if visible else form.get("note", form.get("text", ""))
    try:
        await remarks.add(desk.org.id, uid, text, visible=visible, by=desk.by)
    except Invalid as error:
        return await message.refused(request, desk, uid, error, form)
    return await message.done(request, desk, uid, "replied" if visible else "noted")


router = console("/inbox", [add])
