"""Another address of one's own. A link goes to the new one, and a word to the old one, which can
stop it; nothing changes before who asked has opened the link, signed in, and said yes."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database, limits, secrets, settings
from app.catalogue import N_, say
from app.channels.sender import Letter
from app.deliveries.personal import letter
from app.errors import Invalid, Problem
from app.people import agents, audit, email_change, links, organizations, sessions
from app.people.actor import Actor
from app.people.agents import Place
from app.people.factors import remembered
from app.tables import Account, AccountLink, Agent

CONFIRM, OBJECT = "confirm", "object"
VALID = dt.timedelta(hours=24)
SAME = "This is your address already"
NO_WAY = "No e-mail channel is on, so no link can be sent"
NOT_TAKEN = (
    "The mail server did not take the mail, so nothing was begun. Look at the address, or ask an"
    " admin to test the e-mail channel"
)
TOO_OFTEN = "Asked for too often. Try again in an hour"
OTHER = "This link is for another account than the one that is signed in"

CONFIRM_SUBJECT = N_("Confirm your new address")
CONFIRM_ASKED = N_(
    "Somebody with an account at {organization} wants to sign in with this address. If it was you,"
    " open the link within 24 hours, sign in as before, and confirm:"
)
CONFIRM_LABEL = N_("Confirm the address")
CONFIRM_ELSE = N_("If it was not you, do nothing: without you nothing happens.")
OBJECT_SUBJECT = N_("Your address is to be changed")
OBJECT_ASKED = N_(
    "{new} is to become the address of your account at {organization}, with which you sign in. It"
    " does when somebody who is signed in as you confirms it. If it was not you, stop it:"
)
OBJECT_LABEL = N_("It was not me: stop it")
OBJECT_ELSE = N_("Somebody knows your password then. Choose another one at once.")
CHANGED_SUBJECT = N_("Your address was changed")
CHANGED = N_(
    "{new} is the address of your account at {organization} now. This one signs in no more, and is"
    " mailed nothing any more."
)
CHANGED_ELSE = N_(
    "If you do not know about it, tell an admin at once. Whoever runs the server gives you this"
    " address back: {command}"
)
COMMAND = "leavemsg admin change-email --email {new} --new {old}"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`old` is the address that the account has now."""

    id: uuid.UUID
    agent: uuid.UUID
    account: uuid.UUID
    old: str
    new: str
    expires_at: dt.datetime


ROW = (
    AccountLink.id,
    AccountLink.agent,
    AccountLink.agent.account.as_alias("account"),
    AccountLink.agent.email.as_alias("old"),
    AccountLink.email.as_alias("new"),
    AccountLink.expires_at,
)


async def waiting(account: uuid.UUID) -> Asked | None:
    """What waits to be confirmed."""
    theirs = (AccountLink.agent.account == account) & (AccountLink.purpose == CONFIRM)
    return await _one(theirs & links.unexpired())


async def found(code: str, purpose: str) -> Asked | None:
    """What a link is about; None when it does not work, for whatever reason."""
    return await _one(links.living(code, purpose) & AccountLink.agent.disabled_at.is_null())


async def _one(which: Combinable) -> Asked | None:
    return await database.row(Asked, AccountLink.select(*ROW).where(which))


async def ask(agent: Agent, new: str, current: str, place: Place, *, proven: bool) -> None:
    """Mails both addresses; what was asked before is over. `proven`: they have just shown otherwise
    who they are, and need no password. Raises Invalid at /email and /current, and TooMany."""
    address, problems = agents.address_of(new)
    if address == agent.email:
        problems = [Problem("/email", "same_email", SAME)]
    try:
        if not proven:
            await agents.prove(agent, current, place)
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from None
    # Who has an account is told only after the password.
    if not problems and await Account.exists().where(Account.email == address):
        problems = [agents.TAKEN]
    if problems:
        raise Invalid(problems)
    if not await letter.possible(agent.organization):
        raise Invalid.at("", "no_mail", NO_WAY)
    if not await _may_mail(agent, address):
        raise Invalid.at("/email", "too_often", TOO_OFTEN)
    await _mail(agent, address)


