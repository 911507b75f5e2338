"""What a new desk still lacks: read from what truly happened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app import channel_settings, first_steps, messages, outside, presence
from app.backup.verify import make_verified
from app.brands import change as brands
from app.deliveries import Courier
from app.messages import Visit
from app.people import agents, organizations
from app.settings import Settings
from app.tables import Agent, Organization
from app.widget import change as widget_change
from app.widget.seen import record
from tests.app.deliveries.conftest import settled
from tests.fakes.vendors import FakeVendors


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


async def states(org: Organization) -> dict[str, bool]:
    return (await first_steps.of(org)).states


async def is_offered(org: Organization) -> bool:
    return (await organizations.by_id(org.id)).settled_at is None


async def channel(org: Organization, fakes: FakeVendors) -> str:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k"), "name": "群"}
    return await channel_settings.add(org.id, raw, by="tests")


async def test_a_new_desk_lacks_everything(org: Organization, owner: Agent) -> None:
    assert not any((await states(org)).values())
    assert await is_offered(org)


async def test_a_channel_counts_once_a_person_saw_its_test(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await channel(org, fakes)
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    found = await first_steps.of(org)
    assert found.tried is not None
    assert found.tried.outcome == "ok"
    assert not found.states["channel"]

    await channel_settings.arrived(org.id, uid, seen=True, by="tests")

    assert (await states(org))["channel"]


async def test_what_the_platform_refused_is_shown_as_it_said_it(
    org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.url + "/cgi-bin/webhook/send?key=unknown"}
    uid = await channel_settings.add(org.id, raw, by="tests", until_tested=True)
    await channel_settings.test(org.id, outside.egress(), uid=uid)

    tried = (await first_steps.of(org)).tried

    assert tried is not None
    assert (tried.code, bool(tried.hint)) == ("93000", True)


async def test_the_trial_is_one_message_however_often_it_is_pressed(
    org: Organization, owner: Agent, visit: Visit
) -> None:
    one = await first_steps.leave_trial(org, owner.email, visit)
    other = await first_steps.leave_trial(org, owner.email, visit)

    assert one.uid == other.uid
    found = await first_steps.of(org)
    assert found.trial is not None
    assert found.trial.email == owner.email
    assert len((await messages.inbox(org.id)).items) == 1


async def test_another_organizations_trial_is_another(
    org: Organization, other_org: Organization, owner: Agent, visit: Visit
) -> None:
    await first_steps.leave_trial(other_org, owner.email, visit)

    assert (await first_steps.of(org)).trial is None


async def test_it_goes_away_by_itself_once_all_is_done(
    org: Organization,
    owner: Agent,
    fakes: FakeVendors,
    visit: Visit,
    configure: Callable[..., Settings],
    tmp_path: Path,
) -> None:
    uid = await channel(org, fakes)
    await channel_settings.arrived(org.id, uid, seen=True, by="tests")
    await first_steps.leave_trial(org, owner.email, visit)
    courier = Courier(outside.egress())
    await settled(courier, org)
    await courier.stop(5)
    await brands.rename(org, org.slug, "小店", by="tests")
    await widget_change.allow(org.id, "https://www.shop.example", by="tests")
    await record(org.id, "https://www.shop.example")
    await presence.set_week(org, timezone="UTC", weekly={"mon": [["09:00", "18:00"]]}, by="tests")
    await agents.create(org.id, email="b@shop.example", password="correct horse 9", role="agent")
    assert await is_offered(org)
    configure(LEAVEMSG_BASE_URL="https://desk.shop.example")
    await make_verified(tmp_path)

    found = await first_steps.of(await organizations.by_id(org.id))

    assert found.done == len(found.states)
    assert not await is_offered(org)


async def test_who_wants_it_away_has_it_away(org: Organization, other_org: Organization) -> None:
    await first_steps.dismiss(org.id, by="tests")

    assert not await is_offered(org)
    assert await is_offered(other_org)
