"""Leaving a message by program."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import widget
from app.people import tokens
from app.tables import Message, Organization

Web = Callable[..., httpx.AsyncClient]

MESSAGES = "/api/v1/leavemsg/messages"
BODY: dict[str, Any] = {
    "org": "default",
    "visitor": {"name": "张三", "phone": "13800138000", "email": "zhangsan@example.com"},
    "message": {"content": "我想咨询一下产品价格", "category": "产品咨询"},
    "fields": {},
    "page_url": "https://shop.example/p?id=1",
    "referrer": "https://shop.example/",
}

CORRECTIONS = [
    {"visitor": {**BODY["visitor"], "name": "张三丰"}},
    {"visitor": {**BODY["visitor"], "phone": "13900139000"}},
    {"visitor": {**BODY["visitor"], "email": "z@example.com"}},
    {"visitor": {**BODY["visitor"], "wechat": "zs_88abc"}},
    {"message": {**BODY["message"], "category": "售后服务"}},
    {"message": {**BODY["message"], "content": "something else"}},
    {"fields": {"order": "4711"}},
]


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_it_works(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(MESSAGES, json=BODY, headers={"user-agent": "test/1"})

    assert answer.status_code == 201
    assert list(answer.json()) == ["uid", "reference", "status", "duplicate", "created_at"]
    assert answer.json()["status"] == "pending"
    assert answer.json()["duplicate"] is False
    assert re.fullmatch(r"LM-[0-9A-Z]{6}", answer.json()["reference"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer.json()["created_at"])
    row = await Message.objects().first()
    assert row is not None
    assert (row.ip, row.user_agent, row.page_url) == ("127.0.0.1", "test/1", BODY["page_url"])


async def test_a_wechat_id_is_a_contact_that_is_asked_about_when_it_is_unusual(
    visitor: httpx.AsyncClient,
) -> None:
    """Also from a program that knows it as a field."""
    for body in (
        {"visitor": {"wechat": "wx：_zs88abc"}},
        {"fields": {"wechat": "wx：_zs88abc"}},
    ):
        answer = await visitor.post(MESSAGES, json={"message": {"content": "hi"}, **body})
        assert answer.status_code == 201
        [warning] = answer.json()["warnings"]
        assert warning["code"] == "wechat_odd"
    rows = await Message.objects()
    assert [(row.wechat, row.fields) for row in rows] == [("_zs88abc", "{}")] * 2


async def test_the_smallest_message_is_enough(visitor: httpx.AsyncClient) -> None:
    smallest = {"visitor": {"email": "a@b.example"}, "message": {"content": "hi"}}

    assert (await visitor.post(MESSAGES, json=smallest)).status_code == 201


async def test_the_same_again_is_a_duplicate_of_the_first(visitor: httpx.AsyncClient) -> None:
    first = (await visitor.post(MESSAGES, json=BODY)).json()
    again = (await visitor.post(MESSAGES, json=BODY)).json()

    assert again["duplicate"] is True
    assert again["reference"] == first["reference"]
    assert again["uid"] != first["uid"]


async def test_every_fault_is_told_at_once_with_its_place(visitor: httpx.AsyncClient) -> None:
    body = {
        "visitor": {"name": "x" * 65, "phone": "abc", "emial": "a@b.example"},
        "message": {"content": "", "category": 7},
        "fields": {"size/colour": []},
        "page_url": "javascript:alert(1)",
        "priority": "high",
    }

    answer = await visitor.post(MESSAGES, json=body)

    assert answer.status_code == 422
    assert sorted(faults(answer)) == [
        ("/fields/size~1colour", "wrong_type"),
        ("/message/category", "wrong_type"),
        ("/message/content", "required"),
        ("/page_url", "url_expected"),
        ("/priority", "unknown_key"),
        ("/visitor/emial", "unknown_key"),
        ("/visitor/name", "too_long"),
        ("/visitor/phone", "phone_format"),
    ]


async def test_a_way_to_reach_the_visitor_is_needed(visitor: httpx.AsyncClient) -> None:
    body = {"visitor": {"name": "张三"}, "message": {"content": "hi"}}

    assert faults(await visitor.post(MESSAGES, json=body)) == [("/visitor", "contact_required")]


async def test_a_key_makes_a_retry_safe(visitor: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "order-7"}
    first = await visitor.post(MESSAGES, json=BODY, headers=key)
    again = await visitor.post(MESSAGES, json=BODY, headers=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert await Message.count() == 1


@pytest.mark.parametrize("corrected", CORRECTIONS)
async def test_a_key_of_a_program_is_for_one_message_only(
    api: httpx.AsyncClient, corrected: dict[str, Any]
) -> None:
    """What it corrects is not dropped without a word."""
    key = {"idempotency-key": "order-7"}
    await api.post(MESSAGES, json=BODY, headers=key)

    answer = await api.post(MESSAGES, json={**BODY, **corrected}, headers=key)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("corrected", CORRECTIONS)
async def test_a_strangers_key_never_refuses_another_message(
    visitor: httpx.AsyncClient, corrected: dict[str, Any]
) -> None:
    key = {"idempotency-key": "order-4711"}
    first = await visitor.post(MESSAGES, json=BODY, headers=key)
    other = await visitor.post(MESSAGES, json={**BODY, **corrected}, headers=key)
    again = await visitor.post(MESSAGES, json={**BODY, **corrected}, headers=key)

    assert (other.status_code, again.json()) == (201, other.json())
    assert other.json()["uid"] != first.json()["uid"]
    assert other.json()["status"] == "pending"
    assert await Message.count() == 2


async def test_the_language_of_a_retry_makes_no_second_message(visitor: httpx.AsyncClient) -> None:
    for language in ("zh-CN", "en"):
        headers = {"idempotency-key": "k", "accept-language": language}
        assert (await visitor.post(MESSAGES, json=BODY, headers=headers)).status_code == 201
    assert await Message.count() == 1


async def test_one_callers_key_is_not_anothers(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    key = {"idempotency-key": "1"}
    await visitor.post(MESSAGES, json=BODY, headers=key)

    assert (await api.post(MESSAGES, json=BODY, headers=key)).status_code == 201
    assert await Message.count() == 2


@pytest.mark.parametrize("key", [b"", b"a b", b"\xff", b"a" * 201, b"\x7f"])
async def test_a_key_that_is_none_is_refused(visitor: httpx.AsyncClient, key: bytes) -> None:
    answer = await visitor.post(MESSAGES, json=BODY, headers={"idempotency-key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


async def test_one_key_sent_ten_times_at_once_is_one_message(visitor: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "order-7"}
    sent = [visitor.post(MESSAGES, json=BODY, headers=key) for _ in range(10)]

    answers = await asyncio.gather(*sent)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await Message.count() == 1


async def test_where_it_is_is_told_to_who_may_look(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient, web: Web, org: Organization
) -> None:
    blind = await tokens.create(org.id, "form", ["submit"])
    open_eyed = await api.post(MESSAGES, json=BODY)
    submit_only = await web(headers={"authorization": f"Bearer {blind}"}).post(MESSAGES, json=BODY)

    assert open_eyed.headers["location"] == f"{MESSAGES}/{open_eyed.json()['uid']}"
    assert (await api.get(open_eyed.headers["location"])).status_code == 200
    assert "location" not in submit_only.headers
    assert "location" not in (await visitor.post(MESSAGES, json=BODY)).headers


async def test_a_token_decides_the_organization(
    web: Web, other_token: str, other_org: Organization
) -> None:
    await web(headers={"authorization": f"Bearer {other_token}"}).post(MESSAGES, json=BODY)

    row = await Message.objects().first()
    assert row is not None
    assert row.organization == other_org.id


async def test_a_stranger_is_held_to_the_limit_and_a_token_is_not(
    web: Web, api: httpx.AsyncClient, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE="2")
    stranger = web()

    codes = [(await stranger.post(MESSAGES, json=BODY)).status_code for _ in range(3)]
    last = await stranger.post(MESSAGES, json=BODY)

    assert codes == [201, 201, 429]
    assert 1 <= int(last.headers["retry-after"]) <= 61
    assert (await api.post(MESSAGES, json=BODY)).status_code == 201


async def test_faults_without_an_end_are_too_many_too(
    web: Web, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE="1")
    stranger = web()

    codes = [(await stranger.post(MESSAGES, json={})).status_code for _ in range(7)]

    assert codes == [422] * 6 + [429]


async def test_a_fault_costs_no_place_of_the_limit(web: Web, configure: Callable[..., Any]) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE="1")
    stranger = web()
    await stranger.post(MESSAGES, json={})

    assert (await stranger.post(MESSAGES, json=BODY)).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:8080"}, 201),
        ({}, 201),
    ],
)
async def test_pages_of_other_sites_are_refused(
    visitor: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    assert (await visitor.post(MESSAGES, json=BODY, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://shop.example", 201), ("https://shop.example.evil.example", 403), ("null", 403)],
)
async def test_a_page_of_a_listed_site_may_leave_messages_and_read_the_answer(
    visitor: httpx.AsyncClient, org: Organization, origin: str, status: int
) -> None:
    await widget.restrict(org.id, ["https://shop.example"], by="x")
    page = {"origin": origin, "sec-fetch-site": "cross-site"}
    answer = await visitor.post(MESSAGES, json=BODY, headers=page)
    refused = await visitor.post(MESSAGES, json={"org": "default"}, headers=page)

    assert answer.status_code == status
    assert refused.status_code == (422 if status == 201 else 403)
    for each in (answer, refused):
        readable = each.headers.get("access-control-allow-origin")
        assert readable == (origin if status == 201 else None)
        assert "access-control-allow-credentials" not in each.headers


async def test_a_preflight_lets_a_page_send_json_and_no_token(visitor: httpx.AsyncClient) -> None:
    wish = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    answer = await visitor.options(MESSAGES, headers=wish)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "Content-Type, Idempotency-Key"
    other = await visitor.options(f"{MESSAGES}/x", headers=wish)
    assert not any(name.startswith("access-control") for name in other.headers)


async def test_what_is_probably_a_slip_is_stored_with_a_warning(visitor: httpx.AsyncClient) -> None:
    body = {**BODY, "visitor": {"phone": "12345", "email": "a@gmail.con"}}
    answer = await visitor.post(MESSAGES, json=body)

    assert answer.status_code == 201
    assert [(each["pointer"], each["code"]) for each in answer.json()["warnings"]] == [
        ("/visitor/phone", "phone_short"),
        ("/visitor/email", "email_slip"),
    ]


async def test_a_corrected_phone_is_another_message_of_its_own(visitor: httpx.AsyncClient) -> None:
    wrong = {**BODY, "visitor": {"name": "张三", "phone": "138-0013-80"}}
    right = {**BODY, "visitor": {"name": "张三", "phone": "13800138000"}}
    first = (await visitor.post(MESSAGES, json=wrong)).json()
    second = (await visitor.post(MESSAGES, json=right)).json()

    assert (second["status"], second["duplicate"]) == ("pending", True)
    assert second["reference"] != first["reference"]


async def test_null_is_left_out(visitor: httpx.AsyncClient) -> None:
    body = {
        "org": None,
        "visitor": {"name": None, "phone": "13800138000", "email": None},
        "message": {"content": "hi", "category": None},
        "fields": {"a": None, "b": "x"},
        "page_url": None,
    }
    assert (await visitor.post(MESSAGES, json=body)).status_code == 201
    row = await Message.objects().first()
    assert row is not None
    assert row.fields == '{"b":"x"}'
    nothing = await visitor.post(MESSAGES, json={"visitor": None, "message": None})
    assert nothing.status_code == 422


async def test_a_body_may_begin_with_a_mark(visitor: httpx.AsyncClient) -> None:
    raw = b"\xef\xbb\xbf" + msgspec.json.encode(BODY)
    headers = {"content-type": "application/json"}
    assert (await visitor.post(MESSAGES, content=raw, headers=headers)).status_code == 201
