# ruff: noqa: E501  the lines of mails are as long as programs write them
"""What programs write is told from what people write."""

from __future__ import annotations

from app.mail.read.mail import read

PEOPLE = (
    "Auto-Submitted: no",
    "Precedence: normal",
    "X-Auto-Response-Suppress: DR, RN, NRN",
    "X-Priority: 1",
    "Subject: 自动门报价",
    "Subject: Out of stock?",
    "List-Unsubscribe: <mailto:x@y>",
)
PROGRAMS = (
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated (vacation)",
    "Precedence: bulk",
    "Precedence: auto_reply",
    "X-Auto-Response-Suppress: All",
    "X-Auto-Response-Suppress: OOF, AutoReply",
    "X-Autoreply: yes",
    "List-Id: news <news.example>",
    "Return-Path: <>",
    "Subject: 自动回复：我在休假",
    "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDmlLbliLA=?=",
    "Subject: Automatic reply: Price",
    "Subject: [Out of Office] back on Monday",
    "Subject: Abwesenheitsnotiz",
)
DSN = """\
From: MAILER-DAEMON@mx.example
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Gone@qq.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 mailbox not found

--b
Content-Type: {kind}

Message-ID: <ours@shop.example>
Subject: Re: price

text
--b--
"""


def test_people_and_programs() -> None:
    for header in PEOPLE:
        assert read(f"From: a@b.cn\r\n{header}\r\n\r\nhi".encode()).kind == "mail", header
    for header in PROGRAMS:
        assert read(f"From: a@b.cn\r\n{header}\r\n\r\nhi".encode()).kind == "automatic", header


def test_a_bounce_says_which_mail_did_not_arrive_and_why() -> None:
    for kind in ("message/rfc822", "text/rfc822-headers"):
        raw = DSN.format(subject="Returned mail", action="failed", status="5.1.1", kind=kind)
        mail = read(raw.encode())
        assert mail.kind == "bounce"
        assert mail.references == ("ours@shop.example",)
        assert (mail.bounce.recipient, mail.bounce.status) == ("gone@qq.com", "5.1.1")
        assert mail.bounce.words == "550 5.1.1 mailbox not found"


def test_a_delay_is_no_bounce_and_an_arrival_is_neither() -> None:
    for action, kind in (
        ("delayed", "delayed"),
        ("relayed", "automatic"),
        ("delivered", "automatic"),
    ):
        raw = DSN.format(subject="Notice", action=action, status="4.4.1", kind="message/rfc822")
        assert read(raw.encode()).kind == kind


def test_a_report_without_an_action_goes_by_its_status() -> None:
    for status, kind in (("4.2.2", "delayed"), ("4.4.7", "bounce"), ("5.1.1", "bounce")):
        raw = DSN.format(subject="Notice", action="", status=status, kind="message/rfc822")
        assert read(raw.encode()).kind == kind, status


def test_a_server_that_has_not_given_up_reports_no_bounce() -> None:
    for subject, text, kind in (
        ("Warning: message 1abc delayed 24 hours", "", "delayed"),
        ("Delivery Status Notification (Delay)", "", "delayed"),
        ("系统通知：邮件投递延迟", "", "delayed"),
        ("Undelivered Mail", "This is a warning message only.", "delayed"),
        ("Mail delivery problem", "451 4.3.0 busy. It will be retried for 3 days.", "delayed"),
        ("系统退信", "对方服务器忙，系统将继续尝试投递", "delayed"),
        # The last of many tries met a trouble that passes: it is returned all the same.
        ("系统退信", "451 4.7.1 try later", "bounce"),
        ("Undelivered Mail Returned to Sender", "5.1.1", "bounce"),
    ):
        head = f"From: MAILER-DAEMON@mx.example\r\nSubject: {subject}\r\n"
        raw = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
        assert read(raw).kind == kind, (subject, text)


def test_a_report_says_to_whom_it_was_passed_on() -> None:
    raw = DSN.format(subject="x", action="failed", status="5.1.1", kind="message/rfc822").replace(
        "Action:", "Original-Recipient: rfc822;Sales@firm.cn\nAction:"
    )
    found = read(raw.encode()).bounce
    assert (found.recipient, found.written_to) == ("gone@qq.com", "sales@firm.cn")


def test_bounces_without_a_report() -> None:
    chinese = (
        "From: PostMaster@qq.com\r\nSubject: 系统退信\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "您的邮件无法送达 gone@163.com\n550 5.1.1 User not found\nMessage-ID: <ours@shop.example>\n"
    )
    mail = read(chinese.encode())
    assert (mail.kind, mail.bounce.recipient) == ("bounce", "gone@163.com")
    assert mail.references == ("ours@shop.example",)
    failed = "From: x@gmail.com\r\nX-Failed-Recipients: gone@gmail.com\r\n\r\nno"
    assert read(failed.encode()).bounce.recipient == "gone@gmail.com"


def test_a_read_receipt_is_automatic() -> None:
    raw = "From: a@b.cn\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n--b--"
    assert read(raw.encode()).kind == "automatic"
