"""A mail that is put together says what its parts said."""

from __future__ import annotations

from app.mail.posted.body import File
from app.mail.posted.letter import Letter, written
from app.mail.read.mail import read


def test_headers_of_the_earlier_body_go_and_odd_ones_break_nothing() -> None:
    headers = [
        ("From", "张三 <a@b.cn>"),
        ("Content-Type", "text/html"),
        ("MIME-Version", "9"),
        ("Bad name", "x"),
        ("", "x"),
        ("X-Long", "y" * 20_000),
    ]
    raw = written(Letter(headers=headers, text="hi", html="<p>hi</p>"))

    assert b"Bad name" not in raw
    assert raw.count(b"MIME-Version: 9") == 0
    assert (read(raw).sender_name, read(raw).text) == ("张三", "hi")


def test_a_file_that_says_it_is_a_mail_is_a_file() -> None:
    files = [
        File("f", "re: a.eml", "message/rfc822", b"From: x@y.z\r\n\r\nhi"),
        File("f", "", "", b"1"),
    ]
    found = read(written(Letter(headers=[("From", "a@b.cn")], text="hi", files=files)))

    assert [(each.name, each.content) for each in found.attachments] == [
        ("re_ a.eml", files[0].content),
        ("attachment", b"1"),
    ]


def test_only_html_is_read_as_text() -> None:
    assert read(written(Letter(headers=[], html="<p>一</p><p>二</p>"))).text == "一\n\n二"
