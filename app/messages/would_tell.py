"""Who would be told of a message, real or imagined: it is left and planned as any other, and then
all of it is undone. So what is said here is what happens, and nothing is stored."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from app import database
from app.blocks.match import Caught
from app.channels.sender import CONFIRM, REMINDER
from app.deliveries import detail
from app.deliveries.detail import Detail
from app.deliveries.flood import PURPOSE as FLOOD
from app.deliveries.personal import owe as personal
from app.deliveries.plan import Planner
from app.deliveries.rows import ChannelRow
from app.deliveries.sealed import own, template_of
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.fields.shape import Consent, Label
from app.messages import spam_check
from app.messages.events import Happened
from app.messages.leave import Ledger
from app.messages.stored import STORED, Stored
from app.messages.submission import Submission, Visit, submitted
from app.people import colleagues
from app.reading import uids
from app.tables import Delivery, Dispatch, Message, Organization, new_id

SOMEWHERE = "192.0.2.1"
"""The address of an imagined visitor, from which nothing comes."""
FORM_SIGNS = frozenset({"trap", "fast"})
"""Why a form sets a message aside by how it was filled in, which its text does not show."""
AHEAD_MAX = dt.timedelta(days=366)
Repeated = Literal["", "visitor", "other"]


class Imagined(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and when it would come; without `at`, now. `repeated`: the same was told just
    before, by the same visitor or another. `real` is the message that it is made of, which counts
    as if it had never come; `spam` why that was set aside. A program's is not judged for spam."""

    answers: Answers
    visit: Visit
    at: dt.datetime | None = None
    repeated: Repeated = ""
    real: uuid.UUID | None = None
    spam: str = ""
    by_program: bool = False


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """A channel, with what it is owed of the message. `why_not` is empty where it is told."""

    channel: ChannelRow
    template: Literal["own", "kind", "built_in"]
    told: list[Detail]
    why_not: Literal["", "off", "untested", "spam", "rule", "urgent", "repeat", "other"] = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An agent whom the message would be given. `why_not` is empty where they are mailed, else
    "no_way" (no e-mail channel is on) or "unwilling"."""

    uid: str
    name: str
    told: list[Detail]
    why_not: Literal["", "no_way", "unwilling"] = ""


class WouldTell(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is as of the message, with its `spam` reason; `category`, `priority` and `assignee`
    are after the `rules` that mean it, which are here with what they do. `visitor` is the
    confirmation that goes to them."""

    now: dt.datetime
    status: Literal["pending", "repeat", "spam"]
    category: str
    priority: str
    assignee: str
    spam: str
    block: Caught | None
    first: str
    rules: list[tuple[str, Happened]]
    channels: list[Listening]
    people: list[Person]
    visitor: list[Detail]

    @property
    def deciding(self) -> str:
        """The rule that says which channels are told; empty when none does."""
        return next((name for name, did in reversed(self.rules) if "channels" in did.now), "")


class _Undone(Exception):
    """Takes everything back."""


async def would_tell(org: Organization, imagined: Imagined) -> WouldTell:
    """Raises Invalid at /at."""
    now = await database.now()
    if imagined.at is not None and not now <= imagined.at <= now + AHEAD_MAX:
        raise Invalid.at("/at", "out_of_range", "Choose a time to come, within a year")
    try:
        return await _undone(org, imagined, passing_over=False)
    except database.Taken:
        return await _undone(org, imagined, passing_over=True)


