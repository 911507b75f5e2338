"""Who would be told of a message, real or imagined (有新留言时谁会收到？), and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Response, get, post

from app import fields
from app.deliveries.detail import Detail
from app.errors import Invalid
from app.languages import LANGUAGES, primary
from app.messages.inbox import inbox
from app.messages.would_tell import Listening, WouldTell, would_tell
from app.rules import stored
from web.console import delivery_words, rule_words, would_tell_form
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.console.rules import names_of
from web.console.spam_words import SPAM_REASONS
from web.http import moments, words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/told"
MESSAGES = 10
WHY_NOT = {
    "off": N_("the channel is switched off"),
    "untested": N_("the channel waits for its first test"),
    "spam": N_("the message is set aside"),
    "urgent": N_("it is for high priority only"),
    "repeat": N_("the same was told just before"),
    "other": N_("nothing is owed to it"),
    "no_way": N_("no e-mail channel is on"),
    "unwilling": N_("they want no such mail, or may only look"),
}
BY_RULE = N_("the rule “{rule}” says who is told")
BY_BRAND = N_("the brand says who is told")
TEMPLATES = {
    "own": N_("The channel's own template"),
    "kind": N_("Your template"),
    "built_in": N_("Built-in template"),
}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One notice: what for, when and how it reads."""

    purpose: str
    state: str
    when: str
    text: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A channel or a person. `why_not` is empty where they are told."""

    name: str
    kind: str = ""
    href: str = ""
    why_not: str = ""
    template: str = ""
    template_href: str = ""
    said: list[Said] = []


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    """`?message=` looks at a real one, `?rule=` at one that the rule means."""
    text = words.say(words.locale_of(request), would_tell_form.TEXT)
    values = would_tell_form.blank(text)
    if uid := request.query_params.get("message", ""):
        values["message"] = uid
        return await _answer(request, desk, values)
    if uid := request.query_params.get("rule", ""):
        values = would_tell_form.like(await stored.one(desk.org.id, uid), text)
    return await _draw(request, desk, values)


@post("/", status_code=200)
async def look(request: Incoming, desk: AtDesk) -> Response[str]:
    """Nothing is stored."""
    return await _answer(request, desk, form_of(request))


async def _answer(request: Incoming, desk: Desk, values: Mapping[str, str]) -> Response[str]:
    try:
        imagined = await would_tell_form.read(desk, values)
        found = await would_tell(desk.org, imagined)
    except Invalid as error:
        return await _draw(request, desk, values, error=error)
    return await _draw(request, desk, values, found=found, later=imagined.at is not None)


async def _draw(
    request: Incoming,
    desk: Desk,
    values: Mapping[str, str],
    *,
    found: WouldTell | None = None,
    later: bool = False,
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = [
        (each.pointer.strip("/"), words.say(locale, each.detail, each.facts))
        for each in (error.problems if error else [])
    ]
    shown = await _found(desk, locale, found, later) if found else None
    context = {
        **await frame(request, desk),
        "problems": problems,
        "faults": dict(problems),
        "found": shown,
        "values": values,
    }
    status = 422 if problems else 200
    if wants_fragment(request):
        return answer(request, "told/found.html", context, status=status)
    context |= await _choices(desk, locale, values)
    return answer(request, "told/page.html", context, status=status)


async def _choices(desk: Desk, locale: str, values: Mapping[str, str]) -> dict[str, Any]:
    form = await fields.published(desk.org.id)
    category = form.field("category")
    recent = (await inbox(desk.org.id, limit=MESSAGES)).items
    listed = [(each.uid, f"{each.reference} {each.who} {each.content[:24]}") for each in recent]
    chosen = values.get("message", "")
    if chosen and chosen not in {uid for uid, _ in listed}:
        listed.insert(0, (chosen, words.say(locale, N_("The message that you came from"))))
    names = await names_of(desk, locale)
    return {
        "messages": [("", words.say(locale, N_("An imagined message"))), *listed],
        "categories": [("", "–")]
        + [(each.value, each.said(locale)) for each in (category.choices if category else ())],
        "languages": [("", "–"), *((primary(tag), name) for tag, name in LANGUAGES.items())],
        "whens": _said_all(locale, would_tell_form.WHEN),
        "repeats": _said_all(locale, would_tell_form.REPEATED),
        "brands": list(names.brands.items()) if len(names.brands) > 1 else [],
        "own": [(f"{would_tell_form.OWN}{key}", label) for key, label in names.fields.items()],
    }


def _said_all(locale: str, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(key, words.say(locale, text)) for key, text in texts.items()]


async def _found(desk: Desk, locale: str, found: WouldTell, later: bool) -> dict[str, Any]:
    names = await names_of(desk, locale)
    say = _Sayer(locale, desk.zone, found, later)
    return {
        "verdict": say.verdict(),
        "kind": "warn" if found.status == "spam" else "info",
        "rules": [
            (name, " · ".join(rule_words.did(locale, each.was or {}, each.now or {}, names)))
            for name, each in found.rules
        ],
        "channels": [say.channel(each, names.channels) for each in found.channels],
        "people": [
            Line(name=each.name, why_not=say.why_not(each.why_not), said=say.said(each.told))
            for each in found.people
        ],
        "visitor": say.said(found.visitor),
    }


class _Sayer:
    """Puts what was found into words."""

    def __init__(self, locale: str, zone: str, found: WouldTell, later: bool) -> None:
        self.locale, self.zone = locale, zone
        self.found, self.later = found, later
        self.table = delivery_words.table(locale)

    def say(self, msgid: str, **facts: Any) -> str:
        return words.say(self.locale, msgid, facts)

    def verdict(self) -> str:
        """What becomes of the message."""
        if self.found.status == "spam":
            reason = self.say(SPAM_REASONS.get(self.found.spam, ""))
            return self.say(N_("It would be set aside as spam: {reason}"), reason=reason)
        if self.found.status == "repeat":
            return self.say(N_("It would be counted as a repeat of what was just said."))
        told = sum(not each.why_not for each in self.found.channels)
        many = "It would be told through {n} channels."
        return words.say_many(self.locale, "It would be told through {n} channel.", many, told)

    def channel(self, each: Listening, names: Mapping[str, str]) -> Line:
        uid, kind = str(each.channel.id), each.channel.kind
        own = each.template == "own"
        return Line(
            name=names.get(uid, each.channel.name),
            kind=kind,
            href=f"/settings/channels/{uid}",
            why_not=self.why_not(each.why_not),
            template=self.say(TEMPLATES[each.template]),
            template_href=f"/settings/channels/{uid}" if own else f"/settings/templates/{kind}",
            said=self.said(each.told),
        )

    def why_not(self, code: str) -> str:
        if code == "rule":
            deciding = self.found.deciding
            return self.say(BY_RULE, rule=deciding) if deciding else self.say(BY_BRAND)
        return self.say(WHY_NOT[code]) if code else ""

    def said(self, told: list[Detail]) -> list[Said]:
        return list(self._said(told))

    def _said(self, told: list[Detail]) -> Iterator[Said]:
        for each in told:
            delivery = each.delivery
            purpose = self.table["purposes"].get(delivery.purpose, "")
            number = f" {delivery.step}" if delivery.step else ""
            yield Said(
                purpose=f"{purpose}{number}",
                state="sent" if delivery.state == "sending" else delivery.state,
                when=self._when(each),
                text=each.text,
            )

    def _when(self, told: Detail) -> str:
        delivery = told.delivery
        if delivery.state == "cancelled":
            return str(self.table["reasons"].get(delivery.reason, ""))
        if delivery.state != "sending":
            return delivery_words.waiting(self.locale, self.zone, delivery, told.now)
        if delivery.shared > 1:
            one = "told in one notice with {n} other"
            many = "told in one notice with {n} others"
            return words.say_many(self.locale, one, many, delivery.shared - 1)
        if self.later:
            time = moments.coming(self.locale, self.zone, self.found.now, told.now)
            return self.say(N_("told at {time}"), time=time)
        return self.say(N_("told at once"))


router = console(HERE, [page, look], readers=ADMINS, writers=ADMINS)
