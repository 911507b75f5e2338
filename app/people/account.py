"""What people change about themselves."""

from __future__ import annotations

import uuid

from app import database
from app.errors import Invalid, Problem
from app.hours.schedule import zones
from app.languages import LANGUAGES
from app.people import agents, audit, sessions
from app.people.agents import NAME_MAX, Place
from app.tables import Account, Agent
from app.text import clean_line


async def change(agent: Agent, *, name: str, locale: str, timezone: str) -> None:
    """The name is that of this organization, language and zone are theirs everywhere. An empty
    language is the browser's, an empty zone the organization's. Raises Invalid."""
    name = clean_line(name)
    if problems := [*_problems(name), *_choices(locale, timezone)]:
        raise Invalid(problems)
    chosen = Account.update({Account.locale: locale, Account.timezone: timezone})
    async with database.transaction():
        await Agent.update({Agent.name: name}).where(Agent.id == agent.id)
        await chosen.where(Account.id == agent.account)
        await audit.record(agent.organization, name, "account.changed", agent.id)


async def choose_mail(agent: Agent, *, assigned: bool, mentions: bool) -> None:
    """Whether they are mailed what is given to them, and what mentions them."""
    chosen = Agent.update({Agent.mail_assigned: assigned, Agent.mail_mentions: mentions})
    async with database.transaction():
        await chosen.where(Agent.id == agent.id)
        await audit.record(agent.organization, agent.name, "account.mail_chosen", agent.id)


def _problems(name: str) -> list[Problem]:
    if not name:
        return [Problem("/name", "required", "Enter a name")]
    if len(name) > NAME_MAX:
        limit = {"limit": str(NAME_MAX)}
        return [Problem("/name", "too_long", "Use at most {limit} characters", limit)]
    return []


def _choices(locale: str, timezone: str) -> list[Problem]:
    found = []
    if locale and locale not in LANGUAGES:
        found.append(Problem("/locale", "unknown_language", "Choose one of the languages"))
    if timezone and timezone not in zones():
        found.append(
            Problem("/timezone", "unknown_zone", "Choose a time zone like Asia/Shanghai or UTC")
        )
    return found


async def change_password(agent: Agent, current: str, new: str, place: Place) -> None:
    """Ends every sign-in of theirs, also this one. Raises Invalid at /current and /password, and
    TooMany."""
    problems = await agents.faults_of(agent, new)
    try:
        await agents.prove(agent, current, place)
    except Invalid as error:
        raise Invalid([*error.problems, *problems]) from None
    if problems:
        raise Invalid(problems)
    await agents.renew_password(agent, await agents.hashed(new))


async def end_session(agent: Agent, session: uuid.UUID) -> None:
    async with database.transaction():
        await sessions.end_one(agent.account, session)
        await audit.record(agent.organization, agent.email, "session.ended", agent.id)


async def end_other_sessions(agent: Agent, but: uuid.UUID) -> None:
    async with database.transaction():
        await sessions.end_others(agent.account, but)
        await audit.record(agent.organization, agent.email, "session.others_ended", agent.id)
