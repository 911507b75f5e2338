"""隐私与保留 in the settings, as a browser without scripts uses it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import httpx

from app.erasure import retention
from app.people import organizations
from app.tables import Audit, Message, Organization
from tests.app.deliveries.conftest import Leave
from tests.web.reading import Page

HERE = "/settings/privacy"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


async def kept(org: Organization) -> retention.Retention:
    return retention.of(await organizations.by_id(org.id))


async def test_it_is_saved_and_shown_again(client: httpx.AsyncClient, org: Organization) -> None:
    page = Page(await client.get(HERE))
    assert "目前全部保留" in page.words
    typed = {"spam": "30", "trash": "７", "own-0-days": "90", "own-1-days": "0", "how": "anonymise"}

    answer = await client.post(HERE, data={**page.values, **typed})

    assert answer.status_code == 303, Page(answer).words
    found = await kept(org)
    assert (found.spam, found.trash, found.handled, found.how) == (30, 7, None, "anonymise")
    assert [each.days for each in found.categories] == [90, None]
    again = Page(await client.get(HERE)).values
    assert (again["trash"], again["own-0-days"], again["own-1-days"]) == ("7", "90", "0")
    assert again["own-2-days"] == ""


async def test_what_is_no_number_of_days_is_said_and_kept_on_the_page(
    client: httpx.AsyncClient, org: Organization
) -> None:
    page = Page(await client.get(HERE))
    answer = await client.post(HERE, data={**page.values, "spam": "半年", "handled": "9999"})

    assert answer.status_code == 422
    shown = Page(answer)
    assert (shown.values["spam"], shown.values["handled"]) == ("半年", "9999")
    assert {"#spam", "#handled"} <= set(shown.links())
    assert "垃圾（天）：" in shown.words
    own = {"own-0-category": "售后", "own-0-days": "半年"}
    assert "售后（天）：" in Page(await client.post(HERE, data={**page.values, **own})).words
    assert (await kept(org)).is_empty


async def test_what_would_go_is_said_before_it_counts(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await leave("old")
    await Message.update({Message.created_at: LONG_AGO, Message.status: "spam"}).where(
        Message.organization == org.id
    )
    old = "01942000-0000-7000-8000-000000000000"
    await Message.update({Message.id: old}).where(Message.organization == org.id)
    values = {**Page(await client.get(HERE)).values, "spam": "30"}

    only = Page(await client.post(HERE, data={**values, "preview": "yes"}))
    assert "垃圾：1" in only.words
    assert "保存并删除" not in only.words
    young = Page(
        await client.post(HERE, data={**values, "spam": "", "handled": "30", "preview": "yes"})
    )
    assert "今晚不会删除" in young.words
    assert "垃圾：0" not in young.words
    asked = Page(await client.post(HERE, data=values))
    assert "保存并删除" in asked.words
    assert (await kept(org)).is_empty

    answer = await client.post(HERE, data={**asked.values, "sure": "yes"})
    assert answer.status_code == 303
    assert (await kept(org)).spam == 30


async def test_a_person_is_looked_up_exported_and_erased(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await leave("一", phone="13912345678", email="")
    await leave("二", phone="139-1234-5678", email="")
    await leave("别人", phone="13700000001", email="")
    csrf = Page(await client.get(HERE)).csrf
    who = {"csrf_token": csrf, "contact": "139 1234 5678"}

    assert "2 条留言" in Page(await client.post(f"{HERE}/person", data=who)).words
    taken = await client.post(f"{HERE}/export", data=who)
    assert taken.headers["content-type"] == "application/zip", Page(taken).words
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        lines = archive.read("messages.jsonl").decode()
    assert (lines.count("\n"), "别人" in lines) == (2, False)

    unsure = await client.post(f"{HERE}/erase", data={**who, "how": "erased"})
    assert (unsure.status_code, await Message.count()) == (422, 3)
    sure = {**who, "how": "erased", "sure": "yes"}
    answer = await client.post(f"{HERE}/erase", data=sure)
    assert answer.headers["location"] == f"{HERE}?done=erased"
    assert await Message.count() == 1
    told = await Audit.select(Audit.action, Audit.detail).where(Audit.area == "retention")
    assert [(each["action"], each["detail"]) for each in told] == [
        ("person.exported", "2"),
        ("person.erased", "2"),
    ]
    written = repr(await Audit.select())
    assert not any(each in written for each in ("13912345678", "139-1234-5678", "139 1234 5678"))


async def test_nobody_by_that_contact_is_said(client: httpx.AsyncClient) -> None:
    csrf = Page(await client.get(HERE)).csrf

    asked = {"csrf_token": csrf, "contact": "13800000000"}
    found = Page(await client.post(f"{HERE}/person", data=asked))
    assert "没有保存此人的任何信息" in found.words
    nothing = await client.post(f"{HERE}/person", data={"csrf_token": csrf, "contact": " "})
    assert nothing.status_code == 422


async def test_messages_are_erased_from_the_inbox_once_somebody_is_sure(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave("one")
    await leave("two")
    csrf = Page(await client.get(HERE)).csrf
    ticked = {"csrf_token": csrf, "m": left.uid}

    asked = Page(await client.post("/inbox/bulk", data={**ticked, "act": "erase"}))
    assert "1 条留言" in asked.words
    assert left.reference in asked.words
    unsure = await client.post("/inbox/erase", data={**ticked, "how": "erased"})
    assert (unsure.status_code, await Message.count()) == (422, 2)
    done = await client.post("/inbox/erase", data={**ticked, "how": "erased", "sure": "yes"})
    assert "已彻底删除 1 条留言" in Page(await client.get(done.headers["location"])).words
    assert (await client.get(f"/inbox/{left.uid}")).status_code == 410
    assert await Message.count() == 1


async def test_an_anonymised_message_says_so_and_offers_nothing(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave("one")
    page = Page(await client.get(f"/inbox/{left.uid}"))
    seen = {"csrf_token": page.csrf, "outcome": "phone"}
    await client.post(f"/inbox/{left.uid}/handle", data=seen)
    sure = {"csrf_token": page.csrf, "m": left.uid, "how": "anonymised", "sure": "yes"}
    await client.post("/inbox/erase", data=sure)

    shown = Page(await client.get(f"/inbox/{left.uid}"))
    assert "匿名化" in shown.words
    assert "重新打开" not in shown.words
    assert "one" not in shown.words.split()
    assert "已匿名化" in Page(await client.get("/inbox?status=handled")).words
    reopened = await client.post(f"/inbox/{left.uid}/reopen", data=seen)
    assert reopened.status_code == 409
