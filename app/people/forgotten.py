"""Who has lost their password asks for a link by mail.

The answer is the same for everybody and comes at once: whether an address has an account is found
out behind it, so neither words nor time tell.
"""

from __future__ import annotations

import asyncio
import contextlib

from app import limits, secrets
from app.catalogue import N_, say
from app.channels.sender import Letter
from app.deliveries.personal import letter
from app.errors import Unavailable
from app.people import account_links, agents, organizations, sign_in_policy
from app.tables import Agent, Channel, Organization

SUBJECT = N_("A link for a new password")
ASKED = N_(
    "Somebody asked for a new password for your account at {organization}. If it was you, choose"
    " one within 30 minutes:"
)
LABEL = N_("Choose a new password")
ELSE = N_(
    "If it was not you, do nothing: your password stays as it is, and the link alone does not sign"
    " anybody in who has a second factor."
)
WAITING_MAX = 100
_looking: set[asyncio.Task[None]] = set()


async def is_offered() -> bool:
    """Whether anybody at all can get a link by mail."""
    query = Channel.select(Channel.organization).where(
        Channel.kind == "email", Channel.enabled.eq(True), Channel.archived_at.is_null()
    )
    having = list({row["organization"] for row in await query})
    if not having:
        return False
    found = await Organization.objects().where(Organization.id.is_in(having))
    return any(sign_in_policy.of(each).mail_reset for each in found)


async def ask(email: str, address: str) -> None:
    """Counts, and looks in the background. Raises TooMany, by the address that asks only."""
    await limits.allow_forgotten(address)
    if len(_looking) < WAITING_MAX:
        _looking.add(task := asyncio.create_task(_look(agents.account_of(email))))
        task.add_done_callback(_looking.discard)


async def looked() -> None:
    """Waits until everything asked so far is done."""
    await asyncio.gather(*_looking)


async def _look(email: str) -> None:
    with contextlib.suppress(Unavailable):
        for agent in await agents.at(email):
            org = await organizations.by_id(agent.organization)
            if sign_in_policy.of(org).mail_reset and await letter.possible(org.id):
                await _mail(agent, org)


async def _mail(agent: Agent, org: Organization) -> None:
    """Not for who belongs to others, too: whoever runs the mail server could read the link, and
    their password opens more than this organization."""
    if await agents.is_elsewhere(agent.account, org.id):
        return
    if await limits.may_be_mailed(secrets.keyed_hash("forgotten", agent.email)):
        link = await account_links.mailed(agent)
        await letter.post(agent, _letter(org.locale, org, link))


def _letter(locale: str, org: Organization, link: str) -> Letter:
    return Letter(
        subject=say(locale, SUBJECT),
        paragraphs=(say(locale, ASKED, {"organization": org.name}), say(locale, ELSE)),
        link=link,
        label=say(locale, LABEL),
    )
