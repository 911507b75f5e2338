"""The providers of an organization, as they are stored and changed."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any, cast

import msgspec
from piccolo.columns import Column

from app import secrets
from app.egress.way import Egress
from app.errors import Invalid, NotFound
from app.people import audit
from app.reading import uids
from app.single_sign_on import check, faults, metadata
from app.single_sign_on.kinds import KINDS
from app.single_sign_on.shape import Config, Provider
from app.tables import SignInProvider

MOST = 20
PURPOSE = "sign-in-provider"
ENTER_AGAIN = "Enter the secret again: it goes to another address now"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Without its secret. `secret_at` is None where there is none."""

    uid: uuid.UUID
    config: Config
    enabled: bool
    secret_at: dt.datetime | None


async def of(organization: uuid.UUID) -> list[Listed]:
    """In the order in which they were added."""
    query = SignInProvider.objects().where(SignInProvider.organization == organization)
    return [_listed(row) for row in await query.order_by(SignInProvider.created_at)]


async def offered(organization: uuid.UUID) -> list[Listed]:
    """Those by which people can sign in now."""
    return [each for each in await of(organization) if each.enabled]


async def one(organization: uuid.UUID, uid: object) -> Listed:
    """Raises NotFound, also for another organization's."""
    return _listed(await _row(organization, uid))


async def whole(organization: uuid.UUID, uid: object) -> Provider:
    """With its secret, also if it is switched off. Raises NotFound and NotSignedIn."""
    return _provider(await _row(organization, uid))


async def living(uid: object) -> Provider:
    """The one that somebody chose at the sign-in. Raises NotFound and NotSignedIn."""
    query = SignInProvider.objects().where(
        SignInProvider.id == uids.uid(uid), SignInProvider.enabled.eq(True)
    )
    row = await query.first()
    if row is None:
        raise NotFound
    return _provider(row)


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
    before = await _row(organization, uid) if uid else None
    made = await typed(egress, organization, uid, config, secret)
    values: dict[Column, Any] = {SignInProvider.config: msgspec.json.encode(made.config).decode()}
    if secret or before is None:
        stored = secrets.encrypt(f"{PURPOSE} {made.uid}", made.secret) if made.secret else ""
        values[SignInProvider.secret] = stored
        values[SignInProvider.secret_at] = dt.datetime.now(dt.UTC)
    if before is None:
        await _add(made, values)
        await audit.record(organization, by, "provider.added", made.uid, config.kind)
    else:
        await SignInProvider.update(cast("dict[Column | str, Any]", values)).where(
            SignInProvider.id == made.uid
        )
        said = _changes(_listed(before).config, made.config, secret)
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
        before = _provider(await _row(organization, uid))
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
    row = await _row(organization, uid)
    await SignInProvider.update({SignInProvider.enabled: on}).where(SignInProvider.id == row.id)
    await audit.record(organization, by, "provider.on" if on else "provider.off", row.id)


async def remove(organization: uuid.UUID, uid: object, *, by: str) -> None:
    """With all identities that it knows. Raises NotFound."""
    row = await _row(organization, uid)
    await SignInProvider.delete().where(SignInProvider.id == row.id)
    await audit.record(organization, by, "provider.removed", row.id, _listed(row).config.name)


async def _row(organization: uuid.UUID, uid: object) -> SignInProvider:
    query = SignInProvider.objects().where(
        SignInProvider.organization == organization, SignInProvider.id == uids.uid(uid)
    )
    found = await query.first()
    if found is None:
        raise NotFound
    return found


def _listed(row: SignInProvider) -> Listed:
    config = msgspec.json.decode(row.config, type=Config)
    return Listed(
        uid=row.id,
        config=config,
        enabled=row.enabled,
        secret_at=row.secret_at if row.secret else None,
    )


def _provider(row: SignInProvider) -> Provider:
    try:
        secret = str(secrets.decrypt(f"{PURPOSE} {row.id}", row.secret)) if row.secret else ""
    except secrets.Unreadable:
        raise faults.misset("secret_unreadable") from None
    return Provider(
        uid=row.id,
        organization=row.organization,
        config=_listed(row).config,
        secret=secret,
        enabled=row.enabled,
    )


def _goes_to(config: Config) -> tuple[str, ...]:
    return config.kind, config.issuer.strip(), config.token_endpoint.strip()


def _changes(before: Config, after: Config, secret: str) -> str:
    """The names of what is different."""
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    names = [name for name in new if old[name] != new[name]]
    return ", ".join([*names, *(["secret"] if secret else [])])
