"""A mail put together again from what a provider made of it."""

from __future__ import annotations

import hashlib
import re
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import msgspec

from app.mail.posted.body import File

NAME = re.compile(r"[!-9;-~]{1,76}")
TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
LINES_MAX = 400
VALUE_MAX = 8000
OF_THE_BODY = ("content-", "mime-version", "bcc")
"""Headers that told how the body was written before."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """`headers` as they are read, not encoded."""

    headers: list[tuple[str, str]]
    text: str = ""
    html: str = ""
    files: list[File] = []


def written(letter: Letter) -> bytes:
    """The raw mail; of the same letter always the same, so that a repeat is recognised."""
    head = [
        f"{name}: {' '.join(value.split())[:VALUE_MAX]}".encode("utf-8", "replace")
        for name, value in letter.headers[:LINES_MAX]
        if NAME.fullmatch(name) and not name.lower().startswith(OF_THE_BODY)
    ]
    return b"\r\n".join(head) + b"\r\n" + _body(letter).as_bytes()


def _body(letter: Letter) -> MIMEMultipart:
    mark = _mark(letter)
    texts = MIMEMultipart("alternative", boundary=f"=_text_{mark}")
    if letter.text or not letter.html:
        texts.attach(MIMEText(_whole(letter.text), "plain", "utf-8"))
    if letter.html:
        texts.attach(MIMEText(_whole(letter.html), "html", "utf-8"))
    mail = MIMEMultipart("mixed", boundary=f"=_mail_{mark}")
    mail.attach(texts)
    for each in letter.files:
        mail.attach(_attached(each))
    return mail


def _attached(file: File) -> MIMEBase:
    kind = file.kind.lower()
    # What is called a mail or a report would be taken for one of the server's.
    plain = not TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/"))
    part = MIMEApplication(file.content, "octet-stream")
    if not plain:
        part.replace_header("Content-Type", kind)
    name = " ".join(_whole(file.name).split()) or "attachment"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _mark(letter: Letter) -> str:
    digest = hashlib.sha256(f"{letter.text}\0{letter.html}".encode("utf-8", "replace"))
    for each in letter.files:
        digest.update(each.content)
    return digest.hexdigest()[:32]


def _whole(text: str) -> str:
    """Without halves of characters, which nothing can write."""
    return text.encode("utf-8", "replace").decode()
