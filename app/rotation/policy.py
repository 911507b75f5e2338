"""After how long an organization wants secrets renewed: its own choice, under 系统设置 → 系统.

Secrets that programs share are reminded of after a year unless it says otherwise. Passwords of
people are not: who must change a good one regularly chooses a worse one (NIST SP 800-63B).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import msgspec

from app import database
from app.errors import Invalid, Problem
from app.people import audit
from app.reading.characters import plain
from app.tables import Organization

DAYS_MAX = 3650
DAYS = re.compile("[0-9]{1,4}")


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """Days; 0 asks never."""

    secret_days: int = 365
    password_days: int = 0


def of(org: Organization) -> Rotation:
    return msgspec.json.decode(org.rotation, type=Rotation) if org.rotation else Rotation()


def is_due(since: dt.datetime | None, days: int, now: dt.datetime) -> bool:
    return bool(days) and since is not None and since <= now - dt.timedelta(days=days)


async def save(org: Organization, form: Mapping[str, str], *, by: str) -> Rotation:
    """Raises Invalid at /secret_days and /password_days."""
    problems: list[Problem] = []
    days: dict[str, int] = {}
    for name in Rotation.__struct_fields__:
        written = plain(form.get(name, "")).strip()
        days[name] = int(written) if DAYS.fullmatch(written) else -1
        if not 0 <= days[name] <= DAYS_MAX:
            limit = {"limit": str(DAYS_MAX)}
            problems.append(Problem(f"/{name}", "out_of_range", "Use 0 to {limit} days", limit))
    if problems:
        raise Invalid(problems)
    after = Rotation(**days)
    if after != of(org):
        text = msgspec.json.encode(after).decode()
        changed = Organization.update({Organization.rotation: text})
        said = f"{after.secret_days}, {after.password_days}"
        async with database.transaction():
            await changed.where(Organization.id == org.id)
            await audit.record(org.id, by, "rotation.changed", org.id, said)
    return after
