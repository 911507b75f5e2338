"""The mail that confirms a message to its visitor: fixed words, nothing that a visitor wrote."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import msgspec

from app.catalogue import N_, say
from app.channels.email import mails
from app.channels.sender import Confirmation

SUBJECT = N_("We have received your message {reference}")
RECEIVED = N_("Hello! We have received your message. Its reference is {reference}.")
REPLY_BY = N_("We will reply by {reply_by}.")
FOLLOW = N_("See how far it is, or add something")
WHY = N_(
    'You get this mail because somebody entered this address in the contact form of "{shop}".'
    " If it was not you, simply ignore this mail."
)


def subject(said: Confirmation, locale: str) -> str:
    return mails.subject(say(locale, SUBJECT, {"reference": said.reference}))


def body(said: Confirmation, locale: str, *, link: str) -> str:
    """Without a `link` where a button shows it."""
    facts = msgspec.structs.asdict(said)
    paragraphs = [say(locale, RECEIVED, facts)]
    if said.reply_by:
        paragraphs.append(say(locale, REPLY_BY, facts))
    if link:
        paragraphs.append(f"{say(locale, FOLLOW)}\n{link}")
    return "\n\n".join([*paragraphs, say(locale, WHY, facts)]) + "\n"


def preview(said: Confirmation, locale: str) -> str:
    """For agents: the part of the link that authorizes the visitor is left out."""
    page = said.link.partition("?")[0]
    return f"{subject(said, locale)}\n\n{body(said, locale, link=page)}"


def mail(said: Confirmation, locale: str, *, parcel_id: str, sender: Address) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=said.to)
    message["Subject"] = subject(said, locale)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = mails.message_id(parcel_id, said.to, sender.domain)
    # https://www.rfc-editor.org/rfc/rfc3834#section-5: no machine answers this mail.
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(body(said, locale, link=said.link), cte="base64")
    page = mails.html_page(body(said, locale, link=""), say(locale, FOLLOW), said.link)
    message.add_alternative(page, subtype="html", cte="base64")
    return message
