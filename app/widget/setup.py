"""What an organization has chosen for its widget."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app import database
from app.database.remembered import Remembered
from app.reading import phones

EMBEDDING = ("listed", "any")
SIDES = ("right", "left")
THEMES = ("auto", "light", "dark")
SHOW = ("offline", "always", "manual")
ONLINE = ("hide", "link", "event")
ACCENT = "#4558d0"


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """`embedding` is "listed" for `hosts`, of which there are none at first, or "any".

    `context` names the hidden values that a page may send along; `identity` is the encrypted secret
    with which it may vouch for a visitor.
    """

    embedding: str = "listed"
    hosts: tuple[str, ...] = ()
    label: str = ""
    label_en: str = ""
    side: str = "right"
    accent: str = ACCENT
    theme: str = "auto"
    show: str = "offline"
    online: str = "hide"
    chat_link: str = ""
    phone: str = ""
    email: str = ""
    context: tuple[str, ...] = ()
    identity: str = ""

    @property
    def dial(self) -> str:
        """The phone as a link has it."""
        return phones.dial(self.phone)


LISTS = ("hosts", "context")
_remembered: Remembered[uuid.UUID, Setup] = Remembered()


async def read(organization: uuid.UUID) -> Setup:
    """Two seconds old at most."""
    known = _remembered.get(organization)
    return known or _remembered.keep(organization, await read_now(organization))


async def read_now(organization: uuid.UUID) -> Setup:
    rows = await database.fetch("SELECT * FROM widget WHERE organization = {}", organization)
    return _setup(rows[0]) if rows else Setup()


def _setup(row: dict[str, Any]) -> Setup:
    values = {name: row[name] for name in Setup.__struct_fields__}
    for name in LISTS:
        values[name] = tuple(msgspec.json.decode(values[name], type=list[str]))
    return Setup(**{**values, "accent": values["accent"] or ACCENT})


def columns(setup: Setup) -> dict[str, Any]:
    values = msgspec.structs.asdict(setup)
    return {**values, **{name: msgspec.json.encode(values[name]).decode() for name in LISTS}}


def forget(organization: uuid.UUID) -> None:
    """After a change, so that who made it sees it at once."""
    _remembered.forget(organization)
