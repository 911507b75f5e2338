"""The list, one message, and what is done with it."""

from __future__ import annotations

import json
from typing import Any

import httpx

MESSAGES = "/api/v1/leavemsg/messages"
LIST = "/api/v1/leavemsg/query/org"
VISITOR = {"name": "张三", "phone": "13800138000", "email": "zhangsan@example.com"}


async def leave(api: httpx.AsyncClient, content: str) -> str:
    body = {"visitor": VISITOR, "message": {"content": content, "category": "产品咨询"}}
    uid: str = (await api.post(MESSAGES, json=body)).json()["uid"]
    return uid


async def listed(api: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await api.get(LIST, params=query)
    return [item["message"]["content"] for item in answer.json()["items"]]


async def test_it_works(api: httpx.AsyncClient) -> None:
    uid = await leave(api, "我想咨询一下产品价格")

    page = (await api.get(LIST)).json()

    assert list(page) == ["items", "next_cursor"]
    assert page["next_cursor"] is None
    (item,) = page["items"]
    assert list(item)[:11] == [
        *("uid", "reference", "status", "visitor", "message", "fields", "source", "page_url"),
        *("created_at", "repeats", "deliveries"),
    ]
    assert list(item["visitor"]) == ["name", "phone", "email", "ip", "user_agent", "wechat"]
    assert item["message"] == {"content": "我想咨询一下产品价格", "category": "产品咨询"}
    assert list(item["deliveries"])[:3] == ["pending", "sent", "failed"]
    assert (item["uid"], item["source"], item["repeats"]) == (uid, "web_chat", 1)
    assert item["created_at"].endswith("Z")


async def test_pages_follow_one_another_without_a_gap(api: httpx.AsyncClient) -> None:
    for number in range(5):
        await leave(api, f"message {number}")

    found, cursor = [], ""
    while True:
        page = (await api.get(LIST, params={"limit": 2, "cursor": cursor})).json()
        found += [item["message"]["content"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert found == [f"message {number}" for number in (4, 3, 2, 1, 0)]


async def test_a_visitors_messages_are_listed_before_one_and_by_contact(
    api: httpx.AsyncClient,
) -> None:
    await leave(api, "first words")
    await leave(api, "second words")
    body = {"visitor": {"email": "li@a.cn"}, "message": {"content": "others"}}
    await api.post(MESSAGES, json=body)
    last = await leave(api, "last words")

    page = (await api.get(f"{MESSAGES}/{last}/earlier", params={"limit": 1})).json()
    assert [item["message"]["content"] for item in page["items"]] == ["second words"]
    more = {"limit": 1, "cursor": page["next_cursor"]}
    page = (await api.get(f"{MESSAGES}/{last}/earlier", params=more)).json()
    assert [item["message"]["content"] for item in page["items"]] == ["first words"]
    assert page["next_cursor"] is None
    assert await listed(api, contact="LI@a.cn") == ["others"]
    assert await listed(api, contact="+86 138-0013-8000, li@a.cn", limit=2) == [
        "last words",
        "others",
    ]
    assert (await api.get(f"{MESSAGES}/{last}/earlier", params={"q": "x"})).status_code == 422


async def test_the_list_is_filtered(api: httpx.AsyncClient) -> None:
    await leave(api, "first words")
    await api.post(f"{MESSAGES}/{await leave(api, 'second words')}/handle", json={})

    assert await listed(api, status="handled") == ["second words"]
    assert await listed(api, status="pending", q="words") == ["first words"]
    assert await listed(api, q="second") == ["second words"]
    assert await listed(api, **{"from": "2020-01-01", "to": "2020-01-02"}) == []
    assert len(await listed(api, **{"from": "2020-01-01"})) == 2


async def test_one_message_is_shown_with_everything(api: httpx.AsyncClient) -> None:
    uid = await leave(api, "hello")

    shown = (await api.get(f"{MESSAGES}/{uid}")).json()

    assert (shown["uid"], shown["message"]["content"]) == (uid, "hello")
    assert shown["deliveries"] == shown["linked"] == []
    assert shown["read_at"] is None


async def test_a_repeat_names_its_first_and_the_first_its_repeats(api: httpx.AsyncClient) -> None:
    first, second = await leave(api, "hello"), await leave(api, "hello")

    shown = (await api.get(f"{MESSAGES}/{first}")).json()

    assert (await api.get(f"{MESSAGES}/{second}")).json()["repeat_of"] == first
    assert [each["uid"] for each in shown["linked"]] == [second]
    assert shown["repeats"] == 2


async def test_a_message_is_handled_once_and_reopened(api: httpx.AsyncClient) -> None:
    uid = await leave(api, "hello")
    wish = {"outcome": "phone", "note": "called back"}

    done = (await api.post(f"{MESSAGES}/{uid}/handle", json=wish)).json()
    again = await api.post(f"{MESSAGES}/{uid}/handle", json=wish)
    back = (await api.post(f"{MESSAGES}/{uid}/reopen")).json()

    assert (done["status"], done["outcome"], done["note"]) == ("handled", "phone", "called back")
    assert (done["handled_by"], done["handled_at"] is None) == ("tests", False)
    assert (again.status_code, again.json()["code"]) == (409, "already_handled")
    assert (back["status"], back["handled_at"]) == ("pending", None)


async def test_spam_goes_and_comes_back(api: httpx.AsyncClient) -> None:
    uid = await leave(api, "buy now")

    assert (await api.post(f"{MESSAGES}/{uid}/spam")).json()["status"] == "spam"
    assert (await api.post(f"{MESSAGES}/{uid}/reopen", json={})).json()["status"] == "pending"


async def test_an_unknown_outcome_and_unknown_keys_are_refused(api: httpx.AsyncClient) -> None:
    uid = await leave(api, "hello")

    answer = await api.post(f"{MESSAGES}/{uid}/handle", json={"outcome": 1, "notes": ""})
    unknown = await api.post(f"{MESSAGES}/{uid}/handle", json={"outcome": "fax"})
    other = await api.post(f"{MESSAGES}/{uid}/spam", json={"really": True})

    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/outcome", "wrong_type"),
        ("/notes", "unknown_key"),
    ]
    (fault,) = unknown.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/outcome", "unknown_outcome")
    assert "phone, email, wechat, none" in fault["detail"]
    assert other.status_code == 422


async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient) -> None:
    nobody = "01999999-0000-7000-8000-000000000000"
    for path in ("", "/handle", "/reopen", "/spam"):
        method = "POST" if path else "GET"

        assert (await api.request(method, f"{MESSAGES}/{nobody}{path}")).status_code == 404


async def test_the_list_can_be_taken_as_a_file(api: httpx.AsyncClient) -> None:
    for content in ("=first", "second", "third"):
        await leave(api, content)
    lines = await api.get(f"{MESSAGES}/export", params={"format": "jsonl", "q": "second"})
    table = await api.get(f"{MESSAGES}/export", headers={"Accept-Language": "zh-CN"})

    (shown,) = (await api.get(LIST, params={"q": "second"})).json()["items"]
    assert [json.loads(line) for line in lines.text.splitlines()] == [shown]
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.startswith('\ufeff"编号"')
    assert table.text.count("\r\n") == 4
    assert '"\'=first"' in table.text


async def test_what_a_file_cannot_be_is_refused(api: httpx.AsyncClient) -> None:
    for query in ({"format": "pdf"}, {"limit": "5"}, {"status": "lost"}):
        answer = await api.get(f"{MESSAGES}/export", params=query)
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{next(iter(query))}"]
