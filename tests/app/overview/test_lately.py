"""How each channel did in the last 24 hours."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.channel_settings import add
from app.overview.lately import STEPS, Lately, Step, lately
from app.tables import Delivery, Organization, new_id
from tests.app.channel_settings.conftest import WECOM


async def owe(org: Organization, channel: str, at: dt.datetime, state: str) -> None:
    made = uuid.UUID(int=int(at.timestamp() * 1000) << 80 | new_id().int & (1 << 80) - 1)
    row = {
        Delivery.id: made,
        Delivery.organization: org.id,
        Delivery.channel: uuid.UUID(channel),
        Delivery.state: state,
        Delivery.created_at: at,
    }
    await Delivery.insert(Delivery(row))


async def test_a_day_is_counted_in_steps(org: Organization) -> None:
    channel, idle = [await add(org.id, {**WECOM, "name": name}, by="test") for name in "ab"]
    now = await database.now()
    for minutes, state in (
        *((1, "sent"), (5, "sent"), (6, "failed"), (7, "pending")),
        *((121, "sent"), (23 * 60 + 30, "failed"), (25 * 60, "sent")),
    ):
        await owe(org, channel, now - dt.timedelta(minutes=minutes), state)
    found = await lately(org.id)

    assert list(found) == [channel]
    assert idle not in found
    day = found[channel]
    assert (day.sent, day.failed) == (3, 2)
    assert day.steps[-1] == Step(sent=2, failed=1)
    assert day.steps[-2] == Step(sent=1)
    assert day.steps[0] == Step(failed=1)


def test_a_day_has_a_step_for_two_hours_each() -> None:
    assert Lately((Step(1, 2),) * STEPS).failed == 24
