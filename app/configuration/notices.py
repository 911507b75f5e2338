"""The parts `limits` and `templates`: how many notices go out, and what they say."""

from __future__ import annotations

from typing import Any

from app.channel_settings.confirmation import set_confirm_channel
from app.channel_settings.limits import LIMITS, check_limits, set_limits
from app.channel_settings.read import rows
from app.channels.kinds import notified
from app.configuration.names import Channels
from app.deliveries import template_versions
from app.errors import Invalid, Problem
from app.people import organizations
from app.reading import objects
from app.tables import Organization

CONFIRM = "confirm_channel"


async def read_limits(org: Organization) -> dict[str, Any]:
    org = await organizations.by_id(org.id)
    found: dict[str, Any] = {name: getattr(org, name) for name in LIMITS}
    confirm = org.confirm_channel
    found[CONFIRM] = Channels(await rows(org.id)).said(confirm) if confirm else None
    return found


async def write_limits(org: Organization, raw: Any, by: str) -> None:
    """What is left out stays as it is. Raises Invalid."""
    said = objects.as_object(raw)
    problems = [
        objects.unknown(key, (*LIMITS, CONFIRM)) for key in said.keys() - {*LIMITS, CONFIRM}
    ]
    problems += check_limits(said)
    names = Channels(await rows(org.id))
    before = await read_limits(org)
    wanted = {**before, **said}
    uid = wanted[CONFIRM] and names.found(wanted[CONFIRM], f"/{CONFIRM}", problems)
    if problems:
        raise Invalid(problems)
    if any(wanted[name] != before[name] for name in LIMITS):
        await set_limits(org.id, **{name: wanted[name] for name in LIMITS}, by=by)
    if wanted[CONFIRM] != before[CONFIRM]:
        await set_confirm_channel(org.id, uid or "", by=by)


async def read_templates(org: Organization) -> dict[str, str]:
    return await template_versions.of_kinds(org.id)


async def write_templates(org: Organization, raw: Any, by: str) -> None:
    """A kind that is left out goes back to the built-in text. Raises Invalid."""
    said = objects.as_object(raw)
    problems: list[Problem] = []
    for kind, text in said.items():
        problems += _faults(str(kind), text)
    if problems:
        raise Invalid(problems)
    before = await template_versions.of_kinds(org.id)
    for kind in notified():
        text = said.get(kind) or ""
        if text.strip() != before.get(kind, ""):
            await template_versions.save(org.id, kind, text, by=by)


def _faults(kind: str, text: Any) -> list[Problem]:
    if kind not in notified():
        return [objects.unknown(kind, notified())]
    if not isinstance(text, str):
        return [Problem(objects.pointer(kind), "wrong_type", objects.MUST_BE["str"])]
    try:
        template_versions.check(kind, text)
    except Invalid as error:
        return Invalid(error.out_of("/text")).below(objects.pointer(kind))
    return []
