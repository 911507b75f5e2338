"""What was just changed of the settings, and may be taken back by whoever did it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable

import msgspec

from app import database
from app.tables import SettingVersion

SECRET = "$secret"  # noqa: S105 (a key in JSON)
"""In a state, before the keyed hash that stands for a secret."""
JUST_NOW = dt.timedelta(seconds=15)
"""A page that says what was done comes at once after it."""
SECRETS = re.compile(re.escape(f'"{SECRET}":') + r'"[^"]*"')


class Latest(msgspec.Struct, frozen=True):
    """A state, as far as it is asked for here."""

    id: uuid.UUID
    part: str
    state: str
    by: str
    at: dt.datetime


LATEST = (
    SettingVersion.id,
    SettingVersion.part,
    SettingVersion.state,
    SettingVersion.by,
    SettingVersion.at,
)


async def undoable(
    organization: uuid.UUID, parts: Iterable[str], *, by: str
) -> tuple[str, uuid.UUID] | None:
    """The part and the state that they have just made of it, if nothing is lost by taking it back:
    secrets are never restored."""
    now = await database.now()
    for part in parts:
        query = SettingVersion.select(*LATEST).where(
            SettingVersion.organization == organization, SettingVersion.part == part
        )
        query = query.order_by(SettingVersion.id, ascending=False).limit(2)
        found = await database.rows(Latest, query)
        if len(found) < 2 or found[0].by != by or now - found[0].at > JUST_NOW:
            continue
        last, before = found
        if SECRETS.findall(last.state) == SECRETS.findall(before.state):
            return last.part, last.id
    return None
