"""Who somebody is at a provider, linked to their account."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Protocol

import msgspec

from app import database
from app.errors import Invalid, NotFound
from app.people import audit
from app.reading import uids
from app.single_sign_on.shape import SUBJECT, Config, Person, Provider
from app.tables import LinkedIdentity
from app.text import clean_line

LABEL_MAX = 254
MOST = 10
TAKEN = "This identity is linked to another account already"


class Holder(Protocol):
    """A member, in any form."""

    @property
    def id(self) -> uuid.UUID: ...

    @property
    def account(self) -> uuid.UUID: ...


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """`label`: an address or a name, by which people recognise it. `own`: linked by whoever holds
    the account."""

    id: uuid.UUID
    provider: uuid.UUID
    account: uuid.UUID
    subject: str
    label: str
    own: bool
    created_at: dt.datetime
    used_at: dt.datetime | None


ROW = (
    LinkedIdentity.id,
    LinkedIdentity.provider,
    LinkedIdentity.account,
    LinkedIdentity.subject,
    LinkedIdentity.label,
    LinkedIdentity.own,
    LinkedIdentity.created_at,
    LinkedIdentity.used_at,
)


def realm(config: Config) -> str:
    """A mark of who vouches for a subject. With another issuer, other endpoints or another
    organization at the platform, the same subject is somebody else."""
    parts = [config.kind, config.issuer]
    if config.kind == "openid":
        parts += [config.authorization_endpoint, config.token_endpoint, config.jwks_uri]
    elif config.kind == "wecom":
        parts.append(config.client_id)
    elif config.kind == "dingtalk":
        parts.append(config.agent)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


async def find(provider: Provider, subject: str) -> Identity | None:
    query = LinkedIdentity.select(*ROW).where(
        LinkedIdentity.provider == provider.uid,
        LinkedIdentity.realm == realm(provider.config),
        LinkedIdentity.subject == subject,
    )
    return await database.row(Identity, query)


async def of(organization: uuid.UUID, account: uuid.UUID) -> list[Identity]:
    """Those at providers of this organization, in the order in which they were linked."""
    query = LinkedIdentity.select(*ROW).where(
        LinkedIdentity.organization == organization, LinkedIdentity.account == account
    )
    return await database.rows(Identity, query.order_by(LinkedIdentity.id))


async def link(
    organization: uuid.UUID,
    provider: uuid.UUID,
    config: Config,
    person: Person,
    agent: Holder,
    *,
    own: bool,
    by: str,
) -> Identity:
    """Raises Invalid at /subject when it is somebody else's, or they have too many. One that is
    theirs already becomes their own."""
    subject = person.subject.strip()
    if not SUBJECT.fullmatch(subject):
        raise Invalid.at("/subject", "required", "Enter the id of the member at the platform")
    if len(await of(organization, agent.account)) >= MOST:
        raise Invalid.at("/subject", "too_many", "There are enough identities. Remove one first")
    row = LinkedIdentity(
        {
            LinkedIdentity.organization: organization,
            LinkedIdentity.provider: provider,
            LinkedIdentity.account: agent.account,
            LinkedIdentity.realm: realm(config),
            LinkedIdentity.subject: subject,
            LinkedIdentity.label: clean_line(person.email or person.name)[:LABEL_MAX],
            LinkedIdentity.own: own,
        }
    )
    once = (LinkedIdentity.provider, LinkedIdentity.realm, LinkedIdentity.subject)
    async with database.transaction():
        made = await LinkedIdentity.insert(row).on_conflict(target=once, action="DO NOTHING")
        found = await _same(row)
        if found.account != agent.account:
            raise Invalid.at("/subject", "identity_taken", TAKEN)
        if own and not found.own:
            await LinkedIdentity.update(
                {LinkedIdentity.own: True, LinkedIdentity.label: row.label}
            ).where(LinkedIdentity.id == found.id)
        if made or (own and not found.own):
            await audit.record(organization, by, "identity.linked", agent.id, config.name)
    return found


async def _same(row: LinkedIdentity) -> Identity:
    query = LinkedIdentity.select(*ROW).where(
        LinkedIdentity.provider == row.provider,
        LinkedIdentity.realm == row.realm,
        LinkedIdentity.subject == row.subject,
    )
    found = await database.row(Identity, query)
    if found is None:
        raise NotFound
    return found


async def used(identity: Identity) -> None:
    now = dt.datetime.now(dt.UTC)
    await LinkedIdentity.update({LinkedIdentity.used_at: now}).where(
        LinkedIdentity.id == identity.id
    )


async def unlink(organization: uuid.UUID, agent: Holder, uid: object, *, by: str) -> None:
    """One of this agent's account; one that is gone is not said."""
    wanted = LinkedIdentity.delete().where(
        LinkedIdentity.organization == organization,
        LinkedIdentity.account == agent.account,
        LinkedIdentity.id == uids.uid(uid),
    )
    async with database.transaction():
        if await wanted.returning(LinkedIdentity.id):
            await audit.record(organization, by, "identity.unlinked", agent.id)
