"""The mail that confirms a visitor's message to him: fixed words, nothing that a visitor wrote."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import msgspec

from app.channels.email import mails
from app.channels.sender import Confirmation


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    received: str
    reply_by: str
    follow: str
    why: str


CHINESE = Wording(
    subject="已收到您的留言 {reference}",
    received="您好！我们已收到您的留言，编号 {reference}。",
    reply_by="我们会在 {reply_by} 前回复您。",
    follow="查看进度或补充内容",
    why="您收到这封邮件，是因为有人在“{shop}”的留言表单中填写了这个邮箱地址。"
    "如果不是您本人，请忽略这封邮件。",
)
ENGLISH = Wording(
    subject="We have received your message {reference}",
    received="Hello! We have received your message. Its reference is {reference}.",
    reply_by="We will reply by {reply_by}.",
    follow="See how far it is, or add something",
    why='You get this mail because somebody entered this address in the contact form of "{shop}".'
    " If it was not you, simply ignore this mail.",
)


def wording(locale: str) -> Wording:
    return CHINESE if locale.lower().startswith("zh") else ENGLISH


def subject(said: Confirmation, locale: str) -> str:
    return mails.subject(wording(locale).subject.format(reference=said.reference))


def body(said: Confirmation, locale: str, *, link: str) -> str:
    """An empty `link` leaves the place to a button."""
    words = wording(locale)
    facts = msgspec.structs.asdict(said)
    paragraphs = [words.received.format(**facts)]
    if said.reply_by:
        paragraphs.append(words.reply_by.format(**facts))
    if link:
        paragraphs.append(f"{words.follow}\n{link}")
    return "\n\n".join([*paragraphs, words.why.format(**facts)]) + "\n"


def preview(said: Confirmation, locale: str) -> str:
    """As people of the shop may read it: what makes the link the visitor's own is left out."""
    page = said.link.partition("?")[0]
    return f"{subject(said, locale)}\n\n{body(said, locale, link=page)}"


def mail(said: Confirmation, locale: str, *, parcel_id: str, sender: Address) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=said.to)
    message["Subject"] = subject(said, locale)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = mails.message_id(parcel_id, said.to, sender.domain)
    # https://www.rfc-editor.org/rfc/rfc3834#section-5: nobody's machine answers this one.
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(body(said, locale, link=said.link), cte="base64")
    page = mails.html_page(body(said, locale, link=""), wording(locale).follow, said.link)
    message.add_alternative(page, subtype="html", cte="base64")
    return message
