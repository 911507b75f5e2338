"""What is theirs: visitors correct, download, withdraw and erase what they have left."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import limits, messages
from app.brands import stored as brands
from app.contacts.mask import masked
from app.erasure import retention
from app.erasure.gone import erased_at
from app.fields.check import Answers
from app.messages import Visit, events, remarks
from app.people import audit
from app.reading import uids
from app.settings import Settings
from app.signed import status_link
from app.tables import Audit, Message, Organization
from tests.web.reading import Page


@pytest.fixture
async def left(org: Organization, answers: Answers) -> messages.Left:
    seen = Visit(ip="192.0.2.1", user_agent="Firefox", page_url="https://shop.example/p")
    return await messages.leave(org, answers, seen, submission_id="s1")


def path(left: messages.Left, part: str = "", slug: str = "default", **changes: Any) -> str:
    key = status_link.key(slug, left.uid, **changes)
    return f"/w/{slug}/m/{left.uid}{part}?k={key}&lang=en"


async def recorded(org: Organization, left: messages.Left) -> list[tuple[str, str]]:
    return [(each.actor, each.action) for each in await audit.of(org.id, left.uid)]


async def story(org: Organization, left: messages.Left) -> list[str]:
    return [each.action for each in await events.of(org.id, uids.uid(left.uid))]


async def test_the_contact_is_corrected_and_the_team_is_told_which(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, left: messages.Left
) -> None:
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    page = await visitor.get(path(left, "/contact"))
    assert "138****8000" in page.text
    assert answers.phone not in page.text
    own = await visitor.get(path(left))
    assert " · ".join(masked(each) for each in (answers.phone, answers.email)) in own.text

    said = {"new-phone": "139 0013 9000", "new-email": ""}
    answer = await visitor.post(path(left, "/contact"), data=said)
    assert "done=corrected" in answer.headers["location"]
    row = await messages.one(org.id, left.uid)
    assert (row.phone, row.email, row.status) == ("13900139000", answers.email, "pending")
    last = (await events.of(org.id, uids.uid(left.uid)))[-1]
    assert (last.action, last.now) == ("corrected", {"corrected": ["phone"]})
    assert ("visitor", "message.corrected") in await recorded(org, left)
    kept = Audit.change.like("%0139%") | Audit.detail.like("%0139%")
    assert not await Audit.exists().where(kept)

    before = await story(org, left)
    again = await visitor.post(path(left, "/contact"), data=said)
    assert again.status_code == 303
    assert await story(org, left) == before, "the same once more changes nothing"


async def test_a_contact_that_cannot_be_is_refused_and_a_doubtful_one_is_asked_about_once(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, left: messages.Left
) -> None:
    address = path(left, "/contact")
    for wrong in ({}, {"new-email": "no address"}, {"new-phone": "call\x00me"}):
        answer = await visitor.post(address, data=wrong)
        assert answer.status_code == 422, wrong
        assert 'class="summary' in answer.text, wrong
    doubtful = {"new-email": "li@gmial.com"}
    asked = await visitor.post(address, data=doubtful)
    assert asked.status_code == 422
    assert "Please look once more" in asked.text
    sure = await visitor.post(address, data={**doubtful, "sure": Page(asked).values["sure"]})
    assert sure.status_code == 303
    assert (await messages.one(org.id, left.uid)).email == "li@gmial.com"


async def test_what_is_withdrawn_waits_for_nobody_until_it_stands_again(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    answer = await visitor.post(path(left, "/withdraw"))
    assert "done=withdrawn" in answer.headers["location"]
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome, row.handled_by) == ("handled", "withdrawn", "")
    page = await visitor.get(path(left))
    assert "nobody works on it any more" in page.text
    assert 'name="text"' not in page.text
    twice = await visitor.post(path(left, "/withdraw"))
    assert "done=withdrawn" in twice.headers["location"]

    await visitor.post(path(left, "/withdraw"), data={"back": "yes"})
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome, row.handled_at) == ("pending", "", None)
    assert await story(org, left) == ["withdrawn", "resumed"]
    acts = await recorded(org, left)
    assert acts == [("visitor", "message.withdrawn"), ("visitor", "message.resumed")]


async def test_the_page_leads_to_all_of_it(visitor: httpx.AsyncClient, left: messages.Left) -> None:
    page = (await visitor.get(path(left))).text
    for part, how in (
        *(("contact", "href"), ("erase", "href")),
        *(("download", "action"), ("withdraw", "action")),
    ):
        (link,) = re.findall(rf'{how}="([^"]+/{part}\?[^"]+)"', page)
        ask = visitor.get if how == "href" else visitor.post
        assert (await ask(link.replace("&amp;", "&"))).status_code in (200, 303), part


async def test_what_the_team_has_handled_is_not_withdrawn(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    answer = await visitor.post(path(left, "/withdraw"))
    assert "done=" not in answer.headers["location"]
    assert (await messages.one(org.id, left.uid)).outcome == "phone"


async def test_the_copy_has_what_is_theirs_and_nothing_of_the_team(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, left: messages.Left
) -> None:
    await remarks.add(org.id, left.uid, "明天给您电话", visible=True, by="li@shop.example")
    await remarks.add(org.id, left.uid, "difficult one", visible=False, by="li@shop.example")
    await remarks.append(org.id, left.uid, "还有一件事")
    await visitor.post(path(left, "/withdraw"))
    answer = await visitor.post(path(left, "/download"))
    assert answer.headers["content-type"] == "application/zip"
    assert "no-store" in answer.headers["cache-control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["your-message.json"]
        text = archive.read("your-message.json").decode()
    found = json.loads(text)
    assert (found["phone"], found["message"]) == (answers.phone, answers.content)
    assert found["withdrawn"]
    assert (found["ip_address"], found["browser"]) == ("192.0.2.1", "Firefox")
    assert [(each["by"], each["text"]) for each in found["said"]] == [
        ("us", "明天给您电话"),
        ("you", "还有一件事"),
    ]
    assert "difficult" not in text
    assert "li@shop" not in text
    assert ("visitor", "message.copied") in await recorded(org, left)


async def test_what_is_erased_is_gone_and_its_link_says_when_and_nothing_else(
    visitor: httpx.AsyncClient,
    client: httpx.AsyncClient,
    org: Organization,
    answers: Answers,
    left: messages.Left,
) -> None:
    page = await visitor.get(path(left, "/erase"))
    assert page.status_code == 200
    assert await Message.exists().where(Message.id == uids.uid(left.uid)), "asking erases nothing"
    first = await visitor.post(path(left, "/erase"))
    assert first.status_code == 303
    assert not await Message.exists().where(Message.id == uids.uid(left.uid))
    assert ("visitor", "message.erased") in await recorded(org, left)
    from web.visitor import receipt

    told = await client.get(f"/inbox/{left.uid}")
    assert told.status_code == 410
    assert "访客已于" in told.text
    own = f"/w/default/r/{left.reference}?k={receipt.key('default', left)}&lang=en"
    for link in (path(left), path(left, "/contact"), path(left, "/erase"), own):
        gone = await visitor.get(link)
        assert gone.status_code == 410, link
        assert "This message was erased" in gone.text
        assert left.reference not in Page(gone).words
        assert answers.content not in gone.text
    for part in ("", "/contact", "/download", "/withdraw", "/erase"):
        gone = await visitor.post(path(left, part), data={"text": "x"})
        assert gone.status_code == 410, part
        (other,) = re.findall(r'href="([^"]+)" lang="zh-CN"', gone.text)
        assert (await visitor.get(other.replace("&amp;", "&"))).status_code == 410, part
    assert (await visitor.get(f"/w/default/m/{left.uid}?k=1.x")).status_code == 404


async def test_where_the_team_erases_it_is_asked_and_nothing_goes_by_itself(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    await retention.save(org, {"by_visitors": "ask"}, by="tests")
    brands.forget(org, "default")
    assert "Ask to erase it" in (await visitor.get(path(left, "/erase"))).text
    answer = await visitor.post(path(left, "/erase"))
    assert "done=erasure" in answer.headers["location"]
    assert ("visitor", "message.erasure_asked") in await recorded(org, left)
    page = Page(await visitor.get(path(left, "/erase")))
    assert "You asked for it on" in page.words
    assert "Ask to erase it" not in page.words
    assert "Withdraw the message" not in page.words
    again = await visitor.post(path(left, "/withdraw"))
    assert "done=erasure" in again.headers["location"]
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.outcome) == ("pending", ""), "it would lie with what is done"

    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    assert "Ask to erase it" in (await visitor.get(path(left, "/erase"))).text
    await visitor.post(path(left, "/erase"))
    assert (await messages.one(org.id, left.uid)).status == "pending"


async def test_an_agent_who_replies_meanwhile_and_two_who_erase_do_each_other_no_harm(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    erase = [visitor.post(path(left, "/erase")) for _ in range(3)]
    others = [
        visitor.post(path(left, "/withdraw")),
        visitor.post(path(left, "/contact"), data={"new-phone": "13900139000"}),
        remarks.add(org.id, left.uid, "明天给您电话", visible=True, by="x"),
    ]
    found = await asyncio.gather(*erase, *others, return_exceptions=True)
    codes = [each.status_code for each in found if isinstance(each, httpx.Response)]
    assert len(codes) == 5
    assert set(codes) <= {303, 410}
    assert await erased_at(org.id, left.uid)
    assert not await Message.exists().where(Message.id == uids.uid(left.uid))


async def test_no_other_link_opens_any_of_it_and_nobody_does_it_endlessly(
    visitor: httpx.AsyncClient,
    org: Organization,
    other_org: Organization,
    left: messages.Left,
    configure: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for part in ("/contact", "/download", "/withdraw", "/erase"):
        for wrong in (f"/w/default/m/{left.uid}{part}", path(left, part, slug="other")):
            assert (await visitor.post(wrong)).status_code == 404, wrong
    assert await story(org, left) == []
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    limits.forget_all()
    monkeypatch.setattr(limits, "COPIES", limits.parse("1 per 1 hour"))
    assert (await visitor.post(path(left, "/download"))).status_code == 200
    refused = await visitor.post(path(left, "/download"))
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert (await visitor.post(path(left, "/withdraw"))).status_code == 303
    for part in ("/contact", "/erase", "/withdraw"):
        refused = await visitor.post(path(left, part), data={"new-name": "王五"})
        assert refused.status_code == 429, part
