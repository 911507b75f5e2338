"""The inbox (留言管理): the list, its filters, and what is done with many at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import messages, settings
from app.brands import stored as brands
from app.brands.forms import form_of_all
from app.errors import Conflict, Invalid
from app.languages import said
from app.mail import waiting
from app.messages import long_acts, mentions, outcomes, tags, views
from app.messages.filter import GENUINE, Filter
from app.messages.inbox import COUNT_MAX, Counts
from app.messages.long_acts import MESSAGES_MAX
from app.people import colleagues
from app.people.colleagues import Colleague
from app.reading import numbers, uids
from web.console import (
    act_form,
    block_many_form,
    erase_form,
    export_form,
    inbox_filter,
    notify_form,
)
from web.console.act_form import SNOOZES
from web.console.auth import AtDesk, Desk, console
from web.console.flash import Flash, flash
from web.console.frame import frame
from web.console.inbox_filter import TABS, WORDS_FOR, filter_of
from web.http import words
from web.http.bodies import all_of, form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

# Labels for the unified format's `source`.
SOURCES = {"web_chat": N_("Website form or API"), "mail": N_("Mail")}
DONE = {"view": N_("View saved.")}
ROWS = 50
TOO_MANY = N_("At most {limit} messages are changed at a time. Narrow the filter.")
CHANGED = N_("Meanwhile the filter finds {n} messages. Look again before you change them all.")
UNCOUNTED = N_("The filter finds {n} messages. To change them all, tick that again.")
MORE = "more"
"""Instead of how many there are: more than the page shows."""


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[str]:
    chosen = filter_of(request)
    cursor = request.query_params.get("cursor", "")
    context = await list_context(request, desk, chosen, cursor=cursor)
    context["flash"] = flash(request, DONE)
    if not wants_fragment(request):
        if did := request.query_params.get("did", ""):
            act = str(uids.uid_or_none(did) or "")
            count = numbers.whole(request.query_params.get("n", "")) or 0
            what = request.query_params.get("what", "")
            context["flash"] = _said(request, chosen, act, count, what)
        return answer(request, "inbox/page.html", {**context, "shown": None})
    if cursor:
        return answer(request, "inbox/rows.html", context)
    # Typing a search changes the page's address without adding to the history.
    came_from_search = request.headers.get("hx-source", "").startswith("form")
    headers = {"HX-Replace-Url": f"/inbox{chosen.query()}"} if came_from_search else None
    return answer(request, "inbox/list.html", context, headers=headers)


@post("/bulk", status_code=200)
async def bulk(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Does one thing with the ticked messages, or with all that the filter finds; of what needs an
    answer first, only asks."""
    form, chosen = form_of(request), filter_of(request)
    try:
        if form.get("act") == "export":
            only = () if form.get("all") else await ticked(request, desk, chosen)
            return await export_form.asked(request, desk, chosen, only)
        if form.get("act") == "notify":
            meant = await ticked(request, desk, chosen)
            return await notify_form.asked(request, desk, chosen, meant)
        if form.get("act") == "block":
            meant = await ticked(request, desk, chosen)
            return await block_many_form.asked(request, desk, chosen, meant)
        if form.get("act") == "erase":
            meant = await ticked(request, desk, chosen)
            return await erase_form.asked(request, desk, chosen, meant)
        act = await act_form.read(form.get("act", ""), form, desk)
        meant = await ticked(request, desk, chosen)
        done = await long_acts.change_all(desk.org.id, meant, act, by=desk.by)
    except (Invalid, Conflict) as error:
        return await refused(request, desk, chosen, error)
    return await after(request, desk, chosen, done)


async def refused(
    request: Incoming, desk: Desk, chosen: Filter, error: Invalid | Conflict
) -> Response[str]:
    """The list, with why nothing was done."""
    context = await list_context(request, desk, chosen, exact=True)
    context["banner"] = inbox_filter.refusal(words.locale_of(request), error)
    template = "inbox/list.html" if wants_fragment(request) else "inbox/page.html"
    status = 409 if isinstance(error, Conflict) else 422
    return answer(request, template, context, status=status)


