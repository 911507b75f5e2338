"""From rows to what a sender carries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from app import database, settings
from app.brands.stored import told_name
from app.catalogue import N_, say
from app.channels.sender import (
    ANNOUNCED,
    CONFIRM,
    EVENT,
    OF_ONE,
    REMINDER,
    REPLY,
    TO_VISITOR,
    Parcel,
)
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import hidden
from app.deliveries import announce, confirm, did, flood, statements
from app.deliveries.carried import carried
from app.deliveries.personal import reader
from app.deliveries.planned import Load, Planned, shown
from app.deliveries.rows import NOTICED, Carried, Noticed
from app.deliveries.verdict import NOT_STARTED
from app.feed.sent import happened
from app.fields.shape import Label
from app.languages import accepted, said
from app.mail import written
from app.notices.disclosed import disclosed
from app.notices.notice import Notice, Tap
from app.people import homes
from app.reading import emails, wechats
from app.rota.calling import Person, called
from app.signed import tap
from app.tables import Attempt, Channel, Delivery, Message, Remark

ADDITIONS = 3
"""How many of a visitor's additions one notice shows."""
DID = {
    "corrected": N_("The visitor corrected how to reach them."),
    "withdrawn": N_("The visitor has withdrawn this message."),
    "erasure_asked": N_("The visitor asks to have this message erased."),
    "resumed": N_("The visitor took the withdrawal back."),
}
"""What visitors do with their message, as notices say it."""

ALERT = "alert"
# What to do about a channel that fails in this way.
REMEDIES = {
    "gone": N_(
        "The channel is off: its robot or address no longer exists. "
        "Enter a new address in the console, or switch the channel on again."
    ),
    "permanent_config": N_(
        "The channel's settings are wrong, so it pauses. "
        "Open it in the console, mend what is said there, and test it."
    ),
}
FAILING = N_(
    "Several sends failed; it is tried again by itself. "
    "If that goes on, see the reason in the console."
)


async def pack(load: Load, *, delivery: uuid.UUID | None = None) -> Parcel:
    """With `delivery`, what its dispatch would carry if it were planned now, alone."""
    rows = await carried(load, delivery)
    if load.kind in TO_VISITOR:
        return await _to_visitor(load, rows)
    if load.kind == flood.PURPOSE:
        return await _flooding(load, rows)
    if load.kind in ANNOUNCED:
        return await _announcing(load, delivery)
    if load.kind == EVENT:
        told = await happened(load.dispatch, delivery)
        return Parcel(id=str(load.dispatch), kind="event", attempt=load.number, event=told)
    if load.agent is not None:
        return await _to_one(load, load.agent, rows)
    return await _parcel(load, rows, delivery)


async def _to_one(load: Load, agent: uuid.UUID, rows: list[Carried]) -> Parcel:
    """To an agent alone, in their language and zone."""
    who = await reader.reader(agent, load.locale, load.timezone)
    told = msgspec.structs.replace(load, locale=who.locale, timezone=who.timezone)
    masks = who.masks or sight.masks() or load.shows == "masked"
    with sight.through(sight.Sight(masks=masks, who=str(agent))):
        parcel = await _parcel(told, rows, None)
        notices = await reader.said(rows, parcel.notices, who.locale)
    return msgspec.structs.replace(
        parcel,
        notices=tuple([disclosed(each, load.shows, who.locale) for each in notices]),
        to=who.to,
        choice_link=who.choice_link,
        inbox_link=await homes.address(
            load.organization, reader.tab([row.purpose for row in rows])
        ),
    )


async def _parcel(load: Load, rows: list[Carried], delivery: uuid.UUID | None) -> Parcel:
    people = await _called(load, rows)
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        earlier=await _earlier(load),
        kind=load.kind,  # type: ignore[arg-type]
        notices=tuple([await _notice(row, load) for row in rows]),
        total=load.size,
        text=await _alert(load, delivery) if load.kind == ALERT else "",
        maybe_repeat=load.maybe_repeat,
        neutral=load.rendering == "neutral",
        fallback=load.rendering == "fallback",
        locale=load.locale,
        timezone=load.timezone,
        template=load.template,
        inbox_link=await homes.address(load.organization, "/inbox"),
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
        called=tuple(each.handles for each in people),
        on_duty=tuple(each.uid for each in people),
    )


async def _called(load: Load, rows: list[Carried]) -> tuple[Person, ...]:
    """Nobody in a softer form: what was refused may have been refused for a name."""
    if load.agent is not None or load.rendering != "normal" or not load.calls:
        return ()
    return await called(rows)


