"""Taking what a visitor sends: looked at, drawn anew, scanned, sealed and stored, before its
message is. A stranger can fill neither the disk nor the memory with it."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Iterator, Sequence
from typing import IO

import msgspec

from app import database, limits, secrets
from app.at_once import AtOnce
from app.catalogue import N_
from app.errors import Problem, Unavailable
from app.files import families, names, scan, statements, store
from app.files.families import Type
from app.settings import current
from app.signed.upload import DIGEST, Upload
from app.tables import VisitorFile, new_id

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
PER_NETWORK = 100 * MEGABYTE
"""Of one network in a day: ten photos and a video, five times."""
LOOSE_MAX = 1024 * MEGABYTE
"""Of an organization, without a message: strangers may send that much and never write."""
DAY = dt.timedelta(days=1)
AT_ONCE = AtOnce(2)
"""Each may take some 250 MB while a picture is drawn."""


class Came(msgspec.Struct, frozen=True):
    """As it was sent. `content` is read once, from its start."""

    name: str
    size: int
    content: IO[bytes]


class Terms(msgspec.Struct, frozen=True):
    """What a form takes. `size` is in bytes; `already` are those that came before."""

    families: tuple[str, ...]
    size: int
    number: int
    already: int = 0


class Kept(msgspec.Struct, frozen=True):
    upload: Upload
    name: str
    size: int


class Taken(msgspec.Struct):
    """`refused` are problems, one a file, with its `name` among the facts."""

    kept: list[Kept]
    refused: list[Problem]


class _Refused(Exception):
    def __init__(self, code: str, detail: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.detail, self.facts = code, detail, facts


class _Ready(msgspec.Struct):
    """`size` and the small one's are what they weigh in the store."""

    kind: Type
    content: bytes
    small: bytes
    state: str


async def keep(organization: uuid.UUID, terms: Terms, came: Sequence[Came], *, ip: str) -> Taken:
    """What is kept is on disk when it returns. Raises Unavailable when nothing can be stored."""
    taken = Taken([], [])
    for place, each in enumerate(came):
        try:
            if terms.already + place - len(taken.refused) >= terms.number:
                raise _too_many(terms)
            taken.kept.append(await _keep(organization, terms, each, ip))
        except _Refused as error:
            facts = {"name": names.safe(each.name), **error.facts}
            taken.refused.append(Problem("/files", error.code, error.detail, facts))
    return taken


def _too_many(terms: Terms) -> _Refused:
    detail = N_("{name} was not taken: at most {limit} files can be sent.")
    return _Refused("too_many_files", detail, limit=str(terms.number))


async def _keep(organization: uuid.UUID, terms: Terms, came: Came, ip: str) -> Kept:
    if came.size > terms.size:
        detail = N_("{name} was not taken: it is larger than {limit} MB.")
        raise _Refused("file_too_large", detail, limit=str(terms.size // MEGABYTE))
    sender = secrets.keyed_hash("file sender", limits.network(ip)) if ip else ""
    async with AT_ONCE:
        # Until its row is there: many that come together would all find the same room.
        await _check_room(organization, sender, came.size)
        content = await asyncio.to_thread(came.content.read)
        ready = await _ready(terms, content)
        upload = Upload(new_id(), hashlib.sha256(content).hexdigest()[:DIGEST])
        name = names.fitting(came.name, ready.kind, ready.kind.family)
        await _write_down(organization, upload.uid, name, ready, sender)
    for part, called in ((ready.content, str(upload.uid)), (ready.small, small_of(upload.uid))):
        if part:
            await store.put(organization, called, part)
    return Kept(upload, name, len(ready.content))


async def _check_room(organization: uuid.UUID, sender: str, size: int) -> None:
    now = await database.now()
    full = N_("{name} was not taken: there is no room for files just now.")
    lately = await statements.of_sender(sender, now - DAY) if sender else 0
    if lately + size > PER_NETWORK:
        detail = N_("{name} was not taken: very much was sent from here today.")
        raise _Refused("files_quota", detail)
    most = current().files_mb * MEGABYTE
    weighs = await statements.weighs()
    if (most and weighs + size > most) or not store.current().has_room(size):
        log.warning("no room for files", extra={"megabytes": weighs // MEGABYTE})
        raise _Refused("files_full", full)
    if await statements.loose(organization) + size > LOOSE_MAX:
        raise _Refused("files_full", full)


async def _ready(terms: Terms, content: bytes) -> _Ready:
    """Scanned as it came, before anything here reads it."""
    kind = families.of(content)
    if kind is None or kind.family not in terms.families:
        detail = N_("{name} was not taken: this kind of file cannot be sent here.")
        raise _Refused("file_kind", detail)
    found = await scan.look(content)
    if found == "infected":
        return _Ready(kind, b"", b"", "infected")
    state = "kept" if found == "clean" else "waiting"
    # The library is large, and few shops take files.
    from app.files import pictures

    if kind not in pictures.DRAWN:
        return _Ready(kind, content, b"", state)
    try:
        drawn = await asyncio.to_thread(pictures.drawn, kind, content)
    except pictures.TooManyPixels:
        detail = N_("{name} was not taken: the picture has too many pixels.")
        raise _Refused("too_many_pixels", detail) from None
    except pictures.NoPicture:
        detail = N_("{name} was not taken: the picture is damaged.")
        raise _Refused("no_picture", detail) from None
    return _Ready(drawn.kind, drawn.content, drawn.small, state)


async def _write_down(
    organization: uuid.UUID, uid: uuid.UUID, name: str, ready: _Ready, sender: str
) -> None:
    """The row is first: of what is stored and has no row, nobody would ever know."""
    row = VisitorFile(
        {
            VisitorFile.id: uid,
            VisitorFile.organization: organization,
            VisitorFile.name: name,
            VisitorFile.kind: ready.kind.media_type,
            VisitorFile.size: len(ready.content),
            VisitorFile.small: len(ready.small),
            VisitorFile.state: ready.state,
            VisitorFile.sender: sender,
            VisitorFile.created_at: await database.now(),
        }
    )
    async with database.transaction():
        await VisitorFile.insert(row)


def small_of(uid: uuid.UUID) -> str:
    """The name of its small picture in the store."""
    return f"s{uid}"


def names_of(uid: uuid.UUID, size: int, small: int) -> Iterator[str]:
    """What the store has of a row with these sizes."""
    if size:
        yield str(uid)
    if small:
        yield small_of(uid)


__all__ = ["Came", "Kept", "Taken", "Terms", "Unavailable", "keep", "names_of", "small_of"]
