"""How long the last success of a channel took, and how much went through it lately."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.deliveries import tempo
from app.deliveries.courier import Courier
from app.tables import Attempt, Channel, Delivery, Organization
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.fakes.vendors import FakeVendors

__all__ = ["add", "courier", "fakes", "leave"]


async def test_the_last_success_is_the_one_that_the_health_tells_of(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave, courier: Courier
) -> None:
    uid = await add("custom", fakes.add_hook("h"))
    idle = await add("wecom", fakes.add_bot("wecom", "k"), enabled=False)
    assert await tempo.last_success(uid) is None
    await leave("hello")
    await settled(courier, org)
    query = Channel.select(Channel.ok_at).where(Channel.id == uuid.UUID(uid))
    at = await database.value(dt.datetime, query)
    await Attempt.update({Attempt.duration_ms: 412}).where(Attempt.finished_at == at)

    assert await tempo.last_successes([uid, idle]) == {uid: 412}
    assert await tempo.sent_lately(org.id, uid) == 1
    assert await tempo.sent_lately(org.id, idle) == 0

    await Delivery.update({Delivery.done_at: await database.now() - dt.timedelta(days=31)}).where(
        Delivery.channel == uuid.UUID(uid)
    )
    assert await tempo.sent_lately(org.id, uid) == 0
