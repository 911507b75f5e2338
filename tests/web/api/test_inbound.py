"""Mail providers post to an address of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx

from app import outside
from app.mail import mailbox_change as change
from app.mail.mailboxes import Config, one
from app.tables import Organization
from tests.app.mail.conftest import count
from tests.app.mail.posted.posts import basic, mailgun, postmark
from web.api import inbound

SECRET = "whsec_" + "a" * 44


async def made(org: Organization, provider: str) -> str:
    config = Config(name="", provider=provider, address="service@shop.example")  # type: ignore[arg-type]
    uid = await change.save(outside.egress(), org.id, None, config, SECRET, by="tests")
    return (await one(org.id, uid)).path


async def test_a_mail_is_taken_and_a_stranger_is_not(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    here, post = await made(org, "postmark"), postmark(SECRET, raw=True)
    stranger = {**post.sent, **basic("wrong")}
    refused = await visitor.post(here, content=post.body, headers=stranger)
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert (refused.status_code, refused.json()["code"]) == (401, "wrong_signature")
    taken = await visitor.post(here, content=post.body, headers=post.sent)

    assert (taken.status_code, await count()) == (200, 1)
    assert taken.json()["uid"]
    odd = await visitor.post(here, json={"odd": 1}, headers=basic(SECRET))
    assert (odd.status_code, odd.json()["errors"][0]["pointer"]) == (422, "/from")


async def test_mailgun_posts_raw_mails_to_an_address_that_ends_in_mime(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    here, post = await made(org, "mailgun"), mailgun(SECRET, raw=True)
    answer = await visitor.post(f"{here}/mime", content=post.body, headers=post.sent)

    assert (answer.status_code, await count()) == (200, 1)


async def test_what_is_off_asks_to_come_again(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    here, post = await made(org, "postmark"), postmark(SECRET)
    await change.switch(org.id, here.rpartition("/")[2], on=False, by="tests")
    answer = await visitor.post(here, content=post.body, headers=post.sent)

    assert (answer.status_code, answer.headers["retry-after"], await count()) == (503, "600", 0)
    gone = await visitor.post(f"/inbound/{org.id}", content=post.body, headers=post.sent)
    assert gone.status_code == 404


async def test_who_sends_slowly_holds_up_nobody_else(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    signing, other = await made(org, "mailgun"), await made(org, "mailgun")
    here, begun, ends = await made(org, "postmark"), asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        begun.release()
        yield b"a"
        await ends.wait()

    strangers = [
        asyncio.create_task(visitor.post(signing, content=slow()))
        for _ in range(2 * inbound.READ_AT_ONCE)
    ]
    for _ in range(inbound.UNKNOWN_AT_ONCE):
        await begun.acquire()
    for address, post in ((here, postmark(SECRET, raw=True)), (other, mailgun(SECRET, raw=True))):
        taken = await visitor.post(address, content=post.body, headers=post.sent)
        assert taken.status_code == 200
    ends.set()
    assert {each.status_code for each in await asyncio.gather(*strangers)} == {401}
