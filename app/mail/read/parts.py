"""The parts of a mail: its text, its HTML, and what is attached."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.message import Message

import msgspec

from app.files import names
from app.mail.read import charsets, headers
from app.mail.read.shape import Attachment
from app.text import clean_line

PARTS_MAX = 200
ATTACHMENTS_MAX = 20
ATTACHMENT_MAX = 10 * 1024 * 1024
TEXT_MAX = 400_000
INLINE = re.compile(r"data:[a-z]+/[^\s\"'<>()]{1000,}", re.IGNORECASE)
"""Characters of one part; a mail with more is no letter."""
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature")
REPORTS = ("message/delivery-status", "message/disposition-", "text/rfc822-headers")
LOOSE_NAME = re.compile(r"name=\"?([^\";]+)", re.IGNORECASE)


class Parts(msgspec.Struct):
    plain: list[str]
    html: list[str]
    attachments: list[Attachment]
    left_out: int = 0


def of(mail: Message) -> Parts:
    found = Parts([], [], [])
    for number, part in enumerate(_leaves(mail)):
        if number >= PARTS_MAX:
            found.left_out += 1
        elif _is_text(part):
            text = _text(part)
            (found.html if part.get_content_type() == "text/html" else found.plain).append(text)
        elif not part.get_content_type().startswith((*REPORTS, *SIGNATURES)):
            _attach(found, part)
    return found


def _attach(found: Parts, part: Message) -> None:
    content = _content(part)
    if not content:
        return
    if len(found.attachments) >= ATTACHMENTS_MAX or len(content) > ATTACHMENT_MAX:
        found.left_out += 1
        return
    kind = part.get_content_type()
    found.attachments.append(Attachment(_name(part, kind), kind, content))


def _leaves(part: Message) -> Iterator[Message]:
    """Attached mails are whole; what a mail server reports is not gone into either."""
    children = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(children, list):
        for each in children:
            if isinstance(each, Message):
                yield from _leaves(each)
        return
    yield part


def _is_text(part: Message) -> bool:
    kind = part.get_content_type()
    if kind not in {"text/plain", "text/html", "text/enriched", "text/markdown"}:
        return False
    return not (part.get_content_disposition() == "attachment" or _filename(part))


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    text = charsets.decoded(content, _charset(part))
    # A screenshot that was pasted leaves room for what is written below it.
    return INLINE.sub("data:", text)[:TEXT_MAX]


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except (LookupError, ValueError, UnicodeError):
        return ""


def _content(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        mails = inner if isinstance(inner, list) else [inner]
        return b"\n".join(each.as_bytes() for each in mails if isinstance(each, Message))
    try:
        raw = part.get_payload(decode=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if isinstance(raw, bytes) else b""


def _filename(part: Message) -> str:
    """Of `filename` or `name`, in whichever of the three ways of writing it programs know."""
    try:
        given = part.get_filename() or ""
    except (LookupError, ValueError, UnicodeError, TypeError):
        given = ""
    if not given.isascii() and "\ufffd" in given:
        # Not encoded at all: the library has lost the bytes.
        loose = LOOSE_NAME.search(headers.raw(part, "content-disposition"))
        loose = loose or LOOSE_NAME.search(headers.raw(part, "content-type"))
        given = loose[1] if loose else given
    return clean_line(headers.unfolded(given))


def _name(part: Message, kind: str) -> str:
    """What a file may be called anywhere: without folders, not hidden, not too long."""
    if name := names.safe(_filename(part)):
        return name
    ending = {"message/rfc822": "eml", "text/calendar": "ics"}.get(kind) or kind.partition("/")[2]
    return f"attachment.{names.safe(ending)[:11] or 'bin'}"