async def _earlier(load: Load) -> tuple[str, ...]:
    """The codes of earlier tries. One that never began says nothing about the receiver, so is left
    out."""
    if load.number == 1:
        return ()
    sql = statements.EARLIER_CODES
    return tuple(await database.values(str, sql, load.dispatch, load.number, NOT_STARTED))


async def _to_visitor(load: Load, rows: list[Carried]) -> Parcel:
    """To the visitor, in the visitor's language."""
    (row,) = rows
    locale = accepted(row.language) or load.locale
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        kind=load.kind,  # type: ignore[arg-type]
        neutral=True,
        locale=locale,
        timezone=load.timezone,
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
        confirmation=await confirm.confirmation(row, locale) if load.kind == CONFIRM else None,
        reply=await written.reply(row, locale) if load.kind == REPLY else None,
    )


async def _flooding(load: Load, rows: list[Carried]) -> Parcel:
    """How many messages were set aside, and a link; nothing of their contents."""
    (row,) = rows
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        earlier=await _earlier(load),
        kind="flood",
        total=await flood.set_aside(row.organization, row.id, row.due_at),
        maybe_repeat=load.maybe_repeat,
        fallback=load.rendering == "fallback",
        locale=load.locale,
        timezone=load.timezone,
        inbox_link=await homes.address(load.organization, "/inbox?status=spam"),
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
    )


async def _announcing(load: Load, delivery: uuid.UUID | None) -> Parcel:
    """As it was written."""
    column = Delivery.id if delivery else Delivery.dispatch
    query = Delivery.select(Delivery.about).where(column == (delivery or load.dispatch))
    said, link = await announce.written(await database.value(uuid.UUID, query))
    return Parcel(
        id=str(load.dispatch),
        attempt=load.number,
        earlier=await _earlier(load),
        kind=load.kind,  # type: ignore[arg-type]
        announcement=said,
        maybe_repeat=load.maybe_repeat,
        fallback=load.rendering == "fallback",
        locale=load.locale,
        timezone=load.timezone,
        inbox_link=link,
        accepted=frozenset(load.accepted),
        refused=frozenset(load.refused),
    )


async def _notice(row: Carried, load: Load) -> Notice:
    said: Noticed = row
    done = ""
    if row.purpose == "more":
        done = (await did.last([row.id], ("added", *DID))).get(row.id, "added")
        said.content = await _news(row.id, done, load.locale)
    others = 0
    if row.purpose == "repeat":
        # A person who wrote again with other contacts counts once more all the same.
        others = max(await _others(row.id), 1)
        if row.status == "spam":
            said = await _waiting_other(row)
    notice = notice_of(said, others=others, locale=load.locale, shows=load.shows)
    return msgspec.structs.replace(
        disclosed(notice, load.shows, load.locale),
        added=row.purpose == "more",
        did=done,
        reminded=shown(row.purpose) == REMINDER,
        taps=_taps(load, row.id),
        brand=await told_name(row.organization, row.brand),
    )


def _taps(load: Load, message: uuid.UUID) -> tuple[Tap, ...]:
    """None in what is about no message that waits for an act."""
    if load.kind not in (*OF_ONE, "digest"):
        return ()
    if not isinstance(load, Planned):
        return tap.unsaid(load.locale) if load.one_tap else ()
    channel = load.channel
    if not channel.one_tap:
        return ()
    return tap.links(channel.id, message, channel.tap_series, load.locale)


def notice_of(row: Noticed, *, others: int = 0, locale: str, shows: str = "all") -> Notice:
    """For a channel that `shows` so much of it; who reads it may see less."""
    if masks := sight.masks() or shows == "masked":
        row = contact_rows.noticed(row)
    told = tuple(_told(row, locale))
    return Notice(
        uid=str(row.id),
        created_at=row.created_at,
        reference=row.reference,
        name=row.name,
        phone=row.phone,
        email=row.email,
        wechat=row.wechat,
        ip=row.ip,
        content=row.content,
        category=row.category,
        source=row.source,
        page_url=row.page_url,
        fields=(
            *((each.label, each.value) for each in told if not each.is_contact),
            *_sent_along(row.files, locale),
        ),
        keyed=tuple((name, each.value) for each in told for name in each.names),
        repeats=row.repeats,
        others=others,
        link=f"{settings.current().base_url}/inbox/{row.id}",
        priority=row.priority,
        shows="masked" if masks else "all",
    )


