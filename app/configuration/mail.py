"""The part `reply_mail`: how replies are mailed to visitors."""

from __future__ import annotations

from typing import Any

from app.channel_settings.read import rows
from app.configuration.names import Channels
from app.configuration.plain import written
from app.errors import Invalid, Problem
from app.mail import change
from app.reading import objects
from app.rules import check
from app.tables import Organization


async def read(org: Organization) -> dict[str, Any]:
    """Channels by their names, brands by their slugs."""
    found = written(await change.read(org.id))
    if found.get("channel"):
        found["channel"] = Channels(await rows(org.id)).said(found["channel"])
    slugs = {uid: slug for slug, uid in (await check.brands(org.id)).items()}
    for text in found.get("texts", []):
        if text.get("brand"):
            text["brand"] = slugs.get(text["brand"], text["brand"])
    return found


async def write(org: Organization, raw: Any, by: str) -> None:
    """What is left out is as it is at first. Raises Invalid with every fault."""
    said = dict(objects.as_object(raw))
    problems: list[Problem] = []
    if said.get("channel"):
        said["channel"] = Channels(await rows(org.id)).found(said["channel"], "/channel", problems)
    if problems:
        raise Invalid(problems)
    uids = await check.brands(org.id)
    if isinstance(said.get("texts"), list):
        said["texts"] = [_by_uid(each, uids) for each in said["texts"]]
    await change.save(org, said, by=by)


def _by_uid(text: Any, uids: dict[str, str]) -> Any:
    if not isinstance(text, dict) or not isinstance(text.get("brand"), str):
        return text
    return {**text, "brand": uids.get(text["brand"], text["brand"])}
