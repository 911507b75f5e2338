"""Who acts, and from where: known where a request or a command begins, needed where an entry of the
audit is written. Whatever else runs is the system's own."""

from __future__ import annotations

import contextlib
import contextvars
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Literal

import msgspec

from app.within import Within

Kind = Literal["agent", "token", "cli", "system", "visitor", "link"]
"""`visitor` is whoever has not signed in, also an agent who is about to; `link` whoever acts by the
link in a notice, under a name that they have typed."""


class Origin(msgspec.Struct, frozen=True):
    """`uid` is the agent's or the token's; `address` the part of theirs that may be kept. `tool` is
    what an AI agent has called. `told` is called with every entry, within its transaction."""

    kind: Kind = "system"
    uid: uuid.UUID | None = None
    address: str = ""
    tool: str = ""
    told: Callable[[], Awaitable[None]] | None = None

    @property
    def who(self) -> str:
        return str(self.uid) if self.uid else self.kind


_origin: contextvars.ContextVar[Origin] = contextvars.ContextVar("origin", default=Origin())  # noqa: B039


def origin() -> Origin:
    return _origin.get()


def acting(kind: Kind, address: str = "") -> Within[Origin]:
    """What is done inside has this origin, until `known` says more."""
    return Within(_origin, Origin(kind, None, address))


def known(kind: Kind, uid: uuid.UUID | None = None) -> None:
    """A request's caller was recognised; its address stays."""
    _origin.set(msgspec.structs.replace(_origin.get(), kind=kind, uid=uid))


@contextlib.contextmanager
def through(tool: str) -> Iterator[None]:
    """What is done inside is done by a tool of the MCP server."""
    before = _origin.get()
    _origin.set(msgspec.structs.replace(before, tool=tool))
    try:
        yield
    finally:
        _origin.set(before)


async def told() -> None:
    """Calls whoever `tell` named, within the transaction of the act. `record` does it with every
    entry; an act that has none yet does it itself."""
    if (hears := _origin.get().told) is not None:
        await hears()


def tell(hears: Callable[[], Awaitable[None]]) -> None:
    """Whatever this request does from now on calls `hears`, in the transaction of the act."""
    _origin.set(msgspec.structs.replace(_origin.get(), told=hears))
