"""Mail to one person about their own account: fixed words, no visitor's."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from app.channels.email import mails
from app.channels.sender import Letter


def mail(letter: Letter, *, parcel_id: str, sender: Address, recipient: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = mails.subject(letter.subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = mails.message_id(parcel_id, recipient, sender.domain)
    # Keeps out-of-office replies away.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(body(letter), cte="base64")
    page = mails.html_page("\n\n".join(letter.paragraphs), letter.label, letter.link)
    message.add_alternative(page, subtype="html", cte="base64")
    return message


def body(letter: Letter) -> str:
    link = [f"{letter.label}\n{letter.link}"] if letter.link else []
    first, *others = letter.paragraphs
    return "\n\n".join([first, *link, *others]) + "\n"
