"""Taking messages out (导出): how, and how many; then the file."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Stream

from app import limits
from app.errors import Conflict, Invalid, TooMany
from app.messages import export
from app.messages.export.wish import Wish
from app.reading import uids
from web.console.auth import AGENTS, AtDesk, console, for_admins
from web.console.export_form import asked, wanted
from web.console.inbox_filter import filter_of
from web.http import words
from web.http.bodies import all_of, form_of
from web.http.download import saved, while_there
from web.http.render import UNPACKED
from web.http.request import Incoming


@get("/")
async def ask(request: Incoming, desk: AtDesk) -> Response[str]:
    return await asked(request, desk, filter_of(request))


@post("/", status_code=200, opt={UNPACKED: True})
async def take(request: Incoming, desk: AtDesk) -> Stream | Response[str]:
    form, chosen = form_of(request), filter_of(request)
    full = form.get("contacts") == "full"
    if full:
        for_admins(desk)
    only = tuple(found for each in all_of(request, "m") if (found := uids.uid_or_none(each)))
    wish = Wish(format=form.get("format", ""), full=full, locale=words.locale_of(request))
    try:
        await limits.allow_export(desk.agent.id)
        taking = export.take(desk.org, wanted(desk, chosen, only), wish, by=desk.by)
        return saved(await while_there(request, taking))
    except (Invalid, Conflict, TooMany) as error:
        return await asked(request, desk, chosen, only, error=error)


router = console("/inbox/export", [ask, take], readers=AGENTS)
