"""Announcements are deliveries like any other."""

from __future__ import annotations

import pytest

from app import channel_settings, database
from app.channels.sender import Line
from app.deliveries import announce, detail
from app.deliveries.announce import Written
from app.deliveries.log import Filter, listed
from app.deliveries.owe import lock
from app.tables import Announcement, Organization, new_id
from tests.app.deliveries.conftest import Add

SAID = Written(
    purpose="report",
    title="日报",
    lines=[Line("新留言 3", "/inbox"), Line("没有链接")],
    link="/overview",
)


async def told(org: Organization, channel: str) -> str | None:
    import uuid

    async with database.transaction():
        held = await lock(org.id)
        found = await announce.announce(org.id, held, uuid.UUID(channel), SAID)
    return str(found) if found else None


async def test_it_stands_in_the_log_with_its_text(org: Organization, add: Add) -> None:
    channel = await add("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k")
    uid = await told(org, channel)
    assert uid
    (line,) = (await listed(org.id, Filter())).items
    assert (line.uid, line.purpose, line.state, line.message_uid) == (
        uid,
        "report",
        "pending",
        None,
    )
    text = (await detail.one(org.id, uid)).text
    assert "日报" in text
    assert "[新留言 3](http://localhost:8080/inbox)" in text
    assert "http://localhost:8080/overview" in text


@pytest.mark.parametrize("what", ["archived", "of another organization", "unknown"])
async def test_a_channel_that_is_not_there_is_owed_nothing(
    org: Organization, other_org: Organization, add: Add, what: str
) -> None:
    channel = str(new_id())
    if what == "archived":
        channel = await add("custom", "http://127.0.0.1:9/h")
        await channel_settings.archive(org.id, channel, by="tests")
    elif what == "of another organization":
        raw = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h"}
        channel = await channel_settings.add(other_org.id, raw, by="tests")
    assert await told(org, channel) is None
    assert await Announcement.select(Announcement.skipped) == [{"skipped": "no_channel"}]


async def test_what_nobody_wrote_says_nothing() -> None:
    found, link = await announce.written(None)
    assert (found.title, found.lines, link) == ("", (), "")
