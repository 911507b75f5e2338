"""The form of one channel as a page, used to add, change, paste and preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.exceptions import NotFoundException

from app import settings
from app.channel_settings.read import read
from app.channel_settings.signing import keys
from app.channels.kinds import KINDS, told_only
from app.channels.sender import Sender
from app.deliveries import tempo
from app.deliveries.trial import Tested
from app.errors import Invalid
from web.console import filled
from web.console.auth import (
    Desk,
)
from web.console.blanks import blanks
from web.console.channel_faults import (
    COMMON,
    faults_of,
    other_kind,
)
from web.console.channel_list import home_of, name_of, shared
from web.console.frame import CHANNELS, frame
from web.console.notice_box import box, variables
from web.http import words
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_


def blank_values(kind: str) -> dict[str, str]:
    return {**filled.blank_form(kind), **common_values({"only_high": KINDS[kind].costly})}


def must_exist(kind: str) -> None:
    if kind not in KINDS:
        raise NotFoundException


def common_values(channel: Mapping[str, Any]) -> dict[str, str]:
    rate, quiet = channel.get("rate_limit_per_minute"), channel.get("quiet_hours") or {}
    return {
        "name": channel.get("name", ""),
        "priority": channel.get("priority", "normal"),
        "rate_limit_per_minute": "" if rate is None else str(rate),
        "template": channel.get("template", ""),
        "fallback_for": channel.get("fallback_for") or "",
        "quiet_hours/from": quiet.get("from") or "",
        "quiet_hours/to": quiet.get("to") or "",
        "quiet_hours/outside_office_hours": "on" if quiet.get("outside_office_hours") else "",
        "one_tap": "on" if channel.get("one_tap", True) else "",
        "only_high": "on" if channel.get("only_high") else "",
        "shows": channel.get("shows", "all"),
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
    """`carried` are secrets that were just typed or pasted: they are shown again once."""
    locale = words.locale_of(request)
    saved: dict[str, Any] = channel or {}
    sender = KINDS[kind]
    label = words.say(locale, sender.label)
    faults = faults_of(locale, kind, error)
    base = f"{CHANNELS}/{saved['uid']}" if saved else f"{CHANNELS}/new"
    config = await read(desk.org.id)
    around = await frame(request, desk)
    context = {
        **around,
        # This channel's own faults are on the page itself.
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
        **await _of_kind(desk, kind, saved),
        "template_field": "body_template" if sender.writes == "json" else "template",
        "values": {**blank_values(kind), **values},
        "carried": carried or {},
        "guide": sender.guide(values),
        "outbound": settings.current().egress_address,
        "took": await tempo.last_success(channel["uid"]) if channel else None,
        "twin": _twin(locale, config["notifications"], saved),
        "masks": filled.masks(kind, saved),
        "rows": filled.header_rows(values, saved),
        "open_further": _is_further(kind, values, faults["faults"]),
        "firsts": [
            (entry["uid"], name_of(locale, entry))
            for entry in told_only(config["notifications"])
            if entry["uid"] != saved.get("uid") and not entry["fallback_for"]
        ],
        "rate_hint": _rate_hint(locale, sender),
        "default_template": sender.own_text(locale),
        "variables": await variables(desk, locale),
        **await box(request, desk, kind, values, saved),
        "preview_action": f"{base}/preview",
        "result": result,
        "help_title": label,
    }
    return answer(request, "channels/edit.html", context, status=status if error else 200)


def _twin(
    locale: str, listed: list[dict[str, Any]], saved: Mapping[str, Any]
) -> tuple[str, str] | None:
    """(uid, name) of another channel with the same destination."""
    twin = next((each for each in listed if each["uid"] == saved.get("same_as")), None)
    return (twin["uid"], name_of(locale, twin)) if twin else None


def _is_further(kind: str, values: Mapping[str, str], faults: Mapping[str, str]) -> bool:
    """Whether "More settings" has a changed value or a fault, or, of a webhook of one's own, the
    request that one looks for."""
    if KINDS[kind].writes == "json" and KINDS[kind].hears == "notices":
        return True
    usual = blank_values(kind)
    further = {blank.path for blank in blanks(kind) if blank.further} | {*COMMON} - {"name"}
    return any(values.get(path, usual[path]) != usual[path] or path in faults for path in further)


async def _of_kind(desk: Desk, kind: str, saved: Mapping[str, Any]) -> dict[str, Any]:
    hears = KINDS[kind].hears
    of_saved = saved and hears == "events"
    return {
        "worded": KINDS[kind].worded,
        "hears": hears,
        "home": home_of(kind),
        "keys": await keys(desk.org.id, saved["uid"]) if of_saved else None,
    }


def _rate_hint(locale: str, sender: type[Sender]) -> str:
    limit = sender.limit_per_minute
    if sender.hears == "events":
        return words.say(locale, N_("Empty: no limit."))
    if limit is None:
        return words.say(locale, N_("Empty: as set for all channels."))
    return words.say(
        locale,
        N_("Empty: as set for all channels. This platform allows {n} at most."),
        {"n": limit},
    )
