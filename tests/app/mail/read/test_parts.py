# ruff: noqa: E501  the lines of mails are as long as programs write them
"""Nothing that is attached gets lost, and no name of a file is dangerous."""

from __future__ import annotations

from email.message import EmailMessage

from app.mail.read import parts
from app.mail.read.mail import read


def test_files_pictures_and_mails_are_attached() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b.cn"
    mail.set_content("见附件")
    mail.add_attachment(b"PDF", maintype="application", subtype="pdf", filename="报价 单.pdf")
    mail.add_attachment(b"png", maintype="image", subtype="png", filename="a.png")
    other = EmailMessage()
    other["Subject"] = "inner"
    other.set_content("inner")
    mail.add_attachment(other)
    found = read(mail.as_bytes())
    assert found.said == "见附件"
    assert [each.name for each in found.attachments] == ["报价 单.pdf", "a.png", "attachment.eml"]
    assert found.attachments[0].content == b"PDF"


def test_names_of_files() -> None:
    for written, shown in (
        ('filename="../../etc/passwd"', "_.._etc_passwd"),
        ("filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf", "报价.pdf"),
        ('filename="=?utf-8?B?5oql5Lu3LnBkZg==?="', "报价.pdf"),
        ('filename=".htaccess"', "htaccess"),
        ('filename="a\\"b<c>.pdf"', "a_b_c_.pdf"),
        ("", "attachment.pdf"),
        ('filename="' + "长" * 300 + '.pdf"', "长" * 108 + ".pdf"),
    ):
        raw = f"From: a@b.cn\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; {written}\r\n\r\nX"
        assert read(raw.encode()).attachments[0].name == shown


def test_what_is_beyond_the_limits_is_counted() -> None:
    mail = EmailMessage()
    mail.set_content("x")
    for _ in range(parts.ATTACHMENTS_MAX + 3):
        mail.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    found = read(mail.as_bytes())
    assert (len(found.attachments), found.left_out) == (parts.ATTACHMENTS_MAX, 3)


def test_only_a_picture_and_a_quote_say_nothing() -> None:
    mail = EmailMessage()
    mail.set_content("\nOn Mon, Nov 30, 2026 at 10:00 AM Shop <s@x.cn> wrote:\n\n> Hello\n")
    mail.add_attachment(b"x", maintype="image", subtype="jpeg", filename="a.jpg")
    assert read(mail.as_bytes()).said == ""


def test_a_pasted_screenshot_leaves_room_for_what_is_below_it() -> None:
    picture = "data:image/png;base64," + "A" * parts.TEXT_MAX
    html = f"<p>Above</p><img src='{picture}'><p style='background:url({picture})'>Below</p>"
    raw = f"From: a@b.cn\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}"
    assert read(raw.encode()).said.split() == ["Above", "Below"]
