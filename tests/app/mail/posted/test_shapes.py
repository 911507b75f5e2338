"""Every shape of every provider is the same mail in the end."""

from __future__ import annotations

import json
import random

import pytest

from app.errors import Invalid
from app.mail.posted.body import parsed
from app.mail.posted.shapes import raw_of
from app.mail.read.mail import read
from app.mail.read.shape import Mail
from app.mail.receive import _mark
from tests.app.mail.posted.posts import (
    FILE,
    RAW,
    TEXT,
    Post,
    mailgun,
    multipart,
    postmark,
    program,
    sendgrid,
    ses,
)

KEY = "whsec_" + "a" * 44
WHOLE = {
    "Postmark": postmark(raw=True),
    "SendGrid": sendgrid(raw=True),
    "Mailgun": mailgun("k", raw=True),
    "SES": ses(),
    "SES in base64": ses(encoded=True),
    "a program": program(KEY),
    "JSON": Post("application/json", json.dumps({"raw": RAW}).encode()),
    "a file": Post(*multipart({}, (("email", "mail.eml", "message/rfc822", RAW.encode()),))),
}
APART = {
    "Postmark": postmark(),
    "SendGrid": sendgrid(),
    "Mailgun": mailgun("k", file=True),
}


def mail_of(post: Post) -> Mail:
    return read(raw_of(parsed(post.content_type, post.body)))


@pytest.mark.parametrize("name", WHOLE)
def test_a_raw_mail_is_taken_as_it_is(name: str) -> None:
    post = WHOLE[name]

    assert raw_of(parsed(post.content_type, post.body)) == RAW.encode()


@pytest.mark.parametrize("name", APART)
def test_the_parts_are_put_together(name: str) -> None:
    found = mail_of(APART[name])

    assert (found.sender, found.sender_name) == ("zhangsan@example.com", "张三")
    assert (found.subject, found.said, found.message_id) == ("问货", TEXT, "1@client.example")
    assert found.references == ("earlier@shop.example",)
    assert "service@shop.example" in found.to
    assert [(each.name, each.kind, each.content) for each in found.attachments] == [
        ("图.png", "image/png", FILE)
    ]


def test_the_same_parts_are_the_same_mail_however_often_they_are_signed() -> None:
    marks = {
        _mark(raw_of(parsed(post.content_type, post.body)))
        for post in (mailgun("k"), mailgun("other", at=1700000000))
    }

    assert len(marks) == 1


def test_shapes_that_nobody_listed_are_read_by_their_names() -> None:
    said = {
        "from": [{"address": "a@b.cn", "name": 'Ann "A"'}],
        "to": ["x@shop.example"],
        "headers": {"Message-Id": "<2@c>", "X-Odd": ["1", "2"]},
        "plain": "Hello \ud83d half",
        "attachments": [{"filename": "a.txt", "content": "aGk="}, {"content": ""}, "odd"],
    }
    found = mail_of(Post("application/json", json.dumps(said).encode()))

    assert (found.sender, found.sender_name, found.message_id) == ("a@b.cn", "Ann A", "2@c")
    assert found.said == "Hello ? half"
    assert [(each.name, each.content) for each in found.attachments] == [("a.txt", b"hi")]


def test_nothing_that_is_typed_makes_a_header_of_its_own() -> None:
    said = {"from": "a@b.cn", "subject": "x\r\nBcc: all@b.cn\r\n\r\nfoo", "text": "hi", "Odd": 1}
    raw = raw_of(parsed("application/json", json.dumps(said).encode()))

    assert b"\r\nBcc" not in raw
    assert read(raw).subject == "x Bcc: all@b.cn foo"


@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        ("application/json", b'{"odd": 1}', "/from"),
        ("application/json", b'{"RawEmail": "hello"}', "/RawEmail"),
        ("application/json", b"[]", ""),
        ("application/json", b"{", ""),
        ("application/x-www-form-urlencoded", b"body-mime=hello", "/body-mime"),
        ("application/x-www-form-urlencoded", b"", ""),
        ("multipart/form-data", b"--x", ""),
        ("multipart/form-data; boundary=x", b"--y\r\n", ""),
        ("message/rfc822", b"hello", ""),
        ("text/plain", b'{"notificationType": "Received", "mail": {}}', "/Message/content"),
    ],
)
def test_what_is_no_mail_is_refused_by_the_name_of_its_field(
    kind: str, body: bytes, place: str
) -> None:
    with pytest.raises(Invalid) as error:
        raw_of(parsed(kind, body))

    assert [each.pointer for each in error.value.problems] == [place]


def test_whatever_comes_is_a_mail_or_refused() -> None:
    chance = random.Random(7)
    posts = [*WHOLE.values(), *APART.values()]
    for _ in range(300):
        post = chance.choice(posts)
        body = bytearray(post.body)
        for _ in range(chance.randint(1, 12)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            read(raw_of(parsed(post.content_type, bytes(body))))
        except Invalid:
            continue
