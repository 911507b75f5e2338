"""The page of a message says by which mail something came."""

from __future__ import annotations

import uuid

import httpx

from app.mail import attachments, thread, waiting
from app.tables import Organization, ReceivedMail
from tests.app.mail.conftest import Come, come, mail
from tests.app.messages.conftest import Leave, leave
from tests.web.reading import Page
from web.console.mail_words import FOUND_BY, found

__all__ = ["come", "leave"]

WHO = "li@firm.com"


def with_file(text: str, answers: str) -> bytes:
    head, _, _ = mail("", sender=WHO, answers=answers).partition(b"Content-Type")
    return (
        head
        + (
            f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n'
            f"{text}\r\n--b\r\nContent-Type: image/png\r\n"
            'Content-Disposition: attachment; filename="a.png"\r\n\r\nPNG\r\n--b--\r\n'
        ).encode()
    )


async def test_an_addition_by_mail_shows_its_files_and_the_whole_mail(
    client: httpx.AsyncClient, org: Organization, leave: Leave, come: Come
) -> None:
    left = await leave(email=WHO)
    row = await come(with_file("pictures", thread.root_id(uuid.UUID(left.uid)).strip("<>")))
    (kept,) = (await attachments.of(org.id, [row.id]))[row.id]
    page = Page(await client.get(f"/inbox/{left.uid}"))

    for said in ("pictures", WHO, "回复的是我们发出的邮件", "a.png", "回复了邮件"):
        assert said in page.words, said
    assert page.links().count(f"/mail/{row.id}") == 2
    assert f"/mail/files/{kept.id}" in page.links()
    whole = Page(await client.get(f"/mail/{row.id}"))
    assert "已归入留言" in whole.words
    assert f"/inbox/{left.uid}" in whole.links()


async def test_a_message_that_was_a_mail_leads_to_it(
    client: httpx.AsyncClient, org: Organization, come: Come
) -> None:
    row = await come(mail("问价"))
    made = await waiting.make(org.id, str(row.id), by="李")
    page = Page(await client.get(f"/inbox/{made}"))

    assert "由 李 归到这里" in page.words
    assert f"/mail/{row.id}" in page.links()


async def test_every_way_has_its_words(org: Organization, come: Come) -> None:
    row = await come(mail())
    for by in (*FOUND_BY, "", "later version"):
        await ReceivedMail.update({ReceivedMail.found_by: by}).where(ReceivedMail.id == row.id)
        said = found("en", await waiting.one(org.id, str(row.id)))
        assert bool(said) == (by in FOUND_BY), by
