"""The keys that an endpoint's events are signed with: renewed, while the one before still signs."""

from __future__ import annotations

import uuid

import msgspec

from app.channel_settings.changing import changing
from app.channel_settings.read import readable, row
from app.channels import signatures
from app.channels.events import EventEndpoint
from app.deliveries.sealed import seal
from app.errors import Conflict, NotFound
from app.people import audit
from app.tables import Channel

UNREADABLE = "The secret cannot be read any more. Enter a new one in its form."


async def renew(organization: uuid.UUID, uid: str, *, pair: bool = False, by: str) -> str:
    """The new secret or, with `pair`, private key, which is shown only here. The earlier one
    signs as well until `end`. Raises NotFound and Conflict."""
    made = signatures.new_key() if pair else signatures.new_secret()
    await _sign_with(organization, uid, made, by=by)
    return made


async def end(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """The earlier secret signs no more. Raises as `renew`."""
    await _sign_with(organization, uid, "", by=by)


async def _sign_with(organization: uuid.UUID, uid: str, made: str, *, by: str) -> None:
    async with changing(organization) as org:
        found = await row(organization, uid)
        if found.kind != EventEndpoint.kind:
            raise NotFound
        old = readable(found)
        if not isinstance(old, EventEndpoint):
            raise Conflict("unreadable_secret", UNREADABLE)
        new = msgspec.structs.replace(
            old,
            signing_secret=made or old.signing_secret,
            previous_signing_secret=old.signing_secret if made else "",
        )
        await Channel.update(
            {
                Channel.config: seal(organization, found.id, new),
                Channel.secret_at: org.now if made else found.secret_at,
                Channel.updated_at: org.now,
            }
        ).where(Channel.id == found.id)
        await audit.record(organization, by, "channel.changed", uid, found.kind)


class Keys(msgspec.Struct, frozen=True):
    """What receivers check with when it is a pair; whether the earlier secret still signs."""

    public: str
    both: bool


async def keys(organization: uuid.UUID, uid: str) -> Keys:
    """Raises NotFound."""
    old = readable(await row(organization, uid))
    if not isinstance(old, EventEndpoint):
        return Keys("", both=False)
    return Keys(signatures.public(old.signing_secret), both=bool(old.previous_signing_secret))
