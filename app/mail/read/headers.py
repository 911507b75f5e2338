"""Headers of mails, as broken as they come."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses

from app.mail.read import charsets
from app.text import clean_line

WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=")
BETWEEN = re.compile(r"(\?=)\s+(=\?)")
ID = re.compile(r"<\s*([^<>\s]{3,300})\s*>")
LOOSE_ID = re.compile(r"[^<>\s,;\"]+@[^<>\s,;\"]+")
ADDRESS = re.compile(r"[^\s<>()\[\]{},;:\"|\\@]{1,64}@[^\s<>()\[\]{},;:\"'|\\@]{1,253}")
HEADER_MAX = 8000
IDS_MAX = 60
TO_MAX = 50
RECEIVERS = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "resent-to",
)


def text(mail: Message, name: str) -> str:
    """A header as a person reads it, in one line; empty when there is none."""
    return clean_line(unfolded(raw(mail, name)))


def raw(mail: Message, name: str) -> str:
    """The first header of that name as it stands there. Bytes beyond ASCII are read as what they
    probably are: not every program encodes them."""
    value = mail.get(name)
    return "" if value is None else _readable(value)


def every(mail: Message, name: str) -> list[str]:
    return [_readable(value) for value in mail.get_all(name) or []]


def _readable(value: object) -> str:
    # With bytes beyond ASCII it is an `email.header.Header`, whose text has lost them.
    chunks = getattr(value, "_chunks", None)
    whole = "".join(str(chunk[0]) for chunk in chunks) if chunks else str(value)
    whole = whole[:HEADER_MAX]
    if whole.isascii():
        return whole
    return charsets.decoded(whole.encode("utf-8", "surrogateescape"), "")


def unfolded(value: str) -> str:
    """With its encoded words decoded. Words of one encoding that follow each other are joined
    first: programs cut characters in two."""
    value = BETWEEN.sub(r"\1\2", re.sub(r"\r?\n[ \t]*", " ", value))
    shown, end, waiting = [], 0, b""
    charset = ""
    for found in WORD.finditer(value):
        content = _bytes(found[2], found[3])
        joined = found.start() == end and charset == found[1].lower()
        if waiting and not joined:
            shown.append(charsets.decoded(waiting, charset))
            waiting = b""
        if found.start() > end:
            shown.append(value[end : found.start()])
        # RFC 2231 lets a language follow: =?utf-8*zh?B?…?=
        charset = found[1].lower().partition("*")[0]
        waiting += content
        end = found.end()
    if waiting:
        shown.append(charsets.decoded(waiting, charset))
    return "".join(shown) + value[end:]


def _bytes(how: str, content: str) -> bytes:
    plain = content.encode("utf-8", "replace")
    if how in "Qq":
        return quopri.decodestring(plain, header=True)
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return plain


def address(mail: Message, name: str) -> tuple[str, str]:
    """(address in lower case, name) of the first mailbox in a header; empty where it has none."""
    for each in every(mail, name):
        found = next(_mailboxes(each), None)
        if found:
            return found
    return "", ""


def receivers(mail: Message) -> tuple[str, ...]:
    found = [
        mailbox
        for name in RECEIVERS
        for each in every(mail, name)
        for mailbox, _ in _mailboxes(each)
    ]
    return tuple(dict.fromkeys(found))[:TO_MAX]


def _mailboxes(value: str) -> Iterator[tuple[str, str]]:
    """Encoded words are decoded after the addresses are told apart: a name may hide a comma."""
    exact = False
    for name, spec in getaddresses([re.sub(r"\s+", " ", value)]):
        found = ADDRESS.fullmatch(spec.strip("'<> "))
        if found:
            exact = True
            shown = clean_line(unfolded(name)).strip("\"' ")
            yield found[0].lower(), "" if shown.lower() == found[0].lower() else shown
    if not exact:
        # 张三 <a@b.cn, or the whole mailbox inside an encoded word.
        for loose in ADDRESS.finditer(unfolded(value)):
            yield loose[0].lower(), ""


def message_id(mail: Message) -> str:
    return next(iter(_ids(raw(mail, "message-id"))), "")


def references(mail: Message) -> tuple[str, ...]:
    """The ids that it answers: In-Reply-To first, then References from the nearest on."""
    nearest = list(_ids(" ".join(every(mail, "in-reply-to"))))
    earlier = list(_ids(" ".join(every(mail, "references"))))
    # Outlook's own, where References is missing.
    others = list(_ids(" ".join(every(mail, "x-forwarded-message-id"))))
    return tuple(dict.fromkeys([*nearest, *reversed(earlier), *others]))[:IDS_MAX]


def _ids(value: str) -> Iterator[str]:
    value = re.sub(r"\s*\r?\n\s*", " ", unfolded(value))
    found = ID.findall(value) or LOOSE_ID.findall(value)
    yield from (each for each in found if len(each) <= 300)
