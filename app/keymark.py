"""Whether the secret key is the one that the data was written with.

With another key, channels' secrets cannot be read, repeats are not recognised, and visitors' links
end. So the data has a mark that only its own key makes, and a process with another key does not
start. While the key is being changed, the data has a mark for each key that it still needs, and a
process must have them all.
"""

from __future__ import annotations

import uuid
from typing import Literal

from app import database, instance, settings
from app.deliveries.rows import SEALED, Sealed
from app.deliveries.sealed import config_of
from app.errors import Misconfigured
from app.keyfile import NAME as KEY_FILE
from app.secrets import Unreadable, keyed_hashes
from app.tables import Channel

NAME = "secret_key"
OTHER = "is not the key that the data was written with"
MISSING = (
    "CONFIG LEAVEMSG_OTHER_SECRET_KEYS: lacks a key that the data still needs — list it, and run"
    " `leavemsg key rotate` before it is removed; if it is lost, run `leavemsg key accept`"
)
State = Literal["same", "other", "new"]


async def state() -> State:
    """`new`: no data depends on a key yet."""
    kept = await instance.read(NAME)
    if kept is None:
        return await _by_what_is_there()
    return "same" if set(kept.value.split()) <= set(_marks()) else "other"


async def settle() -> None:
    """Marks data that has no mark of this key yet. Raises Misconfigured when one is missing that
    the data needs."""
    await check()
    await instance.write(NAME, _marks()[0], keep=True)
    # Of two processes that start at once with different keys, only one made the mark.
    await check()
    await _add()


async def _add() -> None:
    """From now on nothing starts that cannot read what this process writes."""
    mine = _marks()[0]
    await instance.change(NAME, lambda kept: kept if mine in kept.split() else f"{kept} {mine}")


async def is_only_this() -> bool:
    """Whether the data needs this key and no other, as far as is known."""
    kept = await instance.read(NAME)
    return kept is None or kept.value == _marks()[0]


async def only_this() -> None:
    """The data needs none of the other keys of this process any more. One that another process
    began to write with meanwhile is still needed."""
    mine, *others = _marks()

    def without_others(kept: str) -> str:
        return " ".join([mine, *(each for each in kept.split() if each not in {mine, *others})])

    await instance.change(NAME, without_others)


async def check() -> None:
    """Raises Misconfigured when the key is another one, or one is missing that is still needed."""
    if await state() == "other":
        kept = await instance.read(NAME)
        known = kept is not None and set(kept.value.split()) & set(_marks())
        raise Misconfigured([MISSING if known else fault()])


def fault() -> str:
    """One line about the wrong or missing key and what to do."""
    path = settings.current().data_dir / KEY_FILE
    return f"CONFIG LEAVEMSG_SECRET_KEY: {OTHER} — {settings.KEY_REMEDY.format(path)}"


async def accept() -> None:
    """Marks the data as written with this key alone, whatever was written with another."""
    await instance.write(NAME, _marks()[0])


async def unreadable(organization: uuid.UUID | None = None) -> list[str]:
    """Names of channels whose secrets this key cannot read, of one organization or of all."""
    found = await _channels(organization)
    return [each.name or each.kind for each in found if not _readable(each)]


def _marks() -> list[str]:
    """Of the key that is written with, and of all others that can be read with."""
    return keyed_hashes("instance", "the key that this data was written with")


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
        config_of(channel)
    except Unreadable:
        return False
    return True
