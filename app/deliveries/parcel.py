"""From rows to what a sender carries."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app import database, settings
from app.channels import kinds
from app.channels.kinds import KINDS
from app.channels.sender import CONFIRM, Parcel, Sender
from app.channels.words import ENGLISH, remedy_of, words_in
from app.deliveries import confirm, flood
from app.deliveries.verdict import NOT_STARTED
from app.fields import Label
from app.notices.notice import Notice
from app.reading import emails, phones
from app.secrets import Unreadable, decrypt, encrypt

ADDITIONS = 3
"""As many of a visitor's additions as one notice tells."""
LISTED = 20
"""A digest names this many messages and counts the rest."""


PLACE = re.compile(r"\{(\w+)\}")


class Load(msgspec.Struct, kw_only=True):
    """What one dispatch carries, and how it is said."""

    dispatch: uuid.UUID
    locale: str
    timezone: str
    kind: str
    size: int = 1
    number: int = 1
    maybe_repeat: bool = False
    rendering: str = "normal"
    template: str = ""
    accepted: list[str] = []
    refused: list[str] = []


def context(channel: object) -> str:
    """Binds a channel's encrypted configuration to its row."""
    return f"channel:{channel}:config"


def seal(channel: object, sender: Sender) -> str:
    return encrypt(context(channel), kinds.encode(sender))


def sender_of(channel: dict[str, Any]) -> Sender:
    """Raises secrets.Unreadable when the secret key has changed."""
    return kinds.restore(decrypt(context(channel["id"]), channel["config"]))


def own(channel: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the settings of a kind that writes JSON say of its texts; others keep that in columns.

    Empty when the secret key has changed: whoever sends will say so.
    """
    if KINDS[channel["kind"]].writes == "json":
        with contextlib.suppress(Unreadable):
            found: dict[str, Any] = decrypt(context(channel["id"]), channel["config"])
            return found
    return {}


def template_of(
    channel: Mapping[str, Any], own: Mapping[str, Any], of_kinds: Mapping[str, str]
) -> str:
    """The channel's own, else the organization's for its kind; empty stands for the built-in."""
    mine = channel["template"] or own.get("body_template", "")
    return str(mine or of_kinds.get(channel["kind"], ""))


async def pack(load: Load, *, delivery: uuid.UUID | None = None) -> Parcel:
    """With `delivery`, what its dispatch would carry if it were planned now, alone."""
    rows = await _carried("d.id" if delivery else "d.dispatch", delivery or load.dispatch)
    if load.kind == CONFIRM:
        return await _confirming(load, rows)
    if load.kind == flood.PURPOSE:
        return await _flooding(load, rows)
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        earlier=await _earlier(load),
        kind=load.kind,  # type: ignore[arg-type]
        notices=tuple([await _notice(row, load.locale) for row in rows if row["message"]]),
        total=load.size,
        text=await _alert(rows, load.locale),
        maybe_repeat=load.maybe_repeat,
        neutral=load.rendering == "neutral",
        fallback=load.rendering == "fallback",
        locale=load.locale,
        timezone=load.timezone,
        template=load.template,
        inbox_link=f"{settings.current().base_url}/inbox",
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
    )


async def _earlier(load: Load) -> tuple[str, ...]:
    """A try that did not begin says nothing about the other side."""
    if load.number == 1:
        return ()
    rows = await database.fetch(
        "SELECT code FROM attempt WHERE dispatch = {} AND number < {} AND code <> {}"
        " ORDER BY number, id",
        load.dispatch,
        load.number,
        NOT_STARTED,
    )
    return tuple(row["code"] for row in rows)


async def _confirming(load: Load, rows: list[dict[str, Any]]) -> Parcel:
    """To the visitor, in the visitor's language."""
    (row,) = rows
    locale = confirm.language_of(row["language"], load.locale)
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        kind=CONFIRM,
        neutral=True,
        locale=locale,
        timezone=load.timezone,
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
        confirmation=await confirm.confirmation(row, locale),
    )


async def _flooding(load: Load, rows: list[dict[str, Any]]) -> Parcel:
    """How many were set aside, and where they are; nothing of what they say."""
    (row,) = rows
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        earlier=await _earlier(load),
        kind="flood",
        total=await flood.set_aside(row),
        maybe_repeat=load.maybe_repeat,
        fallback=load.rendering == "fallback",
        locale=load.locale,
        timezone=load.timezone,
        inbox_link=f"{settings.current().base_url}/inbox?status=spam",
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
    )


