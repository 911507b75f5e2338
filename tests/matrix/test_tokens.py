"""Many workers share one access token, and take back each notice once."""

from __future__ import annotations

import pytest

from app import channel_settings, messages
from tests.fakes.vendors import FakeVendors
from tests.matrix.world import World

CORP = "ww0123456789abcdef"
GRACE, LEASE = 11, 46


async def add_app(world: World) -> None:
    server = world.fakes.add_bot("wecom_app", CORP, secret="app-s3cret", rate=0)
    raw = {"type": "wecom_app", "corpid": CORP, "agentid": 1000002, "secret": "app-s3cret"}
    given = {"to_users": ["li"], "server": server, "withdraw": True, "rate_limit_per_minute": 0}
    await channel_settings.add(world.org.id, {**raw, **given}, by="tests")


def asked(fakes: FakeVendors) -> int:
    return len(fakes.calls("wecom_app.token"))


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
async def test_row_35_of_many_workers_one_asks_for_a_token_and_each_notice_is_taken_back_once(
    world: World,
) -> None:
    await add_app(world)
    workers = [await world.worker() for _ in range(2)]
    world.fakes.fault("wecom_app.token", CORP, "slow:300", "slow:300")
    lefts = [await world.leave() for _ in range(5)]
    await world.until("sent", 5)
    assert asked(world.fakes) == 1

    world.fakes.apps.revoke(CORP, expire=True)
    lefts += [await world.leave() for _ in range(5)]
    await world.until("sent", 10)
    assert asked(world.fakes) == 2
    assert len([call for call in world.fakes.calls("wecom_app") if call.ok]) == 10

    # Whoever is first does not come back from it, and all are killed.
    world.fakes.fault("wecom_app.recall", CORP, "timeout_before")
    for left in lefts:
        await messages.handle(world.org.id, left.uid, outcome="phone", by="tests")
    await world.pass_time(GRACE)
    await world.until_state_of("recall", "done", count=9)
    for each in workers:
        each.kill()
    await world.pass_time(LEASE)
    await world.worker()
    await world.until_state_of("recall", "done", count=10)
    taken = [call.parsed["msgid"] for call in world.fakes.calls("wecom_app.recall") if call.ok]
    assert (len(taken), len(set(taken))) == (10, 10)
