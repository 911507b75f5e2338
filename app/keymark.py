"""Whether the secret key is the one that the data was written with.

With another key, channels' secrets cannot be read, repeats are not recognised, and visitors' links
end. So the data has a mark that only its own key makes, and a process with another key does not
start.
"""

from __future__ import annotations

import uuid
from typing import Literal

from app import database, instance, settings
from app.deliveries.rows import SEALED, Sealed
from app.deliveries.sealed import context
from app.errors import Misconfigured
from app.keyfile import NAME as KEY_FILE
from app.secrets import Unreadable, decrypt, keyed_hash
from app.tables import Channel

NAME = "secret_key"
OTHER = "is not the key that the data was written with"
State = Literal["same", "other", "new"]


async def state() -> State:
    """`new`: no data depends on a key yet."""
    kept = await instance.read(NAME)
    if kept is None:
        return await _by_what_is_there()
    return "same" if kept.value == _mark() else "other"


async def settle() -> None:
    """Marks data that has no mark yet. Raises Misconfigured when the key is another one."""
    await check()
    await instance.write(NAME, _mark(), keep=True)
    # Of two processes that start at once with different keys, only one made the mark.
    await check()


async def check() -> None:
    """Raises Misconfigured when the key is another one."""
    if await state() == "other":
        raise Misconfigured([fault()])


def fault() -> str:
    """One line about the wrong key and what to do."""
    path = settings.current().data_dir / KEY_FILE
    return f"CONFIG LEAVEMSG_SECRET_KEY: {OTHER} — {settings.KEY_REMEDY.format(path)}"


async def accept() -> None:
    """Marks the data as written with this key."""
    await instance.write(NAME, _mark())


async def unreadable(organization: uuid.UUID | None = None) -> list[str]:
    """Names of channels whose secrets this key cannot read, of one organization or of all."""
    found = await _channels(organization)
    return [each.name or each.kind for each in found if not _readable(each)]


def _mark() -> str:
    return keyed_hash("instance", "the key that this data was written with")


async def _by_what_is_there() -> State:
    """For data without a mark: "same" if this key can read any channel."""
    channels = await _channels()
    if not channels:
        return "new"
    return "same" if any(map(_readable, channels)) else "other"


class _Named(Sealed, kw_only=True):
    name: str


async def _channels(organization: uuid.UUID | None = None) -> list[_Named]:
    query = Channel.select(*SEALED, Channel.name)
    if organization is not None:
        query = query.where(Channel.organization == organization)
    query = query.where(Channel.archived_at.is_null()).order_by(Channel.position, Channel.id)
    return await database.rows(_Named, query)


def _readable(channel: Sealed) -> bool:
    try:
        decrypt(context(channel.id), channel.config)
    except Unreadable:
        return False
    return True