async def ticked(request: Incoming, desk: Desk, chosen: Filter) -> list[uuid.UUID]:
    """The messages that an action is about. Raises Invalid, and Conflict when the filter finds more
    or fewer than the person was shown."""
    form = form_of(request)
    if not form.get("all"):
        found = [uid for each in all_of(request, "m") if (uid := uids.uid_or_none(each))]
        if not found:
            raise Invalid.at("/m", "required", N_("Tick the messages first"))
        return found
    wanted = chosen.wanted(desk.zone, desk.agent.id)
    count = await messages.count(desk.org.id, wanted, most=MESSAGES_MAX + 1)
    if count > MESSAGES_MAX:
        raise Invalid.at("/all", "too_many", TOO_MANY, limit=str(MESSAGES_MAX))
    if (shown := form.get("matching", "")) != str(count):
        reason = UNCOUNTED if shown == MORE else CHANGED
        raise Conflict("count_changed", reason, {"n": str(count)})
    return await messages.ids(desk.org.id, wanted, most=MESSAGES_MAX)


@post("/undo/{act:str}", status_code=200)
async def undo(request: Incoming, desk: AtDesk, act: FromPath[str]) -> Response[Any]:
    done = await long_acts.undo(desk.org.id, uids.uid(act), by=desk.by)
    freed = isinstance(done, messages.Done) and done.freed
    return await after(
        request, desk, filter_of(request), done, what="unblocked" if freed else "undone"
    )


async def after(
    request: Incoming,
    desk: Desk,
    chosen: Filter,
    done: messages.Done | uuid.UUID,
    *,
    what: str = "changed",
) -> Response[Any]:
    """The list anew, with how many were changed and a way back; or how far a long act is."""
    if isinstance(done, uuid.UUID):
        where = f"/inbox/acts/{done}{chosen.query()}"
        if wants_fragment(request):
            return Response("", headers={"HX-Redirect": where})
        return see(where)
    count = len(done.changed)
    if not wants_fragment(request):
        return see(f"/inbox{chosen.query(did=done.act, n=str(count), what=what)}")
    context = await list_context(request, desk, chosen)
    context["flash"] = _said(request, chosen, done.act, count, what)
    return answer(request, "inbox/bulked.html", context)


def _said(request: Incoming, chosen: Filter, act: str, count: int, what: str) -> Flash:
    locale = words.locale_of(request)
    if what == "erased":
        text = words.say_many(
            locale, "{n} message erased for good", "{n} messages erased for good", count
        )
        return Flash("ok", "trash-2", text)
    way_back = f"/inbox/undo/{act}{chosen.query()}"
    if what == "unblocked":
        return Flash("ok", "undo-2", words.say(locale, N_("They are no longer blocked.")))
    if what == "blocked":
        text = words.say(locale, N_("These people are blocked."))
        return Flash("ok", "ban", text, undo=way_back, over="list")
    if what == "undone":
        text = words.say_many(
            locale, "{n} message changed back", "{n} messages changed back", count
        )
        return Flash("ok", "undo-2", text)
    if what == "notified":
        text = words.say_many(
            locale, "{n} message is told again", "{n} messages are told again", count
        )
    else:
        text = words.say_many(locale, "{n} message changed", "{n} messages changed", count)
    return Flash("ok", "circle-check", text, undo=way_back if count else "", over="list")


async def list_context(
    request: Incoming, desk: Desk, chosen: Filter, *, cursor: str = "", exact: bool = False
) -> dict[str, Any]:
    """The context of the list. `exact`: all are counted that can be changed at once."""
    wanted = chosen.wanted(desk.zone, desk.agent.id)
    page = await messages.inbox(desk.org.id, wanted, limit=ROWS, cursor=cursor, by_activity=True)
    around = await count_context(request, desk, chosen)
    return {
        **around,
        "rows": page.items,
        "next_cursor": page.next_cursor,
        "matching": await _matching(desk, page, cursor, chosen, around["counts"], exact=exact),
        "counted_max": ROWS,
        "more": f"/inbox{chosen.query(cursor=page.next_cursor or '')}",
        "form_address": f"{settings.current().base_url}/w/{desk.org.slug}",
        "shown": None,
        "banner": None,
        "running": await long_acts.running(desk.org.id),
        "unsorted": await waiting.count(desk.org.id),
        **await _choices(request, desk, chosen, around["colleagues"]),
    }