async def imagined_of(organization: uuid.UUID, uid: str) -> Imagined:
    """A message that came, as it was left. Raises NotFound."""
    query = Message.select(*STORED)
    query = query.where(Message.organization == organization, Message.id == uids.uid(uid))
    row = await database.row(Stored, query)
    if row is None:
        raise NotFound
    decode = msgspec.json.decode
    answers = Answers(
        content=row.content,
        name=row.name,
        phone=row.phone,
        email=row.email,
        wechat=row.wechat,
        category=row.chosen,
        fields=decode(row.fields, type=dict[str, str]),
        labels=decode(row.labels, type=dict[str, Label]),
        consents=tuple(decode(row.consents, type=list[Consent])),
        form_version=row.form_version,
    )
    visit = Visit(
        ip=row.ip,
        user_agent=row.user_agent,
        language=row.language,
        page_url=row.page_url,
        referrer=row.referrer,
        source=row.source,
        external_id=row.external_id,
        brand=row.brand,
    )
    spam = row.spam_reason if row.spam_reason in FORM_SIGNS else ""
    return Imagined(answers=answers, visit=visit, real=row.id, spam=spam)


async def _undone(org: Organization, imagined: Imagined, *, passing_over: bool) -> WouldTell:
    found: WouldTell | None = None
    with contextlib.suppress(_Undone):
        async with database.transaction():
            if imagined.real:
                await _hide(imagined.real)
            submission = await _submission(org, imagined)
            ledger = Ledger(org.id, passing_over=passing_over, at=imagined.at)
            row = await _leave(ledger, submission, imagined.repeated)
            if imagined.at is not None:
                await _rest(org.id, row)
            planner = Planner(org.id, at=imagined.at)
            await planner.run()
            if not planner.channels:
                await planner.look_around()
            found = await _read(org, row, ledger, planner, submission.block)
            raise _Undone
    assert found is not None
    return found


async def _hide(message: uuid.UUID) -> None:
    """As if it, and what repeats it, had never come."""
    theirs = (Message.id == message) | (Message.repeat_of == message)
    await Message.update({Message.fingerprint: ""}).where(theirs)
    await Delivery.delete().where(Delivery.message == message)


async def _submission(org: Organization, imagined: Imagined) -> Submission:
    answers, visit, spam = imagined.answers, imagined.visit, imagined.spam
    # A program's address is not the visitor's.
    ip = "" if imagined.by_program else visit.ip
    block = await spam_check.blocked(org, answers, ip, at=imagined.at)
    if not block and not spam and not imagined.by_program:
        ip = visit.ip or SOMEWHERE
        spam = await spam_check.reason(org, answers, ip, visit.brand, count=False)
    return submitted(org, answers, visit, str(new_id()), spam=spam, block=block)


async def _leave(ledger: Ledger, submission: Submission, repeated: Repeated) -> Stored:
    """Its row, after the same was told just before, if wanted."""
    submissions = [submission]
    if repeated:
        submissions.insert(0, _before(submission, repeated))
    await ledger.open(submissions)
    for each in submissions:
        ledger.enter(each)
    row = ledger.by_id[submission.id]
    await ledger.write()
    if repeated:
        first = ledger.by_id[submissions[0].id].id
        told = Delivery.message.is_in([first]) & (Delivery.purpose != "repeat")
        await Delivery.delete().where(told)
    return row


def _before(submission: Submission, repeated: Repeated) -> Submission:
    """The same text, told a moment ago."""
    answers, visit = submission.answers, submission.visit
    if repeated == "other":
        answers = replace(answers, name="", phone="", email="", wechat="")
        visit = replace(visit, ip="", external_id="")
    return Submission(str(new_id()), answers, visit, submission.fingerprint, "")


async def _rest(organization: uuid.UUID, row: Stored) -> None:
    """At another time, what waits now has gone."""
    others = (Delivery.organization == organization) & (Delivery.state == "pending")
    await Delivery.update({Delivery.state: "cancelled"}).where(
        others, Delivery.message.is_null() | Delivery.message.not_in(_about(row))
    )
    await Dispatch.update({Dispatch.state: "cancelled"}).where(
        Dispatch.organization == organization, Dispatch.state.is_in(["sending", "retry"])
    )


def _about(row: Stored) -> list[uuid.UUID]:
    return [row.id, row.repeat_of] if row.repeat_of else [row.id]