async def _may_mail(agent: Agent, address: str) -> bool:
    """By account, and by address, which may be a stranger's."""
    keys = (str(agent.account), address)
    return all([await limits.may_be_mailed(secrets.keyed_hash("own-email", key)) for key in keys])


async def _mail(agent: Agent, address: str) -> None:
    """Raises Invalid, and forgets it again, when no mail server takes the link."""
    by = Actor(by=agent.email, role=agent.role, agent=agent.id)
    async with database.transaction():
        await _end(agent.account)
        confirm, stop = [
            (
                await links.made(
                    agent.organization, by, VALID, purpose=purpose, agent=agent.id, email=address
                )
            )[0]
            for purpose in (CONFIRM, OBJECT)
        ]
        said = f"{agent.email} > {address}"
        await audit.record(agent.organization, by.by, "account.email_asked", agent.id, said)
    org, locale = await _spoken(agent)
    base, facts = settings.current().base_url, {"organization": org, "new": address}
    asked = Letter(
        subject=say(locale, CONFIRM_SUBJECT),
        paragraphs=(say(locale, CONFIRM_ASKED, facts), say(locale, CONFIRM_ELSE)),
        link=f"{base}/account/email/{confirm}",
        label=say(locale, CONFIRM_LABEL),
    )
    if not await letter.post(agent, asked, to=address):
        await _end(agent.account)
        raise Invalid.at("/email", "not_sent", NOT_TAKEN)
    told = Letter(
        subject=say(locale, OBJECT_SUBJECT),
        paragraphs=(say(locale, OBJECT_ASKED, facts), say(locale, OBJECT_ELSE)),
        link=f"{base}/address/{stop}",
        label=say(locale, OBJECT_LABEL),
    )
    letter.soon(agent, told)


async def confirm(code: str, me: Agent) -> str:
    """The new address. Raises Invalid at /code for a link that does not work or is another
    account's, and at /email when somebody has the address meanwhile."""
    async with database.transaction():
        asked = await found(code, CONFIRM)
        if asked is None:
            raise Invalid.at("/code", "link_over", links.OVER)
        if asked.account != me.account:
            raise Invalid.at("/code", "other_account", OTHER)
        [agent] = await Agent.objects().where(Agent.id == asked.agent)
        # It ends every link of the account, so this one works once.
        await email_change.change(asked.old, asked.new, by=me.name or me.email)
    org, locale = await _spoken(agent)
    command = COMMAND.format(new=asked.new, old=asked.old)
    told = Letter(
        subject=say(locale, CHANGED_SUBJECT),
        paragraphs=(
            say(locale, CHANGED, {"organization": org, "new": asked.new}),
            say(locale, CHANGED_ELSE, {"command": command}),
        ),
    )
    letter.soon(agent, told)
    return asked.new


async def object_to(code: str) -> None:
    """By the link that the old address got. Whoever asked knows the password, so every sign-in ends
    with it. Raises Invalid at /code."""
    async with database.transaction():
        asked = await found(code, OBJECT)
        if asked is None:
            raise Invalid.at("/code", "link_over", links.OVER)
        [agent] = await Agent.objects().where(Agent.id == asked.agent)
        await _end(asked.account)
        await sessions.end_all(asked.account)
        await remembered.end_all(asked.account)
        await _stopped(agent, asked)


async def withdraw(me: Agent) -> None:
    """By themselves. What is over already is not said."""
    async with database.transaction():
        asked = await waiting(me.account)
        if asked is not None:
            await _end(me.account)
            await _stopped(me, asked)


async def _stopped(agent: Agent, asked: Asked) -> None:
    await audit.record(
        agent.organization, agent.email, "account.email_stopped", agent.id, asked.new
    )


async def _end(account: uuid.UUID) -> None:
    for each in await Agent.select(Agent.id).where(Agent.account == account):
        about = AccountLink.purpose.is_in([CONFIRM, OBJECT])
        await AccountLink.delete().where(AccountLink.agent == each["id"], about)


async def _spoken(agent: Agent) -> tuple[str, str]:
    """The name of the organization, and the language in which they are written to."""
    org = await organizations.by_id(agent.organization)
    account = await Account.objects().where(Account.id == agent.account).first()
    return org.name, (account.locale if account else "") or org.locale
