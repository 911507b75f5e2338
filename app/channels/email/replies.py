"""The mail that answers a visitor: an agent's words between those of the organization."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from app.catalogue import N_, say
from app.channels.email import mails
from app.channels.email.confirmation import WHY
from app.channels.sender import Reply
from app.reading.mailboxes import mailbox

SUBJECT = N_("Your message {reference}")
FOLLOW = N_("See all of it, or add something")
STOP = N_("The page above also has a button that ends mail about it.")


def subject(said: Reply, locale: str) -> str:
    """The same for every mail of a thread: some mailboxes go by it. `Re:` is read everywhere."""
    return mails.subject(f"Re: {say(locale, SUBJECT, {'reference': said.reference})}")


def body(said: Reply, locale: str, *, link: str) -> str:
    """Without a `link` where a button shows it."""
    follow = f"{say(locale, FOLLOW)}\n{link}" if link else ""
    why = f"{say(locale, WHY, {'shop': said.shop})} {say(locale, STOP)}"
    parts = (said.opening, said.text, said.signature, follow, why)
    return "\n\n".join(part for part in parts if part) + "\n"


def preview(said: Reply, locale: str) -> str:
    """For agents: the part of the link that authorizes the visitor is left out."""
    page = said.link.partition("?")[0]
    return f"{subject(said, locale)}\n\n{body(said, locale, link=page)}"


def mail(said: Reply, locale: str, *, sender: Address) -> EmailMessage:
    """Written by a person, so nothing in it says that it is automatic."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=said.to)
    if address := mailbox(said.answer_to):
        name = mails.header_text(sender.display_name)
        message["Reply-To"] = Address(display_name=name, addr_spec=address)
    message["Subject"] = subject(said, locale)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = said.message_id
    message["In-Reply-To"] = said.references[-1]
    message["References"] = " ".join(said.references)
    message.set_content(body(said, locale, link=said.link), cte="base64")
    page = mails.html_page(body(said, locale, link=""), say(locale, FOLLOW), said.link)
    message.add_alternative(page, subtype="html", cte="base64")
    return message
