"""What is done with data, from the settings as they are."""

from __future__ import annotations

from app import channel_settings, fields
from app.fields import versions
from app.processing.facts import gather
from app.tables import Channel, Organization
from tests.app.fields.conftest import own, with_fields
from tests.texts import texts


async def test_it_names_what_is_asked_and_whom_it_goes_to(org: Organization) -> None:
    fresh = await gather(org, "en")
    assert [each.label for each in fresh.asked][:2] == ["Your message", "What is it about?"]
    assert (fresh.recipients, fresh.consents, fresh.takes_files) == ([], [], False)
    assert fresh.addresses[0].endswith("/w/default")

    consent = own("ok", "consent", label=texts("我同意", "I agree"))
    form = with_fields(
        own("order", label=texts("订单号", "Order")),
        own("pic", "files", takes=("pictures",)),
        consent,
    )
    await versions.edit(org.id, lambda _: form)
    await fields.publish(org.id, by="tests")
    robot = {"type": "wecom", "name": "销售群", "webhook_url": WECOM}
    await channel_settings.add(org.id, robot, by="tests")
    hook = {"type": "custom", "name": "CRM", "webhook_url": "https://hooks.shop.example/x?key=y"}
    off = await channel_settings.add(org.id, hook, by="tests")
    found = await gather(org, "zh-CN")
    assert "订单号" in [each.label for each in found.asked]
    assert (found.consents, found.takes_files) == (["我同意"], True)
    assert [(each.host, each.runs.where) for each in found.recipients] == [
        ("qyapi.weixin.qq.com", "mainland"),
        ("hooks.shop.example", "unknown"),
    ]
    await Channel.update({Channel.enabled: False}).where(Channel.id == off)
    assert len((await gather(org, "zh-CN")).recipients) == 1


async def test_an_endpoint_of_events_gets_something_only_with_personal_data(
    org: Organization,
) -> None:
    for name, personal in (("board", False), ("CRM", True)):
        address = f"https://{name.lower()}.example.com/"
        raw = {"type": "events", "name": name, "webhook_url": address, "personal": personal}
        await channel_settings.add(org.id, raw, by="tests")
    found = await gather(org, "en")
    assert [(each.name, each.shows) for each in found.recipients] == [
        ("board", "events"),
        ("CRM", "all"),
    ]
    assert [each.name for each in found.told] == ["CRM"]


async def test_a_channel_that_cannot_be_read_is_named_all_the_same(org: Organization) -> None:
    robot = {"type": "wecom", "name": "销售群", "webhook_url": WECOM}
    await channel_settings.add(org.id, robot, by="tests")
    await Channel.update({Channel.config: "broken"}, force=True)
    (found,) = (await gather(org, "en")).recipients
    assert (found.name, found.host, found.runs.where) == ("销售群", "", "unknown")


WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
