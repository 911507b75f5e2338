"""The form of one channel: new or saved, tried out with what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import channel_settings
from app.channels.kinds import KINDS
from app.deliveries import Tested
from app.errors import Invalid, Problem, TooMany
from app.notices import templates
from web.console import filled
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.blanks import blanks
from web.console.channel_faults import (
    COMMON,
    faultless,
    faults_of,
    other_kind,
)
from web.console.channels import (
    TOO_MANY_TESTS,
    choose_page,
    in_seconds,
    name_of,
    shared,
)
from web.console.frame import CHANNELS, frame
from web.console.notice_templates import box
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_


@get("/new")
async def new(request: Incoming, desk: AtDesk) -> Response[str]:
    kind = request.query_params.get("kind", "")
    if not kind:
        return await choose_page(request, desk)
    must_exist(kind)
    return await form_page(request, desk, kind, blank_values(kind))


def blank_values(kind: str) -> dict[str, str]:
    return {**filled.blank_form(kind), **_common_values({})}


@post("/new", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    kind, raw = _read(request, {})
    try:
        uid = await channel_settings.add(desk.org.id, raw, by=desk.by)
    except Invalid as error:
        return await _refused(request, desk, kind, None, error)
    return _leave(request, f"{CHANNELS}/{uid}?done=added")


@post("/new/test", status_code=200)
async def test_new(request: Incoming, desk: AtDesk) -> Response[Any]:
    return await _test(request, desk, None)


@get("/{uid:str}")
async def edit(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    channel = await channel_settings.channel(desk.org.id, uid)
    kind = channel["type"]
    values = {**filled.shown(kind, channel), **_common_values(channel)}
    return await form_page(request, desk, kind, values, channel=channel)


@post("/{uid:str}", status_code=200)
async def change(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    channel = await channel_settings.channel(desk.org.id, uid)
    kind, raw = _read(request, channel)
    try:
        await channel_settings.change(desk.org.id, uid, raw, by=desk.by)
    except Invalid as error:
        return await _refused(request, desk, kind, channel, error)
    return _leave(request, f"{CHANNELS}?done=saved")


@post("/{uid:str}/test-typed", status_code=200)
async def test_typed(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    return await _test(request, desk, await channel_settings.channel(desk.org.id, uid))


async def _test(request: Incoming, desk: Desk, channel: dict[str, Any] | None) -> Response[Any]:
    kind, raw = _read(request, channel or {})
    uid = channel["uid"] if channel else None
    try:
        [tested] = await channel_settings.test(
            desk.org.id, request.app.state.egress, uid=uid, raw=raw
        )
    except Invalid as error:
        return await _refused(request, desk, kind, channel, error)
    except TooMany as error:
        problem = Problem("", "too_many", TOO_MANY_TESTS, {"n": str(error.after)})
        return await _refused(request, desk, kind, channel, Invalid([problem]), status=429)
    if wants_fragment(request):
        context = {"result": tested, **faultless(kind)}
        return answer(request, "channels/tried.html", context)
    return await form_page(request, desk, kind, form_of(request), channel=channel, result=tested)


def _read(request: Incoming, saved: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The kind and the channel's JSON. What a saved channel is, the browser cannot change."""
    form = form_of(request)
    kind = saved.get("type") or form.get("kind", "")
    must_exist(kind)
    form = dict(KINDS[kind].completed(form))
    raw = filled.raw(kind, form, saved)
    raw["name"] = form.get("name", "")
    raw["priority"] = form.get("priority", "normal")
    raw["rate_limit_per_minute"] = filled.whole_number(form.get("rate_limit_per_minute", ""))
    raw["fallback_for"] = form.get("fallback_for") or None
    raw["fallback_after_seconds"] = in_seconds(form.get("fallback_after_seconds", ""))
    if KINDS[kind].writes != "json":
        raw["template"] = form.get("template", "").replace("\r\n", "\n")
    return kind, raw


def must_exist(kind: str) -> None:
    if kind not in KINDS:
        raise NotFoundException


def _leave(request: Incoming, address: str) -> Response[Any]:
    """On to the next page, also when htmx asked."""
    if wants_fragment(request):
        return Response("", headers={"HX-Redirect": address})
    return see(address)


