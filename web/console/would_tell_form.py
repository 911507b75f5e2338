"""The imagined message of the page "who would be told", as its form has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from app import fields
from app.brands import stored as brands
from app.brands.shape import Brand
from app.errors import Invalid
from app.fields.check import Answers, look
from app.hours.clock import next_change, open_at
from app.messages import Visit
from app.messages.would_tell import Imagined, Repeated, imagined_of
from app.presence.facts import rule_of
from app.reading import dates
from app.reading.pages import host_of
from app.rules.shape import Rule
from web.console.auth import Desk
from web.http.words import N_

OWN = "own-"
"""Before the key of a field of the organization's own."""
TEXT = N_("I would like to know what it costs.")
TEXTS = ("content", "name", "phone", "email", "wechat", "category")
WHEN = {
    "now": N_("Now"),
    "inside": N_("The next time in office hours"),
    "outside": N_("The next time outside of them"),
    "at": N_("At the time below"),
}
REPEATED = {
    "": N_("Nobody has said it before"),
    "visitor": N_("The same visitor has just said it"),
    "other": N_("Another visitor has just said it"),
}
A_MINUTE = dt.timedelta(minutes=1)


def blank(text: str) -> dict[str, str]:
    return {"message": "", "content": text, "phone": "13800138000", "when": "now", "repeated": ""}


def like(rule: Rule, text: str) -> dict[str, str]:
    """A message that the rule means, as far as one can be made of its conditions."""
    wanted = rule.when
    return {
        **blank(text),
        "content": _first(wanted.words) or text,
        "category": _first(wanted.categories),
        "brand": _first(wanted.brands),
        "site": _first(wanted.sites),
        "language": _first(wanted.languages),
        "verified": "on" if wanted.verified else "",
        "when": wanted.hours or "now",
        **{f"{OWN}{key}": _first(values) for key, values in wanted.answers.items()},
    }


def _first(entries: Sequence[str]) -> str:
    return entries[0] if entries else ""


async def read(desk: Desk, form: Mapping[str, str]) -> Imagined:
    """Raises Invalid at /at, and NotFound for a message that is not there."""
    at = await _moment(desk, form)
    repeated: Any = form.get("repeated", "")
    repeated = repeated if repeated in get_args(Repeated) else ""
    if uid := form.get("message", ""):
        found = await imagined_of(desk.org.id, uid)
        return Imagined(
            answers=found.answers,
            visit=found.visit,
            real=found.real,
            spam=found.spam,
            at=at,
            repeated=repeated,
        )
    brand = await _brand(desk, form.get("brand", ""))
    return Imagined(
        answers=await _answers(desk, form, brand),
        visit=_visit(form, brand),
        at=at,
        repeated=repeated,
    )


async def _brand(desk: Desk, uid: str) -> Brand:
    """The first where none of theirs is chosen."""
    known = {str(each.id): each for each in await brands.all_of(desk.org)}
    return known.get(uid, known[str(desk.org.id)])


async def _answers(desk: Desk, form: Mapping[str, str], brand: Brand) -> Answers:
    """As the form in force reads them; what it would refuse is left out."""
    raw: dict[str, Any] = {key: form.get(key, "") for key in TEXTS}
    own = [(key.removeprefix(OWN), text) for key, text in form.items() if key.startswith(OWN)]
    shown = await fields.published(brand.id)
    many = {each.key for each in shown.own if each.kind == "checkboxes"}
    raw["fields"] = {key: _lines(text) if key in many else text for key, text in own if text}
    return look(shown, raw, language=desk.org.locale).answers()


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _visit(form: Mapping[str, str], brand: Brand) -> Visit:
    site = host_of(form.get("site", ""))
    return Visit(
        brand=brand.mark,
        language=form.get("language", ""),
        page_url=f"https://{site}/" if site else "",
        external_id="signed" if form.get("verified") else "",
    )


async def _moment(desk: Desk, form: Mapping[str, str]) -> dt.datetime | None:
    """None for now."""
    when = form.get("when", "now")
    if when == "at":
        found = dates.moment(form.get("at", ""), desk.zone)
        if found is None:
            raise Invalid.at("/at", "required", "Choose a time")
        return found
    if when not in {"inside", "outside"}:
        return None
    now = dt.datetime.now(dt.UTC)
    schedule = (await rule_of(desk.org.id)).hours(desk.org.timezone)
    if schedule.is_empty or open_at(schedule, now) == (when == "inside"):
        return None
    change = next_change(schedule, now)
    return change + A_MINUTE if change else None
