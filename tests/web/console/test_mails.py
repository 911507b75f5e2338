"""Mails to be sorted, and mailboxes in the settings, as a browser without scripts uses them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app import messages
from app.mail import attachments, mailboxes, waiting
from app.mail.mailboxes import password, row_of
from app.messages import remarks
from app.tables import Organization
from tests.app.mail.conftest import Come, come, mail
from tests.app.mail.posted.posts import basic, postmark
from tests.app.messages.conftest import Leave, leave
from tests.fakes.imap import FakeImap
from tests.web.reading import Page

__all__ = ["come", "leave"]

HERE = "/settings/mail"


async def test_a_mail_is_put_to_its_message_or_made_one(
    client: httpx.AsyncClient, org: Organization, leave: Leave, come: Come
) -> None:
    left = await leave()
    first = await come(mail("<b>第一封</b>", subject="报价<script>", uid="1@x"))
    second = await come(mail("第二封", uid="2@x"))
    third = await come(mail("第三封", uid="3@x"))
    inbox = Page(await client.get("/inbox"))
    assert "3 封邮件待归类" in inbox.words
    assert "/mail" in inbox.links()
    page = Page(await client.get("/mail"))
    assert "<b>第一封</b>" in page.words
    assert "找不到它回复的是哪条留言" in page.words
    wrong = await client.post(f"/mail/{first.id}/assign", data={"number": "LM-000000"})
    assert (wrong.status_code, "没有这个编号的留言" in wrong.text) == (422, True)

    data = {"number": left.reference.lower()}
    assert (await client.post(f"/mail/{first.id}/assign", data=data)).status_code == 303
    assert (await client.post(f"/mail/{second.id}/new")).status_code == 303
    assert (await client.post(f"/mail/{third.id}/throw")).status_code == 303
    thrown = Page(await client.get(f"/mail?done=thrown&mail={third.id}"))
    assert f"/mail/{third.id}/keep" in thrown.html
    assert (await client.post(f"/mail/{third.id}/keep")).headers["location"] == "/mail?done=kept"
    assert [each.id for each in await waiting.of(org.id)] == [third.id]
    assert "归到这条留言" in Page(await client.get(f"/mail/{third.id}")).words
    await client.post(f"/mail/{third.id}/throw")
    again = await client.post(f"/mail/{second.id}/new")
    assert again.headers["location"] == "/mail?done=over"
    assert [each.text for each in await remarks.of(org.id, left.uid)] == ["<b>第一封</b>"]
    assert await waiting.of(org.id) == []
    assert "待归类" not in Page(await client.get("/inbox")).words
    made = await waiting.one(org.id, str(second.id))
    assert (await messages.show(org.id, str(made.message))).message.source == "mail"
    assert "第一封" in Page(await client.get(f"/mail/{first.id}")).words


async def test_what_is_attached_is_only_ever_saved(
    client: httpx.AsyncClient, org: Organization, come: Come
) -> None:
    raw = mail("<script>1</script>").replace(b"text/plain; charset=utf-8", b"image/svg+xml")
    row = await come(raw)
    (kept,) = (await attachments.of(org.id, [row.id]))[row.id]
    answer = await client.get(f"/mail/files/{kept.id}")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "<script>1</script>" in answer.text


@pytest.fixture
async def box() -> AsyncIterator[FakeImap]:
    async with FakeImap("netease") as running:
        yield running


async def test_a_mailbox_is_tried_added_switched_and_removed(
    client: httpx.AsyncClient, org: Organization, box: FakeImap
) -> None:
    typed = {
        "host": "127.0.0.1",
        "port": str(box.port),
        "tls": "none",
        "user": "me@shop.example",
        "secret": "bad",
        "source": "yes",
    }
    tried = Page(await client.post(f"{HERE}/new/test", data=typed))
    assert "用户名或密码不对" in tried.words
    tried = Page(await client.post(f"{HERE}/new/test", data={**typed, "secret": "good"}))
    assert "可以收信" in tried.words
    assert await mailboxes.of(org.id) == []

    saved = await client.post(f"{HERE}/new", data={**typed, "secret": "good"})
    assert saved.status_code == 303
    (found,) = await mailboxes.of(org.id)
    assert (found.config.source, found.config.folder, found.config.name) == (
        *(True, "INBOX", "me@shop.example"),
    )
    assert password(await row_of(org.id, found.uid)) == "good"
    there = f"{HERE}/{found.uid}"
    moved = {**typed, "secret": "", "port": "993"}
    assert "请重新输入密码" in Page(await client.post(there, data=moved)).words
    assert (await client.post(there, data={**typed, "secret": "", "name": "客服"})).is_redirect
    assert "客服" in Page(await client.get(HERE)).words
    await client.post(f"{there}/switch", data={})
    assert (await mailboxes.one(org.id, found.uid)).is_off
    await client.post(f"{there}/remove")
    assert await mailboxes.of(org.id) == []


async def test_an_address_for_a_provider_is_made_renewed_and_says_what_came(
    client: httpx.AsyncClient, org: Organization
) -> None:
    typed = {"provider": "postmark", "address": "support@shop.example"}
    page = Page(await client.post(f"{HERE}/new", data={**typed, "address": ""}))
    assert "请填写访客写信的地址" in page.words
    assert "服务商访问不到这个地址" in page.words
    made = Page(await client.post(f"{HERE}/new", data=typed))
    (found,) = await mailboxes.of(org.id)
    assert "服务商访问不到这个地址：localhost" in made.words
    (shown,) = made.attributes("input", id="secret")
    secret = shown["value"]
    (url,) = made.attributes("input", id="address")
    assert url["value"] == f"http://leavemsg:{secret}@localhost:8080{found.path}"
    there = f"{HERE}/{found.uid}"
    assert "还没有收到邮件" in Page(await client.post(f"{there}/test", data=typed)).words

    post = postmark()
    await client.post(found.path, content=post.body, headers={**post.sent, **basic("wrong")})
    assert "密码或签名不对" in Page(await client.get(HERE)).words
    again = Page(await client.post(f"{there}/rotate"))
    assert again.attributes("input", id="secret") != [shown]
    taken = await client.post(found.path, content=post.body, headers={**post.sent, **basic(secret)})
    assert taken.status_code == 200
    told = Page(await client.post(f"{there}/test", data=typed))
    assert "最近 7 天收到 1 封邮件" in told.words
    assert secret not in told.html


async def test_faults_of_a_mailbox_are_told_at_once(client: httpx.AsyncClient) -> None:
    page = Page(await client.post(f"{HERE}/new", data={"port": "x"}))

    for said in ("请填写邮件服务器", "请填写用户名", "请输入密码或授权码"):
        assert said in page.words