async def _read(
    org: Organization, row: Stored, ledger: Ledger, planner: Planner, block: Caught | None
) -> WouldTell:
    owed = await owed_of(org.id, row)
    team = [each for each in owed if each.delivery.agent is None]
    rules = [
        (name, each)
        for name, happened in ledger.story.items()
        for each in happened
        if each.message == row.id
    ]
    return WouldTell(
        now=ledger.now,
        status=_status(row),
        category=row.category,
        priority=row.priority,
        assignee=str(row.assignee or ""),
        spam=row.spam_reason,
        block=block,
        first=row.shown_reference if row.repeat_of else "",
        rules=rules,
        channels=_channels(row, planner, team),
        people=await _people(org.id, row, owed),
        visitor=[each for each in team if each.delivery.purpose == CONFIRM],
    )


def _status(row: Stored) -> Literal["pending", "repeat", "spam"]:
    if row.spam_reason:
        return "spam"
    return "repeat" if row.repeat_of else "pending"


def _channels(row: Stored, planner: Planner, owed: Sequence[Detail]) -> list[Listening]:
    found = []
    for channel in planner.channels.values():
        if channel.archived_at is not None:
            continue
        told = [
            each
            for each in owed
            if each.delivery.channel_uid == str(channel.id) and each.delivery.purpose != CONFIRM
        ]
        is_told = any(each.delivery.purpose != REMINDER for each in told)
        found.append(
            Listening(
                channel=channel,
                template=_template(channel, planner.templates),
                told=told,
                why_not="" if is_told else _why_not(channel, row),
            )
        )
    return sorted(found, key=lambda each: each.channel.position)


def _why_not(
    channel: ChannelRow, row: Stored
) -> Literal["off", "untested", "spam", "rule", "urgent", "repeat", "other"]:
    if not channel.enabled:
        return "untested" if channel.on_when_tested else "off"
    if row.spam_reason:
        return "spam"
    if row.channels is not None and str(channel.id) not in row.channels:
        return "rule"
    if channel.only_high and row.priority != "high":
        return "urgent"
    return "repeat" if row.repeat_of else "other"


def _template(
    channel: ChannelRow, of_kinds: Mapping[str, str]
) -> Literal["own", "kind", "built_in"]:
    if template_of(channel, own(channel), {}):
        return "own"
    return "kind" if of_kinds.get(channel.kind) else "built_in"


async def owed_of(organization: uuid.UUID, row: Stored) -> list[Detail]:
    """What is owed of it, the first due first."""
    repeat = Delivery.message.is_in(_about(row)) & (Delivery.purpose == "repeat")
    mine = (Delivery.message == row.id) | repeat
    if row.spam_reason == FLOOD:
        mine = mine | ((Delivery.purpose == FLOOD) & (Delivery.state == "pending"))
    query = Delivery.select(Delivery.id).where(Delivery.organization == organization, mine)
    query = query.order_by(Delivery.due_at, Delivery.id)
    return [
        await detail.one(organization, str(uid)) for uid in await database.values(uuid.UUID, query)
    ]


async def _people(organization: uuid.UUID, row: Stored, owed: Sequence[Detail]) -> list[Person]:
    """Those who are mailed, and whoever is given it and is not."""
    uids_of = [each.delivery.agent for each in owed if each.delivery.agent]
    if row.assignee:
        uids_of.append(str(row.assignee))
    names = {each.uid: each.name for each in await colleagues.of(organization)} if uids_of else {}
    found = []
    for uid in dict.fromkeys(uids_of):
        told = [each for each in owed if each.delivery.agent == uid]
        why = "" if told else await _unmailed(organization)
        found.append(Person(uid=uid, name=names.get(uid, ""), told=told, why_not=why))
    return found


async def _unmailed(organization: uuid.UUID) -> Literal["no_way", "unwilling"]:
    asked = Organization.select(Organization.confirm_channel).where(Organization.id == organization)
    confirms = await database.value(uuid.UUID, asked)
    return "unwilling" if await personal.way(organization, confirms) else "no_way"
