"""Every state of the settings is kept with the act that made it so, and says what was different."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

import msgspec
import pytest

from app import channel_settings, database, instance, widget
from app.channel_settings.limits import set_limits
from app.configuration.parts import PARTS as CONFIGURATION
from app.deliveries import template_versions
from app.errors import NotFound
from app.history import states, versions
from app.messages import outcomes, phrases
from app.messages.owned import Who
from app.people import audit
from app.presence import change as presence_change
from app.reading import uids
from app.rules import change as rules_change
from app.tables import Organization, SettingVersion

HOOK = {
    "type": "custom",
    "name": "CRM",
    "webhook_url": "http://127.0.0.1:9/hook",
    "headers": {"Authorization": "Bearer " + "s" * 20},
}
BY = "王敏"


async def told(organization: uuid.UUID, action: str) -> list[dict[str, Any]]:
    """What the audit says of the last act of this kind."""
    found = [each for each in await audit.of(organization, organization) if each.action == action]
    return msgspec.json.decode(found[-1].change) if found[-1].change else []


async def state(organization: uuid.UUID, part: str) -> Any:
    return states.comparable((await versions.listed(organization, part, limit=1))[0].state)


async def limits(organization: uuid.UUID, per_minute: int) -> None:
    await set_limits(
        organization,
        rate_limit_per_minute=per_minute,
        rate_limit_total_per_minute=None,
        dedup_window_seconds=600,
        by=BY,
    )


async def test_each_change_keeps_a_state_and_tells_what_was_different(org: Organization) -> None:
    await versions.begin(org.id)
    await limits(org.id, 20)

    new, old = await versions.listed(org.id, "limits", limit=5)
    assert (old.entry, new.by) == (None, BY)
    [changed] = await told(org.id, "limits.changed")
    assert changed["path"] == ["limits", "rate_limit_per_minute"]
    assert (changed["before"], changed["after"]) == (10, 20)
    [entry] = [each for each in await audit.of(org.id, org.id) if each.id == new.entry]
    assert entry.action == "limits.changed"


async def test_what_changes_nothing_keeps_nothing(org: Organization) -> None:
    await versions.begin(org.id)
    await limits(org.id, 10)
    assert len(await versions.listed(org.id, "limits", limit=5)) == 1
    assert await told(org.id, "limits.changed") == []


async def test_to_begin_again_changes_nothing(org: Organization) -> None:
    for _ in range(2):
        await versions.begin(org.id)
    assert await SettingVersion.count() == len(states.PARTS)


async def test_whoever_is_new_gets_a_first_state_and_nobody_is_looked_at_for_ever(
    org: Organization,
) -> None:
    await versions.begin_all()
    assert await SettingVersion.count() == len(states.PARTS)
    old = uids.around(await database.now() - dt.timedelta(hours=1), -1)
    await Organization.insert(Organization(id=old, slug="old", name="Old"))
    assert not await versions.begin_all()
    assert await SettingVersion.count() == 2 * len(states.PARTS)

    fact = await instance.read(versions.BEGUN)
    assert fact is not None
    assert msgspec.json.decode(fact.value, type=versions.Begun).after == old
    await SettingVersion.delete(force=True)
    versions._begun.clear()  # As in another process.
    await versions.begin_all()
    begun = await database.values(uuid.UUID, SettingVersion.select(SettingVersion.organization))
    assert set(begun) == {org.id}


async def test_whoever_has_a_first_state_is_not_asked_for_it_again(org: Organization) -> None:
    await versions.begin_all()
    await SettingVersion.delete(force=True)
    await versions.begin_all()
    assert await SettingVersion.count() == 0


async def test_no_secret_is_kept_only_whether_it_is_another(org: Organization) -> None:
    await versions.begin(org.id)
    uid = await channel_settings.add(org.id, HOOK, by=BY)
    await channel_settings.change(
        org.id, uid, {"headers": {"Authorization": "Bearer " + "t" * 20}}, by=BY
    )

    rows = await SettingVersion.select(SettingVersion.state)
    entries = await audit.of(org.id, uid)
    kept = str(rows) + str([each.change for each in entries])
    assert "s" * 8 not in kept
    assert "t" * 8 not in kept
    [changed] = msgspec.json.decode(entries[-1].change)
    assert changed["path"] == ["channels", "CRM", "headers", "Authorization"]
    assert (changed["before"], changed["after"]) == ("(secret)", "(secret)")


async def test_every_page_of_the_settings_is_followed(org: Organization) -> None:
    await versions.begin(org.id)
    who = Who(agent=None, is_admin=True, by=BY)
    await template_versions.save(org.id, "wecom", "{{ message.content }}", by=BY)
    await outcomes.add(org.id, "outcomes", "已到店", by=BY)
    await phrases.add(org.id, "问候", "您好", shared=True, who=who)
    await widget.save(org.id, {"side": "left", "name": "花店"}, by=BY)
    await rules_change.replace(
        org.id, {"rules": [{"name": "VIP", "then": {"priority": "high"}}]}, by=BY
    )
    await presence_change.set_rule(org.id, "hours", by=BY)
    await limits(org.id, 30)

    assert (await state(org.id, "templates"))["wecom"] == "{{ message.content }}"
    assert (await state(org.id, "outcomes"))["outcomes"][-1]["label"] == "已到店"
    assert (await state(org.id, "phrases"))[0]["title"] == "问候"
    assert (await state(org.id, "widget"))["side"] == "left"
    assert (await state(org.id, "shop"))["name"] == "花店"
    assert (await state(org.id, "rules"))["rules"][0]["name"] == "VIP"
    assert (await state(org.id, "hours"))["rule"] == "hours"


def test_every_part_of_the_configuration_is_followed_or_has_a_reason_not_to_be() -> None:
    assert {*states.PARTS, "people", "blocks"} == set(CONFIGURATION)


async def test_what_a_visitor_is_called_by_in_the_block_list_is_not_kept(
    org: Organization,
) -> None:
    assert "blocks" not in states.PARTS
    assert states.touched("blocks", "block.added") == ()


async def test_two_who_save_at_once_are_both_kept(org: Organization) -> None:
    await versions.begin(org.id)
    await asyncio.gather(limits(org.id, 21), limits(org.id, 22))
    found = await versions.listed(org.id, "limits", limit=5)
    assert len(found) == 3
    assert len({each.state for each in found}) == 3


async def test_an_act_that_is_taken_back_keeps_nothing(org: Organization) -> None:
    await versions.begin(org.id)
    with pytest.raises(NotFound):
        await phrases.remove(org.id, str(uuid.uuid4()), who=Who(agent=None, is_admin=True, by=BY))
    assert len(await versions.listed(org.id, "phrases", limit=5)) == 1


async def test_only_the_last_states_are_kept(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "KEPT", 3)
    await versions.begin(org.id)
    for number in range(11, 18):
        await limits(org.id, number)
    found = await versions.listed(org.id, "limits", limit=50)
    rates = [states.comparable(each.state)["rate_limit_per_minute"] for each in found]
    assert rates == [17, 16, 15]


async def test_another_organization_finds_nothing_of_it(
    org: Organization, other_org: Organization
) -> None:
    await versions.begin(org.id)
    [mine] = await versions.listed(org.id, "limits", limit=5)
    with pytest.raises(NotFound):
        await versions.one(other_org.id, "limits", str(mine.id))
    with pytest.raises(NotFound):
        await versions.one(org.id, "rules", str(mine.id))
    assert await versions.listed(other_org.id, "limits", limit=5) == []
