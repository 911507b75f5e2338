"""What is chosen for a brand's widget."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
from piccolo.columns import Column

from app import database
from app.database.names import name_of
from app.database.remembered import Remembered
from app.reading import phones
from app.tables import Widget

EMBEDDING = ("listed", "any")
SIDES = ("right", "left")
THEMES = ("auto", "light", "dark")
SHOW = ("offline", "always", "manual")
ONLINE = ("hide", "link", "event")
ACCENT = "#4558d0"


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """`embedding` is "listed" for `hosts`, of which there are none at first, or "any".

    `labels` are the brand's own texts on the button, by language. `context` names the hidden
    values that a page may send along; `identity` is the encrypted secret with which it may vouch
    for a visitor.
    """

    embedding: str = "listed"
    hosts: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    side: str = "right"
    accent: str = ACCENT
    theme: str = "auto"
    show: str = "offline"
    online: str = "hide"
    chat_link: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    context: tuple[str, ...] = ()
    identity: str = ""

    @property
    def dial(self) -> str:
        """The phone number for a `tel:` link."""
        return phones.dial(self.phone)


WRITTEN_AS_JSON = ("hosts", "context", "labels")
SETUP = (
    Widget.embedding,
    Widget.hosts,
    Widget.labels,
    Widget.side,
    Widget.accent,
    Widget.theme,
    Widget.show,
    Widget.online,
    Widget.chat_link,
    Widget.phone,
    Widget.email,
    Widget.wechat,
    Widget.context,
    Widget.identity,
)
_remembered: Remembered[uuid.UUID, Setup] = Remembered()


async def read(brand: uuid.UUID) -> Setup:
    """Two seconds old at most. The first brand has the organization's id."""
    return await _remembered.of(brand, lambda: read_now(brand))


async def read_now(brand: uuid.UUID) -> Setup:
    query = Widget.select(*SETUP).where(Widget.brand == brand)
    found = await database.row(dict[str, str], query)
    if found is None:
        return Setup()
    read = {name: msgspec.json.decode(found[name]) for name in WRITTEN_AS_JSON}
    return msgspec.convert({**found, **read, "accent": found["accent"] or ACCENT}, Setup)


async def identity_at(brand: uuid.UUID) -> dt.datetime | None:
    """When the secret for visitors' identity was set; None without one."""
    query = Widget.select(Widget.identity_at).where(Widget.brand == brand)
    return await database.value(dt.datetime, query)


def stored(setup: Setup) -> dict[Column | str, Any]:
    """The values of its row's columns."""
    values = msgspec.structs.asdict(setup)
    texts = {name: msgspec.json.encode(values[name]).decode() for name in WRITTEN_AS_JSON}
    return {column: {**values, **texts}[name_of(column)] for column in SETUP}


def forget(brand: uuid.UUID) -> None:
    """Drops the cached setup after a change, so that the editor sees it at once."""
    _remembered.forget(brand)