async def _carried(column: str, value: uuid.UUID) -> list[dict[str, Any]]:
    return await database.fetch(
        "SELECT d.message, d.purpose, d.about, d.due_at, m.* FROM delivery d"
        " LEFT JOIN message m ON m.id = d.message"
        f" WHERE {column} = {{}} ORDER BY d.rank, d.id LIMIT {LISTED}",
        value,
    )


async def _notice(row: dict[str, Any], locale: str) -> Notice:
    added = row["purpose"] == "more"
    if added:
        row["content"] = await _additions(row["message"])
    others = 0
    if row["purpose"] == "repeat":
        # Whoever said it again and left other contacts since is one more all the same.
        others = max(await _others(row["message"]), 1)
        if row["status"] == "spam":
            row = await _waiting_other(row)
    notice = notice_of(row, others=others, locale=locale)
    return msgspec.structs.replace(notice, added=added)


def notice_of(row: dict[str, Any], *, others: int = 0, locale: str) -> Notice:
    told = tuple(_told(row, locale))
    copied = ("reference", "name", "phone", "email", "ip", "content", "category", "source")
    return Notice(
        uid=str(row["id"]),
        created_at=row["created_at"],
        page_url=row["page_url"],
        fields=tuple((label, answer) for _, label, answer in told),
        keyed=tuple((key, answer) for key, _, answer in told),
        repeats=row["repeats"],
        others=others,
        link=f"{settings.current().base_url}/inbox/{row['id']}",
        **{name: row[name] for name in copied},
    )


def _told(row: Mapping[str, Any], locale: str) -> Iterator[tuple[str, str, str]]:
    """(key, label, answer) of what notices show, by the labels that it was asked with."""
    answers = msgspec.json.decode(row["fields"], type=dict[str, str])
    labels = msgspec.json.decode(row["labels"], type=dict[str, Label])
    for key, answer in answers.items():
        label = labels.get(key)
        if label is None:
            yield key, key, answer
        elif label.notice:
            yield key, label.text.said(locale), label.shown(answer, locale)


async def _additions(message: uuid.UUID) -> str:
    """What the visitor added after the message, the newest last."""
    rows = await database.fetch(
        "SELECT text FROM remark WHERE message = {} AND author = '' ORDER BY id DESC"
        f" LIMIT {ADDITIONS}",
        message,
    )
    return "\n".join(row["text"] for row in reversed(rows))


async def _waiting_other(first: dict[str, Any]) -> dict[str, Any]:
    """Who wrote the same and still waits, in place of a first that nobody should call."""
    rows = await database.fetch(
        "SELECT * FROM message WHERE repeat_of = {} AND status = 'pending' ORDER BY id LIMIT 1",
        first["message"],
    )
    return rows[0] if rows else first


async def _others(first: uuid.UUID) -> int:
    """How many other people said the same, by their contacts."""
    rows = await database.fetch(
        "SELECT DISTINCT r.phone, r.email, f.phone AS own_phone, f.email AS own_email"
        " FROM message r JOIN message f ON f.id = r.repeat_of"
        # A correction has been told on its own.
        " WHERE r.repeat_of = {} AND r.told_at IS NULL AND r.status <> 'spam'",
        first,
    )
    people = {
        (phones.keys(row["phone"]), emails.address(row["email"]).casefold())
        for row in rows
        if not phones.same(row["phone"], row["own_phone"])
        and not emails.same(row["email"], row["own_email"])
    }
    return len(people)


async def _alert(rows: list[dict[str, Any]], locale: str) -> str:
    """For an alert: what is wrong with which channel, and what to do about it."""
    about = next((row["about"] for row in rows if row["purpose"] == "alert"), None)
    if about is None:
        return ""
    found = await database.fetch(
        "SELECT kind, name, error_code, error, hint, facts FROM channel WHERE id = {}", about
    )
    if not found:
        return ""
    channel = found[0]
    name, code, said = channel["name"] or channel["kind"], channel["error_code"], channel["error"]
    return f"{name}: {code} {said}".strip() + f"\n{await _advice(about, channel, locale)}"


async def _advice(about: uuid.UUID, channel: Mapping[str, Any], locale: str) -> str:
    """The hint of the last trouble where notices speak its language, else what is always right."""
    words = words_in(locale)
    if channel["hint"] and words is ENGLISH:
        facts = msgspec.json.decode(channel["facts"], type=dict[str, Any])
        return PLACE.sub(lambda found: str(facts.get(found[1], found[0])), channel["hint"])
    last = await database.fetch(
        "SELECT outcome FROM attempt WHERE channel = {} AND outcome NOT IN ('', 'ok')"
        " ORDER BY started_at DESC, id DESC LIMIT 1",
        about,
    )
    return remedy_of(last[0]["outcome"] if last else "", words)
