"""How each channel did in the last 24 hours, in steps of two hours."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import msgspec

from app import database
from app.overview import statements
from app.overview.statements import Stepped

STEP = dt.timedelta(hours=2)
STEPS = 12


class Step(msgspec.Struct, frozen=True):
    """Notices that were owed in it, and are over."""

    sent: int = 0
    failed: int = 0


class Lately(msgspec.Struct, frozen=True):
    """The oldest step first."""

    steps: tuple[Step, ...]

    @property
    def sent(self) -> int:
        return sum(each.sent for each in self.steps)

    @property
    def failed(self) -> int:
        return sum(each.failed for each in self.steps)


async def lately(organization: uuid.UUID) -> dict[str, Lately]:
    """By the uid of each channel that had any."""
    now = await database.now()
    ends = [now - STEP * (STEPS - 1 - number) for number in range(STEPS)]
    return together(await statements.told_in_steps(organization, ends[0] - STEP, ends))


def together(counted: Iterable[Stepped]) -> dict[str, Lately]:
    found: dict[str, list[Step]] = {}
    for each in counted:
        steps = found.setdefault(str(each.channel), [Step()] * STEPS)
        steps[each.step] = msgspec.structs.replace(steps[each.step], **{each.state: each.n})
    return {channel: Lately(tuple(steps)) for channel, steps in found.items()}
