"""Changing the providers of an organization."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any, cast

import msgspec
from piccolo.columns import Column

from app import database, secrets
from app.egress.way import Egress
from app.errors import Invalid
from app.keys.fields import PROVIDER
from app.people import audit
from app.reading import uids
from app.single_sign_on import check, metadata
from app.single_sign_on.kinds import KINDS
from app.single_sign_on.providers import listed, of, row_of, whole
from app.single_sign_on.shape import Config, Provider
from app.tables import SignInProvider

MOST = 20
ENTER_AGAIN = "Enter the secret again: it goes to another address now"


async def save(
    egress: Egress,
    organization: uuid.UUID,
    uid: object | None,
    config: Config,
    secret: str,
    *,
    by: str,
) -> uuid.UUID:
    """Changes one, or adds it without an id. An empty secret stays as it was. Raises Invalid and
    NotFound."""
    before = await row_of(organization, uid) if uid else None
    made = await typed(egress, organization, uid, config, secret)
    values: dict[Column, Any] = {SignInProvider.config: msgspec.json.encode(made.config).decode()}
    if secret or before is None:
        place = PROVIDER.at(made.uid, organization)
        stored = secrets.encrypt(place, made.secret) if made.secret else ""
        values[SignInProvider.secret] = stored
        values[SignInProvider.secret_at] = dt.datetime.now(dt.UTC)
    async with database.transaction():
        if before is None:
            await _add(made, values)
            await audit.record(organization, by, "provider.added", made.uid, config.kind)
        else:
            await SignInProvider.update(cast("dict[Column | str, Any]", values)).where(
                SignInProvider.id == made.uid
            )
            said = _changes(listed(before).config, made.config, secret)
            await audit.record(organization, by, "provider.changed", made.uid, said)
    metadata.forget()
    return made.uid


async def _add(made: Provider, values: dict[Column, Any]) -> None:
    if len(await of(made.organization)) >= MOST:
        raise Invalid.at("", "too_many", "There are enough providers. Remove one first")
    row = {SignInProvider.id: made.uid, SignInProvider.organization: made.organization, **values}
    insert = SignInProvider.insert(SignInProvider(row))
    if not await insert.on_conflict(target=SignInProvider.id, action="DO NOTHING"):
        raise Invalid.at("", "just_added", "Somebody has just added one like this. Reload the page")


async def next_id(organization: uuid.UUID, kind: str) -> uuid.UUID:
    """Of the next one of this kind: the provider wants to know the address that has it before we
    can know what to store."""
    taken = {each.uid for each in await of(organization)}
    named = (uuid.uuid5(organization, f"{kind} {number}") for number in itertools.count())
    return next(each for each in named if each not in taken)


async def typed(
    egress: Egress, organization: uuid.UUID, uid: object | None, config: Config, secret: str
) -> Provider:
    """One as it would be with what an admin has typed: checked, not saved. Raises Invalid and
    NotFound."""
    known = ""
    if uid and not secret:
        before = await whole(organization, uid)
        known = before.secret
        if known and _goes_to(before.config) != _goes_to(config):
            # A changed address could have the old one sent there.
            raise Invalid.at("/secret", "enter_again", ENTER_AGAIN)
    used = secret.strip() or known
    return Provider(
        uid=uids.uid(uid) if uid else await next_id(organization, config.kind),
        organization=organization,
        config=check.checked(egress, config, used),
        secret=used,
        enabled=True,
    )


async def tried(egress: Egress, provider: Provider) -> None:
    """Whether the provider takes what was typed. Raises NotSignedIn."""
    metadata.forget()
    await KINDS[provider.config.kind].check(egress, provider)


async def switch(organization: uuid.UUID, uid: object, *, on: bool, by: str) -> None:
    """Who is signed in stays so. Raises NotFound."""
    row = await row_of(organization, uid)
    async with database.transaction():
        await SignInProvider.update({SignInProvider.enabled: on}).where(SignInProvider.id == row.id)
        await audit.record(organization, by, "provider.on" if on else "provider.off", row.id)


async def remove(organization: uuid.UUID, uid: object, *, by: str) -> None:
    """With all identities that it knows. Raises NotFound."""
    row = await row_of(organization, uid)
    async with database.transaction():
        await SignInProvider.delete().where(SignInProvider.id == row.id)
        await audit.record(organization, by, "provider.removed", row.id, listed(row).config.name)


def _goes_to(config: Config) -> tuple[str, ...]:
    return config.kind, config.issuer.strip(), config.token_endpoint.strip()


def _changes(before: Config, after: Config, secret: str) -> str:
    """The names of what is different."""
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    names = [name for name in new if old[name] != new[name]]
    return ", ".join([*names, *(["secret"] if secret else [])])
