"""Owing one agent a mail of their own. Each event owes it once, whatever dies: the rows are stored
with what happened."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from app import database
from app.channels.sender import ASSIGNED, MENTION
from app.database import columns
from app.deliveries.owe import Listener, Locked, insert, named, owe
from app.deliveries.owed import Owed
from app.deliveries.personal import statements
from app.deliveries.statements import TAKE_UP
from app.hours.at_work import begins
from app.tables import Agent, Delivery, Message, Organization

GRACE = dt.timedelta(seconds=30)
"""Time to take it back, and for all that is given at once to become one mail."""


class Given(msgspec.Struct, frozen=True):
    """Something that an agent is to be told, and the event that says it."""

    message: uuid.UUID
    agent: uuid.UUID
    event: uuid.UUID


class Way(Listener, kw_only=True):
    """The channel that mails agents."""

    name: str


class _Open(msgspec.Struct):
    id: uuid.UUID
    priority: str


class _Reminded(_Open):
    brand: uuid.UUID | None
    category: str
    channels: str | None
    snoozed_until: dt.datetime | None


Steps = Callable[[uuid.UUID | None, str, dt.datetime, str], Iterable[tuple[str, dt.datetime]]]
"""(purpose, when) of the reminders of a message of a brand and category that was given to somebody
then, and of a priority."""


class _Before(msgspec.Struct):
    message: uuid.UUID
    agent: uuid.UUID
    state: str
    reason: str


async def way(organization: uuid.UUID, confirms: uuid.UUID | None) -> Way | None:
    """The channel through which agents are mailed; None without an e-mail channel that is on.
    `confirms` is the one that confirms to visitors."""
    return await database.row(Way, statements.WAY, organization, True, confirms)


async def move(organization: uuid.UUID, channel: uuid.UUID) -> None:
    """What waits there for agents goes through another channel that mails them, if there is one.
    After the channel was switched off, in a transaction that holds the organization's lock."""
    asked = Organization.select(Organization.confirm_channel).where(Organization.id == organization)
    other = await way(organization, await database.value(uuid.UUID, asked))
    if other is not None:
        await database.execute(TAKE_UP, channel)
        await Delivery.update({Delivery.channel: other.id}).where(
            Delivery.channel == channel, Delivery.agent.is_not_null(), Delivery.state == "pending"
        )


async def owe_assigned(
    organization: uuid.UUID, org: Locked, given: Sequence[Given], *, back: bool = False
) -> None:
    """Tells agents what was given to them. `back`: by taking back what came after, which is news
    only for those who were not told before. Only inside a transaction that holds the organization's
    lock, as the next."""
    if not given:
        return
    these, ids = database.one_of(columns(Delivery.message), [each.message for each in given])
    sql = statements.GIVEN_BEFORE.replace("[these]", these)
    known = await database.rows(_Before, sql, ids)
    told = ("pending", "sending", "sent") if back else ("pending",)
    known_to = {(each.message, each.agent) for each in known if each.state in told}
    # Of what several rules do at once, the last counts.
    once = {(each.message, each.agent): each for each in given}
    news = [each for whom, each in once.items() if whom not in known_to]
    if back:
        lost = {(each.message, each.agent) for each in known if each.reason == "taken_back"}
        news = [each for each in news if (each.message, each.agent) in lost]
    await _owe(organization, org, ASSIGNED, news)


async def owe_reminders(
    organization: uuid.UUID, org: Locked, given: Sequence[Given], steps: Steps
) -> None:
    """Reminds those who are given something and do not begin; who had it before is not reminded
    any more. Of messages that nobody is told of, nobody is reminded."""
    these, ids = database.one_of(columns(Delivery.message), [each.message for each in given])
    forget = statements.FORGET_REMINDERS.replace("[these]", these)
    await database.execute(forget, org.now, ids)
    channel = await way(organization, org.confirm_channel) if given else None
    if channel is None:
        return
    willing = await _willing(organization, ASSIGNED, {each.agent for each in given})
    these, ids = database.one_of(columns(Message.id), [each.message for each in given])
    sql = statements.REMINDED.replace("[these]", these)
    found = {each.id: each for each in await database.rows(_Reminded, sql, organization, ids)}
    about = [
        (each, found[each.message])
        for each in given
        if each.agent in willing and each.message in found
    ]
    await insert(
        [
            _to(
                each,
                owe(
                    channel,
                    row.id,
                    begins(willing[each.agent], due),
                    purpose=purpose,
                    now=org.now,
                    priority=row.priority,
                ),
            )
            for each, row in about
            if named(row.channels) != []
            for purpose, due in steps(
                row.brand, row.category, row.snoozed_until or org.now, row.priority
            )
        ]
    )


async def owe_mentions(
    organization: uuid.UUID,
    org: Locked,
    called: Mapping[uuid.UUID, Sequence[str]],
    noted: Mapping[uuid.UUID, uuid.UUID],
    *,
    but: uuid.UUID | None,
) -> None:
    """Tells those who are `called`, by uid, in notes of these messages, `but` not who wrote them;
    `noted` are the events. After what the note's act cancels."""
    given = [
        Given(message, uuid.UUID(uid), noted[message])
        for message, each in called.items()
        for uid in each
        if uid != str(but)
    ]
    await _owe(organization, org, MENTION, given)


async def _owe(organization: uuid.UUID, org: Locked, purpose: str, given: Sequence[Given]) -> None:
    channel = await way(organization, org.confirm_channel) if given else None
    if channel is None:
        return
    willing = await _willing(organization, purpose, {each.agent for each in given})
    these, ids = database.one_of(columns(Message.id), [each.message for each in given])
    sql = statements.OPEN[purpose].replace("[these]", these)
    found = await database.rows(_Open, sql, organization, ids)
    priority = {each.id: each.priority for each in found}
    due = org.now + GRACE
    await insert(
        [
            _to(
                each,
                owe(
                    channel,
                    each.message,
                    begins(willing[each.agent], due),
                    purpose=purpose,
                    now=org.now,
                    priority=priority[each.message],
                ),
            )
            for each in given
            if each.agent in willing and each.message in priority
        ]
    )


def _to(given: Given, owed: Owed) -> Owed:
    return msgspec.structs.replace(owed, agent=given.agent, about=given.event)


class _Willing(msgspec.Struct):
    id: uuid.UUID
    hours: str


async def _willing(
    organization: uuid.UUID, purpose: str, agents: Iterable[uuid.UUID]
) -> dict[uuid.UUID, str]:
    """Those of them who work here and want such mail, with their working hours: outside of those a
    mail waits."""
    these, ids = database.one_of(columns(Agent.id), list(agents))
    sql = statements.WILLING[purpose].replace("[these]", these)
    found = await database.rows(_Willing, sql, organization, ids)
    return {each.id: each.hours for each in found}
