"""Adding and taking away second factors: by their owner, or by an admin when they are lost."""

from __future__ import annotations

import uuid

from app import database
from app.catalogue import N_, say
from app.channels.sender import Letter
from app.deliveries.personal import letter
from app.errors import Invalid, NotFound
from app.people import agents, audit, members, organizations, sessions
from app.people.actor import Actor
from app.people.audit.acts import WORDS
from app.people.factors import codes, held, passkeys, remembered, totp
from app.tables import Account, Agent

SUBJECT = N_("Your second factor was removed")
CHANGED_SUBJECT = N_("Your sign-in was changed")
CHANGED = N_("{organization}: {what}.")
REMOVED = N_(
    "{name} has removed your authenticator app, passkeys and recovery codes at {organization}. You"
    " sign in with your password alone until you set up a new second factor under My account."
)
ELSEWHERE = (
    "They belong to another organization, too, so its second factor is not yours to remove. Whoever"
    " runs the server can"
)
ELSE = N_("If you do not know about it, tell your admin at once and change your password.")
WRONG = N_(
    "This code is not right. Is the clock of the phone right? Type the code that it shows now"
)


async def confirm_app(agent: Agent, code: str, session: uuid.UUID) -> list[str]:
    """The app counts from now on. Recovery codes, if there were none before. Raises Invalid at
    /code."""
    async with database.transaction():
        await agents.hold(agent.account)
        before = await held.has(agent.account)
        if not await totp.confirm(agent.account, code):
            raise Invalid.at("/code", "wrong_code", WRONG)
        made = await _added(agent, "authenticator.added", session, first=not before)
    await _tell_of(agent, "authenticator.added")
    return made


async def add_passkey(agent: Agent, response: str, name: str, session: uuid.UUID) -> list[str]:
    """As `confirm_app`. Raises Invalid."""
    key = await passkeys.verified(agent.account, response, name, session)
    async with database.transaction():
        await agents.hold(agent.account)
        before = await held.has(agent.account)
        await passkeys.keep(key)
        made = await _added(agent, "passkey.added", session, first=not before)
    await _tell_of(agent, "passkey.added")
    return made


async def remove_app(agent: Agent) -> None:
    async with database.transaction():
        await agents.hold(agent.account)
        if not await totp.is_on(agent.account):
            return
        await totp.remove(agent.account)
        await _less(agent, "authenticator.removed")
    await _tell_of(agent, "authenticator.removed")


async def remove_passkey(agent: Agent, key: uuid.UUID) -> None:
    """Of their own; another's stays."""
    async with database.transaction():
        await agents.hold(agent.account)
        if all(each.id != key for each in await passkeys.of(agent.account)):
            return
        await passkeys.remove(agent.account, key)
        await _less(agent, "passkey.removed")
    await _tell_of(agent, "passkey.removed")


async def renew_codes(agent: Agent) -> list[str]:
    """Raises NotFound without a second factor that they stand in for."""
    async with database.transaction():
        # Of two at once the second ends what the first has made.
        await agents.hold(agent.account)
        if not await held.has(agent.account):
            raise NotFound
        made = await codes.renew(agent.account)
        await audit.record(agent.organization, agent.email, "recovery_codes.made", agent.id)
    return made


async def remove_all(organization: uuid.UUID, uid: object, *, by: Actor) -> None:
    """For a member who has lost theirs: also ends their sign-ins, and tells them by mail. Raises
    NotFound, also for whom they may not decide about, and Invalid for an account that another
    organization relies on, too."""
    found = await members.one(organization, uid)
    if not by.may_decide_about(found.id, found.role):
        raise NotFound
    if by.agent is not None and await agents.is_elsewhere(found.account, organization):
        raise Invalid.at("", "elsewhere", ELSEWHERE)
    [agent] = await Agent.objects().where(Agent.id == found.id)
    async with database.transaction():
        await agents.hold(agent.account)
        await totp.remove(agent.account)
        await passkeys.remove_all(agent.account)
        await codes.remove(agent.account)
        await remembered.end_all(agent.account)
        await sessions.end_all(agent.account)
        await audit.record(organization, by.by, "second_factor.removed", agent.id)
    await _tell(agent, SUBJECT, REMOVED, name=by.by)


async def _tell_of(agent: Agent, act: str) -> None:
    await _tell(agent, CHANGED_SUBJECT, CHANGED, act=act)


async def _tell(agent: Agent, subject: str, text: str, *, act: str = "", name: str = "") -> None:
    """By mail, in their language, if it can be sent."""
    org = await organizations.by_id(agent.organization)
    account = await Account.objects().where(Account.id == agent.account).first()
    locale = (account.locale if account else "") or org.locale
    what = say(locale, WORDS[act]) if act else ""
    said = say(locale, text, {"name": name, "organization": org.name, "what": what})
    paragraphs = (said, say(locale, ELSE))
    letter.soon(agent, Letter(subject=say(locale, subject), paragraphs=paragraphs))


async def _added(agent: Agent, action: str, session: uuid.UUID, *, first: bool) -> list[str]:
    await audit.record(agent.organization, agent.email, action, agent.id)
    await remembered.end_all(agent.account)
    if first:
        # They were begun with a password alone.
        await sessions.end_others(agent.account, session)
    if await codes.left(agent.account):
        return []
    return await renew_codes(agent)


async def _less(agent: Agent, action: str) -> None:
    await audit.record(agent.organization, agent.email, action, agent.id)
    await remembered.end_all(agent.account)
    if not await held.has(agent.account):
        await codes.remove(agent.account)
