"""One delivery: every try, its company, and the words that were sent, without a secret in them."""

import pytest

from app import (
    channel_settings,
    database,
    deliveries,
    outside,
)
from app.deliveries import Courier, detail, log
from app.deliveries.log import Filter
from app.errors import NotFound
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors


async def newest(org: Organization, **wanted: str) -> str:
    return (await log.listed(org.id, Filter(**wanted))).items[0].uid


async def test_the_text_is_the_one_that_was_sent(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add(
        "wecom", fakes.add_bot("wecom", "k"), template="old {{ message.content }}", one_tap=False
    )
    await leave("hello")
    await settled(courier, org)
    await channel_settings.change(org.id, uid, {"template": "new"}, by="tests")

    shown = await detail.one(org.id, await newest(org))
    assert (shown.text, shown.was_sent) == ("old hello", True)
    assert [each.outcome for each in shown.tries] == ["ok"]


async def test_before_it_is_sent_the_text_is_what_it_would_be(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add(
        "wecom", fakes.add_bot("wecom", "k"), template="soon {{ message.content }}", one_tap=False
    )
    await leave("hello")
    shown = await detail.one(org.id, await newest(org))
    assert (shown.text, shown.was_sent, shown.tries) == ("soon hello", False, [])


async def test_secrets_in_the_text_are_hidden(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    url = fakes.add_hook("hidden-key-of-the-hook")
    await add("custom", url, body_template='{"to": "' + url + '", "say": "{{message.content}}"}')
    await leave("hello")
    await settled(courier, org)
    text = (await detail.one(org.id, await newest(org))).text
    assert "hidden-key" not in text
    assert "hello" in text


async def test_tries_before_and_after_a_replay_are_told_apart(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 400}, {"status": 200}]))
    await leave()
    await settled(courier, org)
    uid = await newest(org)
    await deliveries.replay(org.id, delivery=uid, by="Mei")
    await settled(courier, org)

    shown = await detail.one(org.id, uid)
    assert [each.outcome for each in shown.tries] == ["permanent_content", "ok"]
    assert len({each.dispatch for each in shown.tries}) == 2
    assert [entry.actor for entry in shown.replays] == ["Mei"]


async def test_a_digest_names_its_company(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "k"), rate_limit_per_minute=1)
    left = [await leave() for _ in range(3)]
    await settled(courier, org)

    shown = await detail.one(org.id, await newest(org))
    assert shown.delivery.shared == 3
    assert [each.reference for each in shown.companions] == [left[0].reference, left[1].reference]
    assert "3" in shown.text


async def test_a_test_is_shown_with_what_it_said(
    org: Organization, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("wecom", fakes.add_bot("wecom", "k"))
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    shown = await detail.one(org.id, await newest(org, state="test"))
    assert shown.delivery.test
    assert "【测试】" in shown.text
    assert [each.dispatch for each in shown.tries] == [None]


async def test_with_another_secret_key_everything_but_the_text_is_there(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "k"))
    await leave()
    await settled(courier, org)
    await database.execute("UPDATE channel SET config = 'gAAAA'")
    shown = await detail.one(org.id, await newest(org))
    assert (shown.text, shown.delivery.state) == ("", "sent")


async def test_what_belongs_to_others_is_not_there(
    org: Organization, other_org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    await leave()
    for uid in (await newest(org), "nonsense"):
        with pytest.raises(NotFound):
            await detail.one(other_org.id, uid)
