"""Another address for an account, in every organization that it belongs to."""

from __future__ import annotations

from app import database
from app.database.away import Taken
from app.errors import Invalid
from app.people import agents, audit
from app.tables import Account, AccountLink, Agent


async def change(email: str, new: str, *, by: str) -> str:
    """The address as it is stored. The password and open sign-ins stay, links for a new password
    work no more. Raises Invalid at /email with every fault."""
    address, problems = agents.address_of(new)
    if problems:
        raise Invalid(problems)
    async with database.transaction():
        account = await Account.objects().where(Account.email == agents.account_of(email)).first()
        if account is None:
            raise Invalid.at("/email", "unknown_agent", "Nobody has this email")
        if address == account.email:
            return address
        if await Account.exists().where(Account.email == address):
            raise Invalid([agents.TAKEN])
        changed = Account.update({Account.email: address}).where(Account.id == account.id)
        try:
            await changed
        except Taken:
            # Since the look above.
            raise Invalid([agents.TAKEN]) from None
        await Agent.update({Agent.email: address}).where(Agent.account == account.id)
        for each in await Agent.objects().where(Agent.account == account.id):
            await AccountLink.delete().where(AccountLink.agent == each.id)
            said = f"{account.email} > {address}"
            await audit.record(each.organization, by, "account.email", each.id, said)
    return address
