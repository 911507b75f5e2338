"""留言通知 by program: the seed's examples, faults with their places, real answers to a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.people import tokens
from app.tables import Organization, new_id
from tests.fakes.vendors import FakeVendors

BASE = "/api/v1/leavemsg"
CONFIG = f"{BASE}/config"
COMMON = ["name", "enabled", "priority", "rate_limit_per_minute", "template", "health"]


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


def wecom(fakes: FakeVendors, key: str = "k1") -> dict[str, Any]:
    return {"type": "wecom", "webhook_url": fakes.add_bot("wecom", key), "enabled": True}


EXAMPLES: list[dict[str, Any]] = [
    {
        "type": "wecom",
        "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=YOUR_KEY",
        "enabled": True,
    },
    {
        "type": "dingtalk",
        "webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=YOUR_TOKEN",
        "enabled": True,
    },
    {
        "type": "feishu",
        "webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/YOUR_WEBHOOK_ID",
        "enabled": True,
    },
    {
        "type": "email",
        "smtp_config": {
            "host": "smtp.example.com",
            "port": 587,
            "secure": True,
            "auth": {"user": "your-email@example.com", "pass": "your-password"},
        },
        "to": ["admin@example.com", "support@example.com"],
        "enabled": True,
    },
    {
        "type": "custom",
        "webhook_url": "https://your-server.com/webhook/leavemsg",
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Authorization": "Bearer YOUR_TOKEN"},
        "enabled": True,
    },
]
SECRETS = ("YOUR_KEY", "YOUR_TOKEN", "YOUR_WEBHOOK_ID", "your-password")


async def test_the_documented_examples_are_taken_as_they_are(api: httpx.AsyncClient) -> None:
    answer = await api.post(CONFIG, json={"notifications": EXAMPLES})

    assert answer.status_code == 200, answer.text
    saved = answer.json()
    assert [each["type"] for each in saved["notifications"]] == [e["type"] for e in EXAMPLES]
    assert all(each["uid"] for each in saved["notifications"])
    assert not any(secret in answer.text for secret in SECRETS)


async def test_four_addresses_tell_the_same(api: httpx.AsyncClient) -> None:
    body = {"notifications": EXAMPLES[:1], "rate_limit_per_minute": 7, "dedup_window_seconds": 60}
    saved = (await api.post(f"{BASE}/create", json=body)).json()

    assert list(saved) == [
        *("notifications", "rate_limit_per_minute", "rate_limit_total_per_minute"),
        "dedup_window_seconds",
    ]
    assert (saved["rate_limit_per_minute"], saved["dedup_window_seconds"]) == (7, 60)
    assert (await api.get(f"{BASE}/query/uid")).json() == saved
    assert (await api.get(CONFIG)).json() == saved
    assert (await api.post(CONFIG, json=body)).json() == saved


async def test_one_channel_is_read_by_its_uid(api: httpx.AsyncClient) -> None:
    saved = (await api.post(CONFIG, json={"notifications": EXAMPLES})).json()["notifications"][1]

    one = (await api.get(f"{BASE}/query/uid", params={"uid": saved["uid"]})).json()
    none = await api.get(f"{BASE}/query/uid", params={"uid": str(new_id())})
    typo = await api.get(f"{BASE}/query/uid", params={"id": saved["uid"]})

    assert one == saved
    assert [key for key in one if key in COMMON] == COMMON
    assert none.status_code == 404
    assert typo.json()["errors"][0]["pointer"] == "/id"


async def test_what_was_read_can_be_sent_back(api: httpx.AsyncClient) -> None:
    saved = (await api.post(CONFIG, json={"notifications": EXAMPLES})).json()

    again = await api.post(CONFIG, json=saved)

    assert (again.status_code, again.json()) == (200, saved)


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"type": "wecom", "webhook_url": "http://qyapi.weixin.qq.com/x"}, "/webhook_url"),
        ({"type": "wecom", "webhook_url": "https://evil.example/x"}, "/webhook_url"),
        ({"type": "custom", "webhook_url": "https://10.0.0.1/x"}, "/webhook_url"),
        ({"type": "wecom"}, "/webhook_url"),
        ({"type": "fax"}, "/type"),
        ({**EXAMPLES[0], "webhok_url": "x"}, "/webhok_url"),
        ({**EXAMPLES[0], "priority": "urgent"}, "/priority"),
        ({**EXAMPLES[0], "enabled": "yes"}, "/enabled"),
        ("wecom", ""),
    ],
)
async def test_what_cannot_work_is_refused_with_its_place(
    api: httpx.AsyncClient, entry: Any, pointer: str
) -> None:
    answer = await api.post(CONFIG, json={"notifications": [EXAMPLES[4], entry]})

    assert answer.status_code == 422
    assert f"/notifications/1{pointer}" in [e["pointer"] for e in answer.json()["errors"]]
    assert (await api.get(CONFIG)).json()["notifications"] == []


async def test_a_configuration_may_be_larger_than_a_message(api: httpx.AsyncClient) -> None:
    long = {**EXAMPLES[4], "name": "x" * 70_000}

    assert (await api.post(CONFIG, json={"notifications": [long]})).status_code == 422
    huge = {**EXAMPLES[4], "name": "x" * 270_000}
    assert (await api.post(CONFIG, json={"notifications": [huge]})).status_code == 413


async def test_a_test_brings_the_platforms_own_answer(
    api: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    body = {"notifications": [wecom(fakes)]}
    saved = (await api.post(CONFIG, json=body)).json()["notifications"][0]

    answer = await api.post(f"{BASE}/test", json={"uid": saved["uid"]})

    assert answer.status_code == 200
    (result,) = answer.json()["results"]
    assert list(result)[:7] == ["uid", "type", "ok", "code", "message", "hint", "duration_ms"]
    assert (result["uid"], result["ok"], result["code"]) == (saved["uid"], True, "0")
    assert result["hint"] is None
    assert len(fakes.calls("wecom", "k1")) == 1


async def test_a_refusal_of_the_platform_is_a_result_with_a_hint(
    api: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    gone = {"type": "wecom", "webhook_url": fakes.address("wecom", "nobody")}

    answer = await api.post(f"{BASE}/test", json=gone, headers={"accept-language": "en"})

    (result,) = answer.json()["results"]
    assert (answer.status_code, result["ok"], result["code"]) == (200, False, "93000")
    assert result["uid"] is None
    assert "Copy the robot's address again" in result["hint"]
    assert "nobody" not in answer.text


async def test_without_a_body_every_enabled_channel_is_tested(
    api: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    off = {**wecom(fakes, "k2"), "enabled": False}
    await api.post(CONFIG, json={"notifications": [wecom(fakes), off]})

    for body in ({"json": {}}, {}):
        results = (await api.post(f"{BASE}/test", **body)).json()["results"]
        assert [each["ok"] for each in results] == [True]
    assert fakes.calls("wecom", "k2") == []


async def test_a_saved_channel_is_tested_as_it_stands_on_the_screen(
    api: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    saved = (await api.post(CONFIG, json={"notifications": [wecom(fakes)]})).json()
    masked = {**saved["notifications"][0], "name": "renamed"}

    (result,) = (await api.post(f"{BASE}/test", json=masked)).json()["results"]

    assert result["ok"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"uid": "01999999-0000-7000-8000-000000000000"}, 404),
        ({"uid": "x"}, 404),
        ({"uid": ""}, 404),
        ({"uid": 7}, 422),
        ({"uid": None, "type": "fax"}, 422),
        ({"uid": None}, 422),
        ({"webhook_url": "https://qyapi.weixin.qq.com/x"}, 422),
    ],
)
async def test_what_cannot_be_tested_is_refused(
    api: httpx.AsyncClient, body: Any, status: int
) -> None:
    assert (await api.post(f"{BASE}/test", json=body)).status_code == status


async def test_tests_have_a_small_budget(api: httpx.AsyncClient, fakes: FakeVendors) -> None:
    channel = wecom(fakes)

    codes = [(await api.post(f"{BASE}/test", json=channel)).status_code for _ in range(6)]

    assert codes == [200] * 5 + [429]


async def test_what_fails_is_told_in_the_callers_language(
    api: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    saved = await api.post(CONFIG, json={"notifications": [wecom(fakes)]})
    health = saved.json()["notifications"][0]["health"]

    assert (health["state"], health["hint"], health["last_ok_at"]) == ("untested", None, None)
    assert "facts" not in health


async def test_who_may_only_test_sends_nothing_that_is_not_saved(
    api: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    saved = (await api.post(CONFIG, json={"notifications": [wecom(fakes)]})).json()
    uid = saved["notifications"][0]["uid"]
    token = await tokens.create(org.id, "tester", ["channels:test"])
    only = {"Authorization": f"Bearer {token}"}

    for body in ({"uid": uid, "name": "x"}, {"uid": uid, "mention_all": True}, wecom(fakes, "k2")):
        answer = await api.post(f"{BASE}/test", json=body, headers=only)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert fakes.calls() == []

    assert (await api.post(f"{BASE}/test", json={"uid": uid}, headers=only)).status_code == 200
    assert len(fakes.calls("wecom", "k1")) == 1


async def test_what_is_archived_is_named_and_comes_back(api: httpx.AsyncClient) -> None:
    first = (await api.post(CONFIG, json={"notifications": EXAMPLES})).json()["notifications"]
    answer = (await api.post(CONFIG, json={"notifications": EXAMPLES[:1]})).json()
    assert [each["uid"] for each in answer["archived"]] == [each["uid"] for each in first[1:]]

    again = (await api.post(CONFIG, json={"notifications": EXAMPLES})).json()
    assert [each["uid"] for each in again["notifications"]] == [each["uid"] for each in first]
    assert "archived" not in again


async def test_an_empty_channel_never_means_all(api: httpx.AsyncClient) -> None:
    deliveries = f"{BASE}/deliveries"
    answers = [await api.get(deliveries, params={"channel": ""})]
    for path in ("/replay", "/replay/stop"):
        for empty in ("", None):
            answers.append(await api.post(deliveries + path, json={"channel": empty}))

    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/channel"
