"""From the bytes of a mail to what it says."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser

from app.mail.read import authentic, headers, kinds, markup, parts
from app.mail.read.cut import Cut, cut
from app.mail.read.shape import Bounce, Mail
from app.text import clean, visible

MBOX = b"From "


def read(raw: bytes, *, server: str = "") -> Mail:
    """`server` is whose word on senders is trusted. Raises only for what no mail can be, such as
    thousands of parts within each other: RecursionError."""
    mail = BytesParser().parsebytes(_unwrapped(raw))
    found = parts.of(mail)
    subject, (sender, name) = headers.text(mail, "subject"), headers.address(mail, "from")
    text, best = _best(found)
    kind = kinds.of(mail, subject, sender, text)
    bounced = kind in {"bounce", "delayed"}
    proven, forged = authentic.verdict(mail, sender, server)
    return Mail(
        message_id=headers.message_id(mail),
        references=_references(mail, text, bounced=bounced),
        sender=sender,
        sender_name=name,
        reply_to=headers.address(mail, "reply-to")[0],
        to=headers.receivers(mail),
        subject=subject,
        text=text,
        said=best.said if visible(best.said) or found.attachments else text,
        kind=kind,
        bounce=kinds.bounce(mail, text) if bounced else Bounce(),
        attachments=tuple(found.attachments),
        left_out=found.left_out,
        proven=proven,
        forged=forged,
    )


def _unwrapped(raw: bytes) -> bytes:
    """Without the line that mailbox files and some pipes put above a mail."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith((MBOX, b">From ")):
        raw = raw.partition(b"\n")[2]
    return raw


def _references(mail: Message, text: str, *, bounced: bool) -> tuple[str, ...]:
    found = headers.references(mail)
    if bounced:
        found = tuple(dict.fromkeys([*kinds.returned(mail, text), *found]))
    return tuple(each for each in found if each)


def _best(found: parts.Parts) -> tuple[str, Cut]:
    """The text in which it is plainer what is quoted: as text, else as HTML."""
    plain = clean("\n\n".join(found.plain)).replace(markup.QUOTE, "")
    first = cut(plain)
    if visible(plain) and first.quoted:
        return plain, first
    marked = "\n\n".join(markup.text_of(each) for each in found.html)
    second = cut(marked)
    text = marked.replace(f"{markup.QUOTE}\n", "").replace(markup.QUOTE, "").strip()
    if not visible(plain) or (second.quoted and visible(second.said)):
        return text, second
    return plain, first
