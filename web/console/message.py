"""One message: everything known about it, and an agent's actions."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from litestar import Response, get, post
from litestar.params import FromPath

from app import deliveries, messages, settings
from app.contacts import reveal, sight
from app.erasure import gone
from app.errors import Conflict, Invalid, NotFound, TooMany
from app.fields.consents import agreed
from app.files import read as files
from app.messages import Shown, change, drafts, events, lookers, mentions, phrases, remarks
from app.messages.earlier import earlier, same_person
from app.messages.filter import Filter
from app.messages.remarks import Added
from app.people import colleagues
from app.reading import numbers, phones, uids
from app.reading.mentions import Called, pieces, written
from app.reading.origins import origin
from app.reading.pinyin import spellings
from app.rules import reminders
from app.text import typed as as_typed
from web.console import act_form, done_words, inbox_filter, mail_words, replying, story
from web.console.auth import AtDesk, Desk, console
from web.console.delivery_words import PURPOSES, REASONS, SIGNS, STATES, TRIED, kind_names
from web.console.flash import Banner
from web.console.frame import frame
from web.console.inbox import SOURCES, count_context, list_context
from web.console.inbox_filter import filter_of, refusal
from web.console.looking import looking
from web.console.spam_words import SPAM_REASONS
from web.console.views import who
from web.console.whole import whole
from web.http import browsers, words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

EARLIER = 5
"""Earlier messages of the same visitor that are shown."""
ENGINES = {
    "baidu": N_("Baidu"),
    "sogou": N_("Sogou"),
    "so360": N_("360 Search"),
    "shenma": N_("Shenma"),
    "bing": N_("Bing"),
    "google": N_("Google"),
}
SHOWN = N_("The contact data is shown until you leave the page. The audit has it.")
OFTEN = N_("You have looked at as much contact data as you may today. Ask an admin for more.")


@get("/{uid:str}")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    try:
        shown = await messages.show(desk.org.id, uid)
    except NotFound:
        at = await gone.erased_at(desk.org.id, uid)
        if at is None or wants_fragment(request):
            raise
        return await _erased(request, desk, uid, at)
    done = request.query_params.get("done", "")
    act = uids.uid_or_none(request.query_params.get("act"))
    return await _draw(request, desk, shown, done=done if done in done_words.DONE else "", act=act)


async def _erased(request: Incoming, desk: Desk, uid: str, at: dt.datetime) -> Response[str]:
    """A link in a notice may lead here. Nothing of it is left, not even whose it was."""
    context = {
        **await frame(request, desk),
        "at": at,
        "by_visitor": await gone.by_visitor(desk.org.id, uid),
    }
    return answer(request, "inbox/erased.html", context, status=410)


@post("/{uid:str}/read", status_code=200)
async def read(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await messages.read(desk.org.id, uid)
    await mentions.seen(desk.org.id, uid, desk.agent.id)
    chosen = filter_of(request)
    if not wants_fragment(request):
        return see(f"/inbox/{uid}{chosen.query()}")
    shown = await messages.show(desk.org.id, uid)
    context = {**await count_context(request, desk, chosen), "shown": shown}
    return answer(request, "inbox/seen.html", context)


@post([f"/{{uid:str}}/{verb}" for verb in act_form.VERBS], status_code=200)
async def act(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Does what the last part of the address says."""
    form, verb = form_of(request), request.scope["path"].rsplit("/", 1)[-1]
    seen = numbers.whole(form.get("seen", ""))
    try:
        what = await act_form.read(verb, await _with_whole_note(desk, uid, form), desk)
        made = await messages.to_one(desk.org.id, uid, what, by=desk.by, seen=seen)
    except Conflict as error:
        return await _conflict(request, desk, uid, error, form)
    except Invalid as error:
        return await refused(request, desk, uid, error, form)
    return await done(request, desk, uid, what.action, act=uids.uid(made.act))


async def _with_whole_note(desk: Desk, uid: str, form: Mapping[str, str]) -> Mapping[str, str]:
    """Whoever sees a note masked and leaves it as it is does not overwrite it by what they see."""
    if not sight.masks() or not form.get("note"):
        return form
    if as_typed(form["note"]) != as_typed((await messages.one(desk.org.id, uid)).note):
        return form
    with sight.through(sight.IN_FULL):
        return {**form, "note": (await messages.one(desk.org.id, uid)).note}


