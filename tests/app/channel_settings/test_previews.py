"""A preview says what people would read, by the code that sends, and how much room it takes."""

import pytest

from app import channel_settings
from app.channel_settings import previews
from app.channels.wecom import WeCom
from app.errors import Invalid, NotFound
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, add, fakes, leave
from tests.fakes.vendors import FakeVendors

__all__ = ["add", "fakes", "leave"]
LIMITS = {"wecom": 4096, "dingtalk": 20_000, "feishu": 19_500, "email": None, "custom": 262_144}


@pytest.mark.parametrize("kind", LIMITS)
async def test_every_kind_shows_its_built_in_text(org: Organization, kind: str) -> None:
    sender = await previews.of_kind(org.id, kind)
    shown = await previews.preview(org.id, sender, "")
    assert "张三" in shown.text
    assert (shown.limit, shown.cut, shown.used) == (LIMITS[kind], False, True)
    assert 0 < shown.size < (shown.limit or 10_000)


async def test_a_real_message_is_shown_and_its_markup_is_harmless(
    org: Organization, leave: Leave
) -> None:
    left = await leave("<@all> [free](https://evil.example)")
    sender = await previews.of_kind(org.id, "wecom")
    template = "**{{ visitor.name }}**: {{ message.content }}"
    shown = await previews.preview(org.id, sender, template, message=left.uid)
    assert shown.text == "**张三**: ＜@all＞ ［free］(https://evil.example)"


async def test_a_channel_of_the_kind_lends_its_format(
    org: Organization, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("wecom", fakes.add_bot("wecom", "k"), format="text")
    sender = await previews.of_kind(org.id, "wecom")
    assert (await previews.preview(org.id, sender, "")).limit == 2048
    await channel_settings.archive(org.id, uid, by="tests")
    sender = await previews.of_kind(org.id, "wecom")
    assert (await previews.preview(org.id, sender, "")).limit == 4096


def test_an_unfinished_channel_can_be_previewed() -> None:
    assert previews.specimen("wecom", {"format": "text", "webhook_url": ""}).format == "text"  # type: ignore[union-attr]
    assert previews.specimen("wecom", {"format": "smoke signals"}).kind == "wecom"


async def test_what_is_too_long_is_cut_and_said(org: Organization, leave: Leave) -> None:
    left = await leave("很长" * 2400)
    sender = await previews.of_kind(org.id, "wecom")
    shown = await previews.preview(org.id, sender, "{{ message.content }}", message=left.uid)
    assert shown.cut
    assert shown.limit is not None
    assert shown.limit - 10 < shown.size <= shown.limit


async def test_a_template_that_does_not_fit_is_not_used(org: Organization) -> None:
    sender = await previews.of_kind(org.id, "wecom")
    shown = await previews.preview(org.id, sender, "字" * 2000 + "{{ visitor.name }}")
    assert not shown.used
    assert "张三" in shown.text


async def test_a_copy_of_the_built_in_text_is_used(org: Organization) -> None:
    sender = await previews.of_kind(org.id, "wecom")
    assert (await previews.preview(org.id, sender, WeCom.own_text("zh-CN"))).used


async def test_a_faulty_template_and_an_unknown_message_are_refused(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    sender = await previews.of_kind(org.id, "custom")
    for template, code in (("{", "template_not_json"), ("{{ x }}", "template_unknown_variable")):
        with pytest.raises(Invalid) as caught:
            await previews.preview(org.id, sender, template)
        assert [(p.pointer, p.code) for p in caught.value.problems] == [("/text", code)]
    ours = (await leave()).uid
    for uid in (ours, "nonsense"):
        with pytest.raises(Invalid) as caught:
            await previews.preview(other_org.id, sender, "", message=uid)
        assert caught.value.problems[0].pointer == "/message"


async def test_there_is_no_other_kind(org: Organization) -> None:
    with pytest.raises(NotFound):
        await previews.of_kind(org.id, "pigeon")


async def test_the_request_of_a_channel_is_a_command_without_its_secrets(
    org: Organization, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("dingtalk", fakes.add_bot("dingtalk", "c0ffee" * 4), secret="SEC5ec2e7")
    typed = {"type": "custom", "webhook_url": "https://a.example/x", "method": "GET"}

    saved = await previews.as_curl(org.id, "", uid=uid)
    unsaved = await previews.as_curl(org.id, "", raw=typed)

    assert "/robot/send?access_token=" in saved
    assert not [secret for secret in ("c0ffeec0ffee", "SEC5ec2e7") if secret in saved]
    assert "张三" in saved
    assert unsaved.startswith("curl -G")
    assert await previews.as_curl(org.id, "", raw={"type": "custom"}) == ""
    assert await previews.as_curl(org.id, "") == ""
