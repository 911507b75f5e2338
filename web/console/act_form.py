"""What an agent asks to be done, read from a form: for one message, and for many."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.brands import stored as brands
from app.brands.forms import form_of_all
from app.errors import Invalid
from app.hours.clock import next_change, open_at
from app.messages import acts, outcomes
from app.messages.acts import Act
from app.people import colleagues
from app.presence.facts import schedule_of
from app.reading import dates
from app.tables import Organization
from web.console.auth import Desk
from web.http.words import N_

MORNING = dt.time(9)
SEPARATOR = re.compile("[,，、]")
SNOOZES = {
    "opening": N_("Until we open"),
    "tomorrow": N_("Until tomorrow morning"),
    "monday": N_("Until Monday morning"),
    "time": N_("Until a time"),
}
VERBS = (
    *("handle", "spam", "reopen", "assign", "claim", "prioritize", "categorize"),
    *("tag", "untag", "snooze", "wake", "trash", "restore"),
)
"""As they stand in addresses and in the form for many."""


async def read(verb: str, form: Mapping[str, str], desk: Desk) -> Act:
    """Raises Invalid at the field that is wrong."""
    if verb == "handle":
        # A button sends one value: the outcome, and its reason if it has one.
        outcome, _, reason = form.get("outcome", "").partition("/")
        note = form.get("note", "")
        known = outcomes.of(desk.org)
        return known.handled(outcome, reason, note, by=desk.by, agent=desk.agent.id)
    if verb == "assign":
        who = form.get("assignee", "")
        worker = await colleagues.worker(desk.org.id, who) if who else None
        return acts.assigned(worker, desk.agent.id)
    if verb == "claim":
        return acts.claimed(desk.agent.id)
    if verb == "prioritize":
        return acts.prioritized(form.get("priority", ""))
    if verb == "categorize":
        return acts.categorized(await _category(desk, form.get("category", "")))
    if verb in {"tag", "untag"}:
        return _tagged(verb, form.get("tag", ""))
    if verb == "snooze":
        return await _snoozed(desk, form)
    simple = {
        "spam": acts.spam,
        "reopen": acts.reopened,
        "wake": acts.woken,
        "trash": acts.trashed,
        "restore": acts.restored,
    }
    if verb not in simple:
        raise Invalid.at("/act", "not_a_choice", N_("Choose what to do"))
    return simple[verb]()


def _tagged(verb: str, text: str) -> Act:
    """Several tags are separated by commas."""
    names = [each for each in SEPARATOR.split(text) if each.strip()] or [text]
    return acts.tagged(add=names) if verb == "tag" else acts.tagged(remove=names)


async def _category(desk: Desk, text: str) -> str:
    """One of the form's, or none."""
    if text and text not in await categories(desk.org):
        raise Invalid.at("/category", "not_a_choice", N_("Choose one of the form's categories"))
    return text


async def categories(org: Organization, locale: str = "") -> dict[str, str]:
    """The form's, by the value that is stored, as they read in a language."""
    field = (await form_of_all(org)).field("category")
    return {each.value: each.said(locale) for each in field.choices} if field else {}


async def _snoozed(desk: Desk, form: Mapping[str, str]) -> Act:
    now = dt.datetime.now(dt.UTC)
    how = form.get("snooze", "")
    until = dates.moment(form.get("until", ""), desk.zone) if how == "time" else None
    if how in {"tomorrow", "monday"}:
        until = _morning(now, desk.zone, monday=how == "monday")
    elif how == "opening":
        return await _until_open(desk, now)
    if until is None:
        raise Invalid.at("/until", "required", N_("Say until when"))
    return acts.snoozed(until, now=now)


def _morning(now: dt.datetime, zone: str, *, monday: bool = False) -> dt.datetime:
    today = now.astimezone(ZoneInfo(zone)).date()
    ahead = 7 - today.weekday() if monday else 1
    day = today + dt.timedelta(days=ahead)
    return dt.datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(dt.UTC)


async def _until_open(desk: Desk, now: dt.datetime) -> Act:
    """Each message until its own brand opens; where no hours are set, until tomorrow morning."""
    morning = _morning(now, desk.zone)
    opens = {
        each.mark: await _opening(desk.org, each.mark, now) or morning
        for each in await brands.all_of(desk.org)
    }
    first = opens.pop(None)
    others = {str(brand): at for brand, at in opens.items() if at != first}
    return acts.snoozed(first, now=now, brands=others)


async def _opening(
    org: Organization, brand: uuid.UUID | None, now: dt.datetime
) -> dt.datetime | None:
    """When the brand's office opens next; None without office hours."""
    schedule = await schedule_of(org, brand)
    if schedule is None:
        return None
    change = next_change(schedule, now)
    if change is None or not open_at(schedule, now):
        return change
    return next_change(schedule, change)
