"""How replies are mailed: read and replaced."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app import database
from app.brands.stored import all_now
from app.channel_settings.read import rows
from app.channels.sender import REPLY
from app.deliveries.owe import cancel, lock
from app.errors import Invalid, Problem
from app.languages import LANGUAGES
from app.mail.words import TEXT_MAX, TEXTS_MAX, ReplyMail, chosen
from app.people import audit
from app.reading import objects
from app.reading.mailboxes import mailbox
from app.tables import Delivery, Organization
from app.text import has_controls, typed


async def read(organization: uuid.UUID) -> ReplyMail:
    return (await chosen(organization)).reply_mail


async def save(org: Organization, raw: Mapping[str, Any], *, by: str) -> ReplyMail:
    """Counts for replies from then on, and for those that wait: switched off, they are not mailed.
    Raises Invalid with every fault."""
    found = _clean(objects.read(raw, ReplyMail))
    emailers = {str(each.id) for each in await rows(org.id) if each.kind == "email"}
    brands = {str(each.id) for each in await all_now(org) if not each.is_first}
    if problems := list(_faults(found, emailers, brands)):
        raise Invalid(problems)
    said = tuple(each for each in found.texts if each.opening or each.signature)
    found = msgspec.structs.replace(found, texts=said)
    text = msgspec.json.encode(found).decode()
    async with database.transaction():
        now = (await lock(org.id)).now
        await Organization.update({Organization.reply_mail: text}).where(Organization.id == org.id)
        if not found.on:
            await cancel(Delivery.organization, org.id, only=[REPLY], reason="replies_off", now=now)
        await audit.record(org.id, by, "reply_mail.changed", org.id)
    return found


def _clean(said: ReplyMail) -> ReplyMail:
    texts = [
        msgspec.structs.replace(
            each, opening=typed(each.opening).strip(), signature=typed(each.signature).strip()
        )
        for each in said.texts
    ]
    return msgspec.structs.replace(
        said,
        answer_to=said.answer_to.strip(),
        texts=tuple(texts),
    )


def _faults(said: ReplyMail, emailers: set[str], brands: set[str]) -> Iterator[Problem]:
    if said.channel and said.channel not in emailers:
        yield Problem("/channel", "unknown_channel", "Choose one of your e-mail channels")
    if said.answer_to and mailbox(said.answer_to) is None:
        facts = {"address": said.answer_to[:100]}
        detail = "{address} is no e-mail address that we can use."
        yield Problem("/answer_to", "email", detail, facts)
    if len(said.texts) > TEXTS_MAX:
        limit = {"limit": str(TEXTS_MAX)}
        yield Problem("/texts", "too_long", "At most {limit} is allowed.", limit)
    seen: set[tuple[str, str]] = set()
    for place, each in enumerate(said.texts):
        at = objects.pointer("texts", place)
        if each.language not in LANGUAGES:
            known = {"known": ", ".join(LANGUAGES)}
            yield Problem(f"{at}/language", "not_a_choice", "Use {known}", known)
        if each.brand and each.brand not in brands:
            yield Problem(f"{at}/brand", "unknown_brand", "There is no such brand")
        if (each.brand, each.language) in seen:
            yield Problem(at, "twice", "This is listed twice")
        seen.add((each.brand, each.language))
        for name in ("opening", "signature"):
            yield from _text_faults(getattr(each, name), f"{at}/{name}")


def _text_faults(text: str, at: str) -> Iterator[Problem]:
    if has_controls(text):
        detail = "Control characters cannot be stored. Send it without them"
        yield Problem(at, "control_characters", detail)
    if len(text) > TEXT_MAX:
        limit = {"limit": str(TEXT_MAX)}
        yield Problem(at, "too_long", "Use at most {limit} characters", limit)
