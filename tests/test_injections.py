"""A hundred visitors tell a model what to do, and a program obeys all of them that it reads: with a
token that only reads, nothing is written; with any token, nothing reaches a visitor."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Left, Visit, remarks
from app.people import tokens
from app.tables import Message, Organization, Remark, ReplyDraft
from tests.documents import read
from tests.web.http.test_operation import BASE, everything
from web.mcp.tools import READING, WRITING

Web = Callable[..., httpx.AsyncClient]
TEXTS = read("tests/injections.txt").splitlines()
INVENTED = (
    *("delete_message", "erase_message", "export_messages", "send_reply", "bulk_delete"),
    *("create_token", "update_channel"),
)
NAMES = [each.name for each in (*READING, *WRITING)]
TAKES: dict[str, tuple[str, ...]] = {
    "list_messages": (),
    "get_message": ("uid",),
    "list_remarks": ("uid",),
    "assign_message": ("uid", "assignee"),
    "change_message": ("uid", "priority", "tags"),
    "handle_message": ("uid", "outcome"),
    "reopen_message": ("uid",),
}
"""What each is called with; others with the message and the text."""
MEANT: dict[str, Any] = {"assignee": "nobody", "priority": "low", "tags": [], "outcome": "phone"}
PLACES = ("content", "name", "wechat", "category", "page", "mail")
"""Where a visitor may write, in turn; by mail they add to what they left."""


class Obedient:
    """Reads what the tools answer, and calls whatever tool it finds named there, about the first
    message that it has seen."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.uids: list[str] = []
        self.obeyed: set[str] = set()
        self.answers: list[dict[str, Any]] = []

    async def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        params = {"name": name, "arguments": arguments}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = await self.client.post(f"{BASE}/mcp", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def read(self) -> None:
        listed = await self.call("list_messages", limit=200)
        items = listed["result"]["structuredContent"]["untrusted_data"]["items"]
        self.uids = [each["uid"] for each in items]
        found = [listed]
        for name in ("get_message", "list_remarks", "get_message_history"):
            found += [await self.call(name, uid=uid) for uid in self.uids[:6]]
        said = "\n".join(text for each in found for text in texts(each["result"]))
        for text in TEXTS:
            if text in said:
                await self._obey(text)

    async def _obey(self, text: str) -> None:
        self.obeyed.add(text)
        plain = unicodedata.normalize("NFKC", text).casefold()
        for name in (*NAMES, *INVENTED):
            if name in plain:
                meant = {"uid": self.uids[0], "text": text, **MEANT}
                said = {key: meant[key] for key in TAKES.get(name, ("uid", "text"))}
                self.answers.append(await self.call(name, **said))


def texts(value: Any) -> Iterator[str]:
    """Every text of an answer, at any depth."""
    if isinstance(value, dict):
        value = [*value.values()]
    for each in value if isinstance(value, list) else ():
        yield from [each] if isinstance(each, str) else texts(each)


async def leave_all(org: Organization, answers: Answers, some: list[str]) -> None:
    for number, text in enumerate(some):
        place = PLACES[number % len(PLACES)]
        given = msgspec.structs.replace(answers, content=f"{number}")
        if place in {"content", "name", "wechat", "category"}:
            given = msgspec.structs.replace(given, **{place: text})
        page = f"https://shop.example/?{text}" if place == "page" else ""
        seen = Visit(ip="203.0.113.7", page_url=page)
        left: Left = await messages.leave(org, given, seen, submission_id=f"i{number}")
        if place == "mail":
            # As a mail does that came in.
            await remarks.append(org.id, left.uid, text, came={"from": "a@evil.example"})


async def agent(web: Web, org: Organization, *scopes: str) -> Obedient:
    token = await tokens.create(org.id, "助手", ["mcp", "messages:contacts", *scopes])
    return Obedient(web(headers={"Authorization": f"Bearer {token}"}))


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_hundred_injections_write_nothing(
    web: Web, org: Organization, answers: Answers
) -> None:
    assert len(TEXTS) == len(set(TEXTS)) == 100
    await leave_all(org, answers, TEXTS)
    obedient = await agent(web, org, "messages:read", "config:read")
    before = await everything()
    await obedient.read()

    assert len(obedient.obeyed) >= 80, "it has to read most of them to obey"
    assert len(obedient.answers) >= 80
    writes = [each for each in obedient.answers if "result" in each]
    refused = [each for each in writes if each["result"]["isError"]]
    assert len(refused) >= 60
    assert await everything() == before


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_with_a_token_that_may_write_nothing_reaches_a_visitor(
    web: Web, org: Organization, answers: Answers
) -> None:
    await leave_all(org, answers, TEXTS[::4])
    scopes = ("messages:read", "messages:write", "drafts:write", "config:read", "messages:erase")
    obedient = await agent(web, org, *scopes)
    before = await everything()
    await obedient.read()
    after = await everything()

    assert not all(each["result"]["isError"] for each in obedient.answers if "result" in each)
    own = {"message", "remark", "reply_draft", "event", "audit", "organization", "kept_answer"}
    own |= {"tag", "tagging", "search_change", "mention", "audit_head"}
    assert {name for name in after if after[name] != before[name]} <= own
    assert await ReplyDraft.exists()
    assert not await Remark.exists().where(Remark.visible.eq(True), Remark.author != "")
    assert not await Message.exists().where(Message.status.is_in(["trash", "spam"]))
    assert len(after["message"]) == len(before["message"])
    assert len(after["delivery"]) == len(before["delivery"])
