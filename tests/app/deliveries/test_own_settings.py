"""What a custom channel says of its own texts counts before what the organization says."""

from app import channel_settings, deliveries, messages
from app.deliveries import Courier, template_versions
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors

OURS = '{"ours": "{{message.content}}"}'
MINE = '{"mine": "{{message.content}}"}'


async def test_its_own_body_leads_and_the_organizations_serves_the_others(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await template_versions.save(org.id, "custom", OURS, by="tests")
    await add("custom", fakes.add_hook("own"), body_template=MINE)
    await add("custom", fakes.add_hook("plain"))
    await leave("hello")
    await settled(courier, org)
    assert fakes.calls("hook", "own")[0].raw == b'{"mine":"hello"}'
    assert fakes.calls("hook", "plain")[0].raw == b'{"ours":"hello"}'


async def test_a_try_again_says_what_the_first_try_said(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("own", answers=[{"status": 404}]), body_template=MINE)
    left = await leave("hello")
    await settled(courier, org)
    await channel_settings.change(org.id, uid, {"body_template": OURS}, by="tests")

    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    await deliveries.replay(org.id, delivery=sent.uid, as_sent=True, by="tests")
    await settled(courier, org)
    assert [call.raw for call in fakes.calls("hook", "own")] == [b'{"mine":"hello"}'] * 2


async def test_messages_are_combined_where_that_is_wanted(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("one"), rate_limit_per_minute=2)
    await add("custom", fakes.add_hook("many"), rate_limit_per_minute=2, digest=True)
    for _ in range(5):
        await leave()
    await settled(courier, org)
    assert [len(fakes.calls("hook", name)) for name in ("one", "many")] == [2, 2]
    assert [b"leave_message_digest" in call.raw for call in fakes.calls("hook", "one")] == [
        False
    ] * 2
    assert sum(b"leave_message_digest" in call.raw for call in fakes.calls("hook", "many")) == 1