async def _matching(
    desk: Desk,
    page: messages.Page,
    cursor: str,
    chosen: Filter,
    counts: Counts,
    *,
    exact: bool,
) -> int | str | None:
    """How many the filter finds, if that is more than the page shows. MORE for what only counting
    would tell: it takes long, and is done for those who want to change all of them."""
    if cursor or page.next_cursor is None:
        return None
    if exact:
        wanted = chosen.wanted(desk.zone, desk.agent.id)
        found = await messages.count(desk.org.id, wanted, most=MESSAGES_MAX + 1)
        return found if found <= MESSAGES_MAX else MORE
    # Beside a tab stands how many it has; beside this one, how many nobody has looked at.
    is_tab = not chosen.narrowed and chosen.status != "mentioned"
    known = getattr(counts, chosen.status, None) if is_tab else None
    return known if known and ROWS < known < COUNT_MAX else MORE


async def _choices(
    request: Incoming, desk: Desk, chosen: Filter, people: list[Colleague]
) -> dict[str, Any]:
    """What may be filtered by and set, and the parts of the filter that are on."""
    locale, form = words.locale_of(request), await form_of_all(desk.org)
    used, sites = await tags.used(desk.org.id), await messages.sites(desk.org.id)
    categories, known = await act_form.categories(desk.org, locale), outcomes.of(desk.org)
    several = await brands.all_of(desk.org)
    return {
        "chips": inbox_filter.chips(locale, chosen, people, form, used, known, several),
        "by": inbox_filter.choices(locale, chosen, people, categories, used, sites, known, several),
        "categories": categories,
        "tags": used,
        "own_fields": form.own,
        "label_of": lambda field: said(field.label, locale),
        "snoozes": {name: words.say(locale, text) for name, text in SNOOZES.items()},
        "filter_words": {name: words.say(locale, text) for name, text in WORDS_FOR.items()},
    }


async def count_context(request: Incoming, desk: Desk, chosen: Filter) -> dict[str, Any]:
    """The context of the tabs, the badge and a single row."""
    locale = words.locale_of(request)
    around, people = await frame(request, desk, tabs=True), await colleagues.of(desk.org.id)
    known = outcomes.of(desk.org)
    # What the overview links to is no tab, but may be what is shown.
    tabs = {**TABS, GENUINE: inbox_filter.GENUINE} if chosen.status == GENUINE else TABS
    return {
        **around,
        "filter": chosen,
        "query": chosen.query(),
        "tabs": [
            (
                name,
                words.say(locale, text),
                _told(getattr(around["counts"], name, None)),
                f"/inbox{chosen.query(status=name)}",
            )
            for name, text in tabs.items()
        ],
        "views": await views.of(desk.org.id, desk.agent.id),
        "me": str(desk.agent.id),
        "mentioned": await mentions.unseen(desk.org.id, desk.agent.id),
        "now": dt.datetime.now(dt.UTC),
        "colleagues": people,
        "names": {each.uid: each.name for each in people},
        "brand_of": await brands.names(desk.org),
        "outcomes": known.choices(locale),
        "offered": known.offered,
        "why_nothing": known.buttons_of_reasons,
        "outcome_of": lambda row: known.said(locale, row.outcome, row.outcome_reason),
    }


def _told(count: int | None) -> str | None:
    """A number beside a tab; None for what is not counted."""
    return f"{COUNT_MAX - 1}+" if count == COUNT_MAX else None if count is None else str(count)


router = console("/inbox", [listing, bulk, undo])
