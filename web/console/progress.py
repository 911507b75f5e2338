"""How far an act on many messages is: it goes on without the browser, and can be stopped."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.messages import long_acts
from app.messages.filter import Filter
from app.reading import uids
from web.console.auth import AtDesk, Desk, console
from web.console.frame import frame
from web.console.inbox_filter import filter_of
from web.http import words
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/inbox/acts"
TITLES = {
    "handled": N_("Mark as handled"),
    "spam": N_("Mark as spam"),
    "reopened": N_("Reopen"),
    "assigned": N_("Assign"),
    "unassigned": N_("Unassign"),
    "claimed": N_("Take it"),
    "prioritized": N_("Change priority"),
    "categorized": N_("Change category"),
    "tagged": N_("Change tags"),
    "snoozed": N_("Snooze"),
    "woken": N_("Wake now"),
    "trashed": N_("To the trash"),
    "restored": N_("Take out of the trash"),
    "notified": N_("Notify again"),
    "undone": N_("Undo"),
    "erased": N_("Erase for good"),
    "anonymised": N_("Anonymise"),
}


@get("/{uid:str}")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    return await draw(request, desk, filter_of(request), uid)


@post("/{uid:str}/stop", status_code=200)
async def stop(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await long_acts.stop(desk.org.id, uids.uid(uid), by=desk.by)
    if not wants_fragment(request):
        return see(f"{HERE}/{uid}{filter_of(request).query()}")
    return await draw(request, desk, filter_of(request), uid)


async def draw(request: Incoming, desk: Desk, chosen: Filter, uid: str) -> Response[str]:
    act = await long_acts.of(desk.org.id, uid)
    context = {
        **await frame(request, desk),
        "query": chosen.query(),
        "act": act,
        "may_undo": act.changed and not act.undoes and act.action not in long_acts.ERASURES,
        "title": words.say(words.locale_of(request), TITLES.get(act.action, TITLES["undone"])),
    }
    template = "inbox/progress.html" if wants_fragment(request) else "inbox/progress_page.html"
    return answer(request, template, context)


router = console(HERE, [page, stop])
