"""How many notices go out, and what they say."""

from __future__ import annotations

from app.configuration import parts
from app.tables import Organization
from tests.app.configuration.conftest import applied, changes, planned


async def test_a_limit_that_is_left_out_stays(org: Organization) -> None:
    await applied(org, {"limits": {"rate_limit_per_minute": 5, "dedup_window_seconds": 60}})
    found = await planned(org, {"limits": {"dedup_window_seconds": 90}})
    assert changes(found) == [("changed", "limits dedup_window_seconds")]


async def test_confirmations_go_through_a_channel_by_its_name(org: Organization) -> None:
    email = {
        "name": "邮件",
        "type": "email",
        "smtp_config": {"host": "smtp.example.com", "port": 465, "secure": True},
        "from": "b@example.com",
        "to": ["a@example.com"],
    }
    await applied(org, {"channels": [email], "limits": {"confirm_channel": "邮件"}})
    assert (await parts.PARTS["limits"].read(org))["confirm_channel"] == "邮件"
    await applied(org, {"limits": {"confirm_channel": None}})
    assert (await parts.PARTS["limits"].read(org))["confirm_channel"] is None


async def test_a_template_that_is_not_listed_is_the_built_in_one_again(org: Organization) -> None:
    text = "新留言\n{{ message.content }}"
    await applied(org, {"templates": {"wecom": text, "feishu": text}})
    assert changes((await applied(org, {"templates": {"wecom": text}})).plan) == [
        ("removed", "templates feishu")
    ]
    assert await parts.PARTS["templates"].read(org) == {"wecom": text}