async def _refused(
    request: Incoming,
    desk: Desk,
    kind: str,
    channel: dict[str, Any] | None,
    error: Invalid,
    *,
    status: int = 422,
) -> Response[str]:
    form, locale = form_of(request), words.locale_of(request)
    if not wants_fragment(request):
        values = {**blank_values(kind), **form}
        return await form_page(
            request, desk, kind, values, channel=channel, error=error, status=status
        )
    context = {**faultless(kind), **faults_of(locale, kind, error), **other_kind(locale, error)}
    return answer(request, "channels/refused.html", context, status=status)


def _common_values(channel: Mapping[str, Any]) -> dict[str, str]:
    rate = channel.get("rate_limit_per_minute")
    return {
        "name": channel.get("name", ""),
        "priority": channel.get("priority", "normal"),
        "rate_limit_per_minute": "" if rate is None else str(rate),
        "template": channel.get("template", ""),
        "fallback_for": channel.get("fallback_for") or "",
        "fallback_after_seconds": f"{channel.get('fallback_after_seconds', 600) / 60:g}",
    }


async def form_page(
    request: Incoming,
    desk: Desk,
    kind: str,
    values: Mapping[str, str],
    *,
    channel: dict[str, Any] | None = None,
    error: Invalid | None = None,
    result: Tested | None = None,
    carried: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response[str]:
    """`carried` are secrets just typed in another kind's form: they go back to the screen once."""
    locale = words.locale_of(request)
    saved: dict[str, Any] = channel or {}
    sender = KINDS[kind]
    label = words.say(locale, sender.label)
    faults = faults_of(locale, kind, error)
    base = f"{CHANNELS}/{saved['uid']}" if saved else f"{CHANNELS}/new"
    guide = sender.guide(values)
    config = await channel_settings.read(desk.org.id)
    around = await frame(request, desk)
    context = {
        **around,
        # What is wrong with this one is said on the page itself.
        "alarms": [alarm for alarm in around["alarms"] if alarm.link != base],
        **shared(request, locale),
        **faults,
        **other_kind(locale, error),
        "kind": kind,
        "channel": channel,
        "heading": name_of(locale, saved) if saved else label,
        "action": base,
        "test_action": f"{base}/test-typed" if saved else f"{base}/test",
        "blanks": blanks(kind),
        "template_field": "body_template" if sender.writes == "json" else "template",
        "values": {**blank_values(kind), **values},
        "carried": carried or {},
        "guide": guide,
        "twin": _twin(locale, config["notifications"], saved),
        "masks": filled.masks(kind, saved),
        "rows": filled.header_rows(values, saved),
        "open_further": _is_further(kind, values, faults["faults"]),
        "firsts": [
            (entry["uid"], name_of(locale, entry))
            for entry in config["notifications"]
            if entry["uid"] != saved.get("uid") and not entry["fallback_for"]
        ],
        "rate_hint": _rate_hint(locale, sender.limit_per_minute),
        "default_template": sender.own_text(locale),
        "variables": templates.VARIABLES,
        **await box(request, desk, kind, values, saved),
        "preview_action": f"{base}/preview",
        "result": result,
        "help_title": label,
    }
    return answer(request, "channels/edit.html", context, status=status if error else 200)


def _twin(
    locale: str, listed: list[dict[str, Any]], saved: Mapping[str, Any]
) -> tuple[str, str] | None:
    """(uid, name) of another channel that leads to the same place."""
    twin = next((each for each in listed if each["uid"] == saved.get("same_as")), None)
    return (twin["uid"], name_of(locale, twin)) if twin else None


def _is_further(kind: str, values: Mapping[str, str], faults: Mapping[str, str]) -> bool:
    """Whether there is something to see under "More settings"."""
    usual = blank_values(kind)
    further = {blank.path for blank in blanks(kind) if blank.further} | {*COMMON} - {"name"}
    return any(values.get(path, usual[path]) != usual[path] or path in faults for path in further)


def _rate_hint(locale: str, limit: int | None) -> str:
    if limit is None:
        return words.say(locale, N_("Empty: as set for all channels."))
    return words.say(
        locale,
        N_("Empty: as set for all channels. This platform allows {n} at most."),
        {"n": limit},
    )


router = console(
    CHANNELS,
    [new, add, test_new, edit, change, test_typed],
    readers=ADMINS,
    writers=ADMINS,
)