@post("/{uid:str}/undo/{act:str}", status_code=200)
async def undo(
    request: Incoming, desk: AtDesk, uid: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Takes back what was just done to this message alone, unless it was changed since."""
    _, about = await events.about(desk.org.id, uids.uid(act))
    if about != [uids.uid(uid)]:
        raise NotFound
    back = await change.undo(desk.org.id, uids.uid(act), by=desk.by)
    if not back.changed:
        return await _conflict(request, desk, uid, Conflict("not_undoable", ""), {})
    return await done(request, desk, uid, "undone")


@post("/{uid:str}/replay", status_code=200)
async def replay(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    delivery = form_of(request).get("delivery", "")
    await messages.show(desk.org.id, uid)
    if not delivery:
        raise Invalid.at("/delivery", "required", N_("Say which delivery is sent once more"))
    try:
        await deliveries.replay(desk.org.id, delivery=delivery, message=uid, by=desk.by)
    except Conflict as error:
        return await _too_late(request, desk, uid, error)
    return await done(request, desk, uid, "replayed")


@post("/{uid:str}/remark", status_code=200)
async def remark(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """To the visitor if it is "visible", else to colleagues."""
    form = form_of(request)
    visible = form.get("visible") == "yes"
    # What is for colleagues may still become the note of an outcome, hence its other name.
    text = form.get("text", "") if visible else form.get("note", form.get("text", ""))
    try:
        author = desk.agent.id
        added = await remarks.add(
            desk.org.id,
            uid,
            text,
            visible=visible,
            by=desk.by,
            agent=author,
            once=form.get("once", ""),
        )
    except Invalid as error:
        return await refused(request, desk, uid, error, form)
    if not visible:
        return await done(request, desk, uid, "noted")
    return await _replied(request, desk, uid, added)


async def _replied(request: Incoming, desk: Desk, uid: str, added: Added) -> Response[Any]:
    if added.goes is None:
        return await done(request, desk, uid, "replied")
    what = "mailed" if added.goes.to else "replied"
    return await done(request, desk, uid, what, act=uids.uid(added.remark))


@post("/{uid:str}/draft/{draft:str}/send", status_code=200)
async def send(
    request: Incoming, desk: AtDesk, uid: FromPath[str], draft: FromPath[str]
) -> Response[Any]:
    """A program has proposed it; the form has it as they want it to be said."""
    form, who = form_of(request), desk.agent.id
    try:
        text = form.get("text", "")
        added = await drafts.release(desk.org.id, uid, draft, text, by=desk.by, agent=who)
    except Conflict as error:
        return await _too_late(request, desk, uid, error, form)
    except Invalid as error:
        return await refused(request, desk, uid, error, {"draft": draft, "drafted": text})
    return await _replied(request, desk, uid, added)


@post("/{uid:str}/draft/{draft:str}/discard", status_code=200)
async def discard(
    request: Incoming, desk: AtDesk, uid: FromPath[str], draft: FromPath[str]
) -> Response[Any]:
    try:
        await drafts.discard(desk.org.id, uid, draft, by=desk.by)
    except Conflict as error:
        return await _too_late(request, desk, uid, error)
    return await done(request, desk, uid, "discarded")


@post("/{uid:str}/unreply/{said:str}", status_code=200)
async def unreply(
    request: Incoming, desk: AtDesk, uid: FromPath[str], said: FromPath[str]
) -> Response[Any]:
    """Takes a reply back that has not gone, and gives its text back to go on with."""
    try:
        text = await remarks.take_back(desk.org.id, uid, said, by=desk.by)
    except Conflict as error:
        return await _too_late(request, desk, uid, error)
    shown = await messages.show(desk.org.id, uid)
    return await _draw(request, desk, shown, done="unreplied", acted=True, typed={"text": text})


@post("/{uid:str}/contacts", status_code=200)
async def contacts(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Shows one message in full to who sees no contacts, once."""
    shown = await messages.show(desk.org.id, uid)
    try:
        await reveal.ask(desk.org, desk.agent.role, uid, by=desk.by)
    except (Conflict, TooMany) as error:
        detail, status = (OFTEN, 429) if isinstance(error, TooMany) else (error.detail, 409)
        said = words.say(words.locale_of(request), detail)
        banner = Banner("warn", "triangle-alert", said)
        return await _draw(request, desk, shown, banner=banner, status=status)
    with sight.through(sight.IN_FULL):
        shown.message = await messages.one(desk.org.id, uid)
    banner = Banner("info", "eye", words.say(words.locale_of(request), SHOWN))
    return await _draw(request, desk, shown, banner=banner)


@post("/{uid:str}/look", status_code=200)
async def look(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    """The message is in front of somebody: answers who else looks at it."""
    await lookers.look(desk.org.id, uid, desk.agent.id)
    names = {each.uid: each.name for each in await colleagues.of(desk.org.id)}
    context = {"looking": await looking(request, desk, uid, names)}
    return answer(request, "inbox/looking.html", context)


@post("/{uid:str}/phrase", status_code=200)
async def phrase(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Without scripts: the message again, with a list of phrases, or with the one that was chosen
    below what was typed. Saves nothing."""
    form, shown = form_of(request), await messages.show(desk.org.id, uid)
    side, field = ("note", "note") if "note" in form else ("text", "remark")
    text = form.get(side, "")
    if chosen := form.get("phrase", ""):
        found = await phrases.one(desk.org.id, chosen, who(desk))
        said = phrases.filled(found, shown.message, by=desk.by)
        text = "\n".join(filter(None, (text, said)))
    offered = "" if chosen else field
    return await _draw(request, desk, shown, typed={side: text}, offered=offered)


async def done(
    request: Incoming, desk: Desk, uid: str, what: str, *, act: uuid.UUID | None = None
) -> Response[Any]:
    """`act` is what may be taken back."""
    if not wants_fragment(request):
        query = filter_of(request).query(done=what)
        return see(
            f"/inbox/{uid}{query}{f'&act={act}' if act and what in done_words.TAKEN_BACK else ''}"
        )
    shown = await messages.show(desk.org.id, uid)
    return await _draw(request, desk, shown, done=what, act=act, acted=True)


async def _too_late(
    request: Incoming,
    desk: Desk,
    uid: str,
    error: Conflict,
    typed: Mapping[str, str] | None = None,
) -> Response[str]:
    banner = Banner("warn", "triangle-alert", words.say(words.locale_of(request), error.detail))
    shown = await messages.show(desk.org.id, uid)
    return await _draw(request, desk, shown, banner=banner, status=409, acted=True, typed=typed)


async def _conflict(
    request: Incoming, desk: Desk, uid: str, error: Conflict, typed: Mapping[str, str]
) -> Response[str]:
    """Somebody was faster: shows what they did. Overwrites nothing and keeps what was typed; sent
    again, it goes over what is shown now."""
    shown = await messages.show(desk.org.id, uid)
    row, locale = shown.message, words.locale_of(request)
    if error.code == "already_handled" and row.handled_at:
        time = words.short(locale, desk.zone, row.handled_at)
        msgid = N_("{name} already marked this as handled ({time}). Nothing was changed.")
        text = words.say(locale, msgid, {"name": row.handled_by, "time": time})
    elif error.code == "changed_meanwhile":
        text = words.say(locale, error.detail, error.facts)
    else:
        text = words.say(locale, N_("This was done already. Nothing was changed."))
    banner = Banner("warn", "triangle-alert", text)
    return await _draw(request, desk, shown, banner=banner, status=409, acted=True, typed=typed)


async def refused(
    request: Incoming, desk: Desk, uid: str, error: Invalid, typed: Mapping[str, str]
) -> Response[str]:
    shown = await messages.show(desk.org.id, uid)
    banner = refusal(words.locale_of(request), error)
    return await _draw(request, desk, shown, banner=banner, status=422, typed=typed)


async def _draw(
    request: Incoming,
    desk: Desk,
    shown: Shown,
    *,
    done: str = "",
    act: uuid.UUID | None = None,
    banner: Banner | None = None,
    status: int = 200,
    acted: bool = False,
    typed: Mapping[str, str] | None = None,
    offered: str = "",
) -> Response[str]:
    """`offered` is the field that phrases are listed for."""
    chosen, locale = filter_of(request), words.locale_of(request)
    partial = wants_fragment(request)
    context_of = count_context if partial else list_context
    page = await context_of(request, desk, chosen)
    context = {
        **page,
        **detail_context(locale, shown, desk.zone),
        **await _around(request, desk, shown, page),
        **await replying.context(locale, desk, shown),
        **await mail_words.context(locale, desk, shown),
        "banner": banner,
        "typed": typed or {},
        "offered_in": offered,
        "phrases": await phrases.of(desk.org.id, desk.agent.id) if offered else [],
        "flash": done_words.flash(locale, shown.message, done, act, chosen) if done else None,
    }
    part = "inbox/acted.html" if acted else "inbox/detail.html"
    template = part if partial else "inbox/page.html"
    return answer(request, template, context, status=status)


async def _around(
    request: Incoming, desk: Desk, shown: Shown, page: Mapping[str, Any]
) -> dict[str, Any]:
    """What was said and done about it, and what may be."""
    uid, locale = shown.message.uid, words.locale_of(request)
    before = (await earlier(desk.org.id, uid, EARLIER)).items
    theirs = same_person(shown.message)
    contact = ",".join(theirs.contact)
    people = await mentions.people(desk.org.id)
    has_steps = any(each.step for each in shown.deliveries)
    chains = (await reminders.read(desk.org.id)).chains if has_steps else []
    timeline = await story.told(locale, desk, shown, page["names"], chains)
    return {
        "earlier": before,
        "of_theirs": 0
        if sight.masks() or not before
        else await messages.count(desk.org.id, theirs),
        # The address would say what is masked.
        "all_theirs": ""
        if sight.masks()
        else f"/inbox{Filter(status='all', contact=contact).query()}",
        "said": await remarks.of(desk.org.id, uid),
        "drafts": await drafts.of(desk.org.id, uid),
        "agreed_to": await agreed(desk.org.id, shown.message.consents, shown.message.form_version),
        "sent_files": await files.of(desk.org.id, uids.uid(uid)) if shown.message.files else [],
        "called": _called(desk, people),
        "pieces": functools.partial(pieces, people=people),
        "looking": await looking(request, desk, uid, page["names"], within=lookers.KEPT),
        "timeline": timeline,
        "caught": story.caught(timeline),
        "erasing_asked": story.erasing_asked(timeline),
        "by_link": {each.remark for each in timeline if each.remark},
        # Reminders count while nobody has taken it.
        "next_step": story.comes_next(locale, desk.zone, shown, chains)
        if shown.message.status == "pending"
        else "",
        "care": inbox_filter.settings(
            locale,
            shown.message,
            page["colleagues"],
            await act_form.categories(desk.org, locale),
        ),
        "snoozes": {name: words.say(locale, text) for name, text in act_form.SNOOZES.items()},
    }


def _called(desk: Desk, people: Sequence[Called]) -> list[tuple[str, str, str]]:
    """Whom a note may mention: how it is written, by which letters they are found, and who it is
    where two have the same name."""
    return [
        (written(each, people), " ".join([each.name, *spellings(each.name)]), each.email)
        for each in people
        if each.uid != str(desk.agent.id)
    ]


def detail_context(locale: str, shown: Shown, zone: str) -> dict[str, Any]:
    row = shown.message
    subject = words.say(locale, N_("Your message {reference}"), {"reference": row.reference})
    return {
        "shown": shown,
        "phone_link": ""
        if row.masked or not (number := phones.dial(row.phone))
        else f"tel:{number}",
        "email_link": f"mailto:{quote(row.email, safe='@')}?{urlencode({'subject': subject})}",
        "whole": whole(locale, row, zone),
        "location": settings.current().regions.find(row.ip).words,
        "origin": origin(row.page_url, row.referrer),
        "engines": {name: words.say(locale, text) for name, text in ENGINES.items()},
        "page_link": safe_href(row.page_url),
        "browser": browsers.name(row.user_agent) or words.say(locale, N_("unknown")),
        "safe_href": safe_href,
        "sources": {name: words.say(locale, text) for name, text in SOURCES.items()},
        "spam_reasons": {name: words.say(locale, text) for name, text in SPAM_REASONS.items()},
        "signs": SIGNS,
        "states": {name: words.say(locale, text) for name, text in STATES.items()},
        "outcome_words": {name: words.say(locale, text) for name, text in TRIED.items()},
        "purposes": {name: words.say(locale, text) for name, text in PURPOSES.items()},
        "reasons": {name: words.say(locale, text) for name, text in REASONS.items()},
        "kind_names": kind_names(locale),
    }


def safe_href(text: str) -> str:
    """The address rebuilt from its parts if it is http(s), else empty."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port else place
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


ACTS = [act, undo, remark, unreply, send, discard, phrase, contacts, look, replay]
router = console("/inbox", [page, read, *ACTS])
