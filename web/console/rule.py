"""One rule: its form, saving it, and which of the last messages it would have meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import fields
from app.brands.forms import form_of_all
from app.errors import Invalid, Problem
from app.languages import LANGUAGES, primary
from app.messages import would_match as looking
from app.messages.would_match import Found, would_match
from app.rules import change, check, stored
from app.rules.shape import Rule, Then
from web.console import rule_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.filled import whole_number
from web.console.frame import frame
from web.console.rule_form import ANSWER, NEXT, input_of, rule_of, values_of
from web.console.rules import HERE, names_of
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming

NEW = "new"
SHOWN_MAX = 100
"""References of messages that are listed; more are only counted."""


@get("/new")
async def new(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk, Rule(name="", then=Then()))


@get("/{uid:str}")
async def edit(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    return await _draw(request, desk, await stored.one(desk.org.id, uid))


@post("/new", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    return await _save(request, desk, rule_of(form_of(request), None))


@post("/{uid:str}", status_code=200)
async def save(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    return await _save(request, desk, await _typed(request, desk, uid))


async def _save(request: Incoming, desk: Desk, rule: Rule) -> Response[Any]:
    try:
        await change.save(desk.org.id, rule, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, rule, problems=error.problems)
    return see(f"{HERE}?done=saved")


@post("/new/try", status_code=200)
async def try_new(request: Incoming, desk: AtDesk) -> Response[Any]:
    return await _try(request, desk, rule_of(form_of(request), None))


@post("/{uid:str}/try", status_code=200)
async def try_(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    return await _try(request, desk, await _typed(request, desk, uid))


async def _try(request: Incoming, desk: Desk, rule: Rule) -> Response[Any]:
    """Nothing is saved. Conditions with faults are told as when saving."""
    last = whole_number(request.query_params.get("last", ""))
    found, problems = None, []
    try:
        wanted = check.conditions(rule.when, await check.brands(desk.org.id))
        found = await would_match(
            desk.org.id, wanted, last if last in looking.LAST else looking.LAST[0]
        )
    except Invalid as error:
        problems = error.problems
    if wants_fragment(request):
        sentences = _sentences(words.locale_of(request), problems)
        return answer(request, "rules/tried.html", {**_tried(found), "problems": sentences})
    return await _draw(request, desk, rule, problems=problems, found=found)


async def _typed(request: Incoming, desk: Desk, uid: str) -> Rule:
    before = await stored.one(desk.org.id, uid)
    return rule_of(form_of(request), before.uid)


async def _draw(
    request: Incoming,
    desk: Desk,
    rule: Rule,
    *,
    problems: Iterable[Problem] = (),
    found: Found | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    sentences = _sentences(locale, problems)
    names = await names_of(desk, locale)
    form = await form_of_all(desk.org)
    choices = form.field("category")
    known = [choice.value for choice in choices.choices] if choices else []
    context = {
        **await frame(request, desk),
        "rule": rule,
        "values": values_of(rule),
        "problems": sentences,
        "faults": dict(sentences),
        "action": f"{HERE}/{rule.uid or NEW}",
        "categories": list(dict.fromkeys([*known, *rule.when.categories])),
        "languages": _languages(rule),
        "answers": [
            (f"{ANSWER}{key}", label, _choices(form, key)) for key, label in _asked(names, rule)
        ],
        "agents": list(names.agents.items()),
        "next": NEXT,
        "channels": list(names.channels.items()),
        "brands": list(names.brands.items()) if len(names.brands) > 1 else [],
        **{
            name: [(key, words.say(locale, text)) for key, text in options.items()]
            for name, options in (
                ("hours", rule_words.HOURS),
                ("verified", rule_words.VERIFIED),
                ("priorities", rule_words.PRIORITIES),
                ("told", rule_words.TOLD),
            )
        },
        **_tried(found),
    }
    return answer(request, "rules/edit.html", context, status=422 if sentences else 200)


def _sentences(locale: str, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [
        (input_of(each.pointer), words.say(locale, each.detail, each.facts)) for each in problems
    ]


def _languages(rule: Rule) -> list[tuple[str, str]]:
    """Those that the product speaks, and further ones of the rule."""
    known = {primary(tag): name for tag, name in LANGUAGES.items()}
    return list({**{tag: tag for tag in rule.when.languages}, **known}.items())


def _asked(names: rule_words.Names, rule: Rule) -> list[tuple[str, str]]:
    """Fields of the form in force, and those that the rule asks for all the same."""
    return list({**{key: key for key in rule.when.answers}, **names.fields}.items())


def _choices(form: fields.Form, key: str) -> list[str]:
    field = form.field(key)
    return [choice.value for choice in field.choices] if field else []


def _tried(found: Found | None) -> dict[str, Any]:
    if found is None:
        return {"tried": None}
    return {"tried": found, "matched": found.matched[:SHOWN_MAX]}


router = console(HERE, [new, edit, add, save, try_new, try_], readers=ADMINS, writers=ADMINS)
