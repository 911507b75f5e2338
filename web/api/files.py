"""Visitors' pictures and files for programs."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from litestar import Response, Router, get
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import messages
from app.errors import NotFound
from app.files import read
from app.reading import uids
from web.api import bearer
from web.api.filters import UID
from web.api.paging import NextCursor
from web.http.download import kept_file
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming

FILE = Parameter("file", "The file.", {"type": "string", "format": "uuid"}, "path")


class MessageFile(Struct, frozen=True, kw_only=True):
    """One that the visitor sent with the message."""

    uid: str
    name: str
    media_type: Annotated[str, Meta(description="Seen from its contents.")]
    size: Annotated[int, Meta(description="In bytes.")]
    state: Annotated[
        Literal["kept", "waiting", "infected"],
        Meta(description="`waiting` for the virus scanner; only a `kept` one can be had."),
    ]


class Files(Struct, frozen=True):
    items: list[MessageFile]
    next_cursor: NextCursor = None


LIST = Operation(
    id="listFiles",
    summary="Pictures and files of a message",
    description="In the order in which they were sent.",
    scope="messages:read",
    answer=Files,
    parameters=(UID,),
    faults=(404,),
)
TAKE = Operation(
    id="getFile",
    summary="One file of a message",
    description="As it is kept: pictures are drawn anew, without the place where they were taken.",
    scope="messages:read",
    answer={"type": "string", "format": "binary"},
    answered_as=("application/octet-stream",),
    parameters=(UID, FILE),
    faults=(404, 409),
)


@get("/messages/{uid:str}/files", opt=described(LIST))
async def listed(request: Incoming, uid: FromPath[str]) -> Files:
    organization = bearer.of(request).organization
    found = await read.of(organization, await _message(organization, uid))
    return Files(
        [
            MessageFile(
                uid=str(each.id),
                name=each.name,
                media_type=each.kind,
                size=each.size,
                state=each.state,  # type: ignore[arg-type]
            )
            for each in found
        ]
    )


@get("/messages/{uid:str}/files/{file:str}", opt=described(TAKE))
async def take(request: Incoming, uid: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    organization = bearer.of(request).organization
    found = await read.one(organization, file)
    if found.message != await _message(organization, uid):
        raise NotFound
    return kept_file(found.name, await read.content(found))


async def _message(organization: uuid.UUID, uid: str) -> uuid.UUID:
    return uids.uid((await messages.one(organization, uid)).uid)


router = Router(PREFIX, route_handlers=[listed, take])