def _sent_along(files: int, locale: str) -> Iterator[tuple[str, str]]:
    """How many there are. They are shown to who signs in, and never leave otherwise."""
    if files:
        yield say(locale, N_("Pictures and files")), str(files)


class _Answer(msgspec.Struct, frozen=True):
    """`is_contact`: it is the message's WeChat id, which notices name among the contacts."""

    key: str
    label: str
    value: str
    is_contact: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """By which a template finds it that does not find it among the fields."""
        return (self.label, self.key) if self.is_contact else (self.key,)


def _told(row: Noticed, locale: str) -> Iterator[_Answer]:
    """The fields that notices show, with the labels of that form."""
    answers = msgspec.json.decode(row.fields, type=dict[str, str])
    labels = msgspec.json.decode(row.labels, type=dict[str, Label])
    for key, answer in answers.items():
        label = labels.get(key)
        if label is None:
            yield _Answer(key, key, answer)
        elif label.notice:
            is_contact = label.kind == "wechat" and answer == row.wechat
            shown = label.shown(answer, locale)
            yield _Answer(key, said(label.text, locale), shown, is_contact)


async def _news(message: uuid.UUID, done: str, locale: str) -> str:
    """What the visitor did last, unless that was to add something, and what they have added."""
    said = say(locale, DID.get(done, ""))
    return "\n".join(filter(None, (said, await _additions(message))))


async def _additions(message: uuid.UUID) -> str:
    """What the visitor added after the message, the newest last."""
    query = Remark.select(Remark.text).where(Remark.message == message, Remark.author == "")
    query = query.order_by(Remark.id, ascending=False).limit(ADDITIONS)
    return "\n".join(reversed(await database.values(str, query)))


async def _waiting_other(first: Carried) -> Noticed:
    """The first repeat that still waits for an answer, in place of a handled first message."""
    query = Message.select(*NOTICED).order_by(Message.id).limit(1)
    query = query.where(Message.repeat_of == first.id, Message.status == "pending")
    return await database.row(Noticed, query) or first


class _Person(msgspec.Struct):
    phone: str
    email: str
    wechat: str
    own_phone: str
    own_email: str
    own_wechat: str


async def _others(first: uuid.UUID) -> int:
    """How many other people said the same, by their contacts."""
    found = await database.rows(_Person, statements.OTHER_PEOPLE, first)
    people = {
        (wechats.with_phone(each.phone, each.wechat), emails.address(each.email).casefold())
        for each in found
        if not wechats.with_phone(each.phone, each.wechat)
        & wechats.with_phone(each.own_phone, each.own_wechat)
        and not emails.same(each.email, each.own_email)
    }
    return len(people)


class _Broken(msgspec.Struct):
    id: uuid.UUID
    kind: str
    name: str
    error_code: str
    error: str
    hint: str
    facts: str


_BROKEN = (
    Channel.id,
    Channel.kind,
    Channel.name,
    Channel.error_code,
    Channel.error,
    Channel.hint,
    Channel.facts,
)


async def _alert(load: Load, delivery: uuid.UUID | None) -> str:
    """What is wrong with which channel, and what to do about it."""
    column = Delivery.id if delivery else Delivery.dispatch
    query = Delivery.select(Delivery.about).where(column == (delivery or load.dispatch))
    about = await database.value(uuid.UUID, query)
    broken = Channel.select(*_BROKEN).where(Channel.id == about)
    channel = await database.row(_Broken, broken)
    if channel is None:
        return ""
    # A mail server may repeat whom it would not take.
    error = channel.error if load.shows == "all" else hidden(channel.error)
    said = f"{channel.name or channel.kind}: {channel.error_code} {error}".strip()
    return f"{said}\n{await _advice(channel, load.locale)}"


async def _advice(channel: _Broken, locale: str) -> str:
    """The hint of the last trouble, else what is always right."""
    if channel.hint:
        facts = msgspec.json.decode(channel.facts, type=dict[str, Any])
        return say(locale, channel.hint, facts)
    query = Attempt.select(Attempt.outcome).order_by(Attempt.started_at, ascending=False)
    query = query.order_by(Attempt.id, ascending=False).limit(1)
    query = query.where(Attempt.channel == channel.id, Attempt.outcome.not_in(["", "ok"]))
    return say(locale, REMEDIES.get(await database.value(str, query) or "", FAILING))
