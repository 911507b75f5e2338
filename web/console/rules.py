"""System settings, rules (系统设置 → 规则): the list, its order, and what is on."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.brands import stored as brands
from app.brands.forms import form_of_all
from app.channel_settings.read import read as read_channels
from app.channels.kinds import told_only
from app.errors import Invalid, NotFound
from app.languages import said
from app.reading import uids
from app.rules import change, check, reminders, stored
from app.rules.shape import Mode, Rule
from web.console import reminder_form, rule_words, undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_list import name_of
from web.console.frame import frame
from web.console.gone import unless_gone
from web.console.rule_words import DONE, MODES, Names
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming

HERE = "/settings/rules"
MODE_NAMES: dict[str, Mode] = {"all": "all", "first": "first"}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in the list."""

    rule: Rule
    when: list[str]
    then: list[str]
    broken: bool
    first: bool
    last: bool


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    rows = reminder_form.rows_of(await reminders.read(desk.org.id))
    return await _page(request, desk, rows, [])


@post("/reminders", status_code=200)
async def remind(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    raw, inputs = reminder_form.raw(form)
    try:
        await reminders.save(desk.org.id, raw, by=desk.by)
    except Invalid as error:
        locale = words.locale_of(request)
        problems = words.of_inputs(locale, error.problems, inputs)
        return await _page(request, desk, reminder_form.typed_rows(form), problems)
    return see(f"{HERE}?done=reminders#reminders")


async def _page(
    request: Incoming, desk: Desk, chains: list[dict[str, Any]], problems: list[tuple[str, str]]
) -> Response[str]:
    names = await names_of(desk, words.locale_of(request))
    context = {
        **await frame(request, desk),
        **await _context(request, desk),
        "chains": chains,
        "channels": list(names.channels.items()),
        "problems": problems,
        "faults": dict(problems),
        "flash": await undo.done(request, desk, DONE, "rules", "reminders"),
        "removed": uids.uid_or_none(request.query_params.get("removed")),
    }
    return answer(request, "rules/page.html", context, status=422 if problems else 200)


@post("/mode", status_code=200)
async def mode(request: Incoming, desk: AtDesk) -> Response[Any]:
    wanted = MODE_NAMES.get(form_of(request).get("mode", ""))
    if wanted is None:
        raise NotFound
    await change.set_mode(desk.org.id, wanted, by=desk.by)
    return see(f"{HERE}?done=mode")


@post("/order", status_code=200)
async def order(request: Incoming, desk: AtDesk) -> Response[Any]:
    keys = form_of(request).get("keys", "").split(",")
    await change.order(desk.org.id, keys[: check.RULES_MAX], by=desk.by)
    return await _reordered(request, desk, "")


@post("/{uid:str}/up", status_code=200)
async def up(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await change.move(desk.org.id, uid, -1, by=desk.by)
    return await _reordered(request, desk, f"#line-{uid}")


@post("/{uid:str}/down", status_code=200)
async def down(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await change.move(desk.org.id, uid, 1, by=desk.by)
    return await _reordered(request, desk, f"#line-{uid}")


async def _reordered(request: Incoming, desk: Desk, anchor: str) -> Response[Any]:
    if not wants_fragment(request):
        return see(f"{HERE}{anchor}")
    return answer(request, "rules/lines.html", await _context(request, desk))


@post("/{uid:str}/switch", status_code=200)
async def switch(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    on = form_of(request).get("on") == "on"
    await change.switch(desk.org.id, uid, on, by=desk.by)
    return see(f"{HERE}?done={'on' if on else 'off'}")


@post("/{uid:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = change.remove(desk.org.id, uid, by=desk.by)
    return await unless_gone(removing, f"{HERE}?removed={uid}", HERE)


@post("/{uid:str}/restore", status_code=200)
async def restore(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await change.restore(desk.org.id, uid, by=desk.by)
    except (NotFound, Invalid):
        return see(HERE)
    return see(f"{HERE}?done=restored")


async def _context(request: Incoming, desk: Desk) -> dict[str, Any]:
    locale = words.locale_of(request)
    found, names = await stored.read(desk.org.id), await names_of(desk, locale)
    last = len(found.rules) - 1
    return {
        "desk": desk,
        "org": desk.org,
        "mode": found.mode,
        "modes": [(name, words.say(locale, text)) for name, text in MODES.items()],
        "full": last + 1 >= check.RULES_MAX,
        "lines": [
            Line(
                rule=rule,
                when=rule_words.when(locale, rule.when, names),
                then=rule_words.then(locale, rule.then, names),
                broken=rule_words.is_broken(rule, names),
                first=place == 0,
                last=place == last,
            )
            for place, rule in enumerate(found.rules)
        ],
    }


async def names_of(desk: Desk, locale: str) -> Names:
    config = await read_channels(desk.org.id)
    form = await form_of_all(desk.org)
    return Names(
        (await check.known(desk.org.id)).agents,
        {each["uid"]: name_of(locale, each) for each in told_only(config["notifications"])},
        {field.key: said(field.label, locale) or field.key for field in form.own},
        {str(each.id): each.name for each in await brands.all_of(desk.org)},
    )


router = console(
    HERE,
    [page, remind, mode, order, up, down, switch, remove, restore],
    readers=ADMINS,
    writers=ADMINS,
)
