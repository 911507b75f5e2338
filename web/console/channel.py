"""The form of one channel, new or saved, and tests with its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import channel_settings
from app.channels.kinds import KINDS
from app.errors import Invalid, Problem, TooMany
from web.console import filled
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.channel_faults import (
    faultless,
    faults_of,
    other_kind,
)
from web.console.channel_form import (
    blank_values,
    common_values,
    form_page,
    must_exist,
)
from web.console.channel_list import TOO_MANY_TESTS, choose_page, home_of, in_seconds
from web.console.frame import CHANNELS
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming


@get("/new")
async def new(request: Incoming, desk: AtDesk) -> Response[str]:
    kind = request.query_params.get("kind", "")
    if not kind:
        return await choose_page(request, desk)
    must_exist(kind)
    return await form_page(request, desk, kind, blank_values(kind), carried=KINDS[kind].begun({}))


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
    values = {**filled.shown(kind, channel), **common_values(channel)}
    return await form_page(request, desk, kind, values, channel=channel)


@post("/{uid:str}", status_code=200)
async def change(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    channel = await channel_settings.channel(desk.org.id, uid)
    kind, raw = _read(request, channel)
    try:
        await channel_settings.change(desk.org.id, uid, raw, by=desk.by)
    except Invalid as error:
        return await _refused(request, desk, kind, channel, error)
    if channel["on_when_tested"]:
        # What was tested before was not saved yet, so it did not switch the channel on.
        return _leave(request, f"{CHANNELS}/{uid}?done=waits")
    return _leave(request, f"{home_of(kind)}?done=saved")


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
        context = {"result": tested, "desk": desk, **faultless(kind)}
        return answer(request, "channels/tried.html", context)
    values = filled.ticked(kind, form_of(request))
    return await form_page(
        request,
        desk,
        kind,
        values,
        channel=channel,
        result=tested,
        carried=_carried(kind, values),
    )


def _read(request: Incoming, saved: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The kind and the channel's JSON. The browser cannot change the kind of a saved channel."""
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
    raw["one_tap"] = "one_tap" in form
    raw["only_high"] = "only_high" in form
    raw["shows"] = form.get("shows", "all")
    raw["quiet_hours"] = {
        "from": form.get("quiet_hours/from") or None,
        "to": form.get("quiet_hours/to") or None,
        "outside_office_hours": "quiet_hours/outside_office_hours" in form,
    }
    if KINDS[kind].writes != "json":
        raw["template"] = form.get("template", "").replace("\r\n", "\n")
    return kind, raw


def _carried(kind: str, form: Mapping[str, str]) -> dict[str, str]:
    """What the new form began with, as it came back: a secret is shown there, to be copied, and
    nowhere else."""
    return {name: form[name] for name in KINDS[kind].begun({}) if form.get(name)}


def _leave(request: Incoming, address: str) -> Response[Any]:
    """A redirect to the next page, also for htmx."""
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
        values = {**blank_values(kind), **filled.ticked(kind, form)}
        return await form_page(
            request,
            desk,
            kind,
            values,
            channel=channel,
            error=error,
            carried=_carried(kind, form),
            status=status,
        )
    context = {**faultless(kind), **faults_of(locale, kind, error), **other_kind(locale, error)}
    return answer(request, "channels/refused.html", context, status=status)


router = console(
    CHANNELS,
    [new, add, test_new, edit, change, test_typed],
    readers=ADMINS,
    writers=ADMINS,
)
