"""From what providers post to the raw mail: as they hand it on, or put together from its parts.

Names are those of Postmark (RawEmail, TextBody …), SendGrid (email, text, charsets …), Mailgun
(body-mime, body-plain, message-headers …), Amazon SES by SNS, and what others call the same. Which
provider it is does not matter: each says enough by its names.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from typing import Any

from app.errors import Invalid
from app.mail import receive
from app.mail.posted.body import File, Posted
from app.mail.posted.letter import Letter, written
from app.mail.read import charsets

RAW = ("rawemail", "bodymime", "email", "mime", "raw", "rawmime", "eml")
TEXT = ("textbody", "bodyplain", "text", "plain", "body", "bodytext")
HTML = ("htmlbody", "bodyhtml", "html")
FROM = ("fromfull", "from", "sender", "mailfrom")
TO = ("tofull", "to", "recipients")
CC = ("ccfull", "cc")
CAME_TO = ("originalrecipient", "recipient", "envelope")
HEADERS = ("messageheaders", "headers")
FILES = ("attachments", "files")
NAME_OF_FILE = ("name", "filename")
TYPE_OF_FILE = ("contenttype", "type", "mimetype")
SEPARATORS = re.compile(r"[-_ ]")
SAMPLE = 20
"""Characters of base64 that are looked at before all of it is decoded."""


def raw_of(posted: Posted) -> bytes:
    """The mail. Raises Invalid, which names the field that is missing or that is no mail."""
    if posted.raw or (posted.json is None and not posted.fields and not posted.files):
        receive.checked_head(posted.raw)
        return posted.raw
    said = _of_sns(posted.json) if posted.json is not None else _of_form(posted)
    names = {_plain(name): name for name in reversed(said)}
    values = {_plain(name): value for name, value in reversed(said.items())}
    if found := _raw(values, posted.files):
        return found
    letter = _letter(values, posted.files)
    if letter is not None:
        return written(letter)
    place = next((names[each] for each in RAW if values.get(each)), "")
    if place:
        raise Invalid.at(f"/{place}", "mail_expected", "Send the raw mail, with its headers")
    detail = "Send the raw mail, or at least from, subject, text or html"
    raise Invalid.at("/from", "required", detail)


def _raw(values: Mapping[str, Any], files: tuple[File, ...]) -> bytes:
    """The mail as it came, if there is one; empty else."""
    for name in RAW:
        for found in _bytes(values.get(name)):
            if receive.looks_like_mail(found):
                return found
    for each in files:
        if _plain(each.field) in RAW and receive.looks_like_mail(each.content):
            return each.content
    return b""


def _bytes(value: Any) -> Iterator[bytes]:
    """As it is, and if it may be base64, decoded."""
    plain = value if isinstance(value, bytes) else str(value or "").encode("utf-8", "replace")
    yield plain
    if plain and b":" not in plain[:SAMPLE]:
        try:
            yield base64.b64decode(b"".join(plain.split()), validate=True)
        except (binascii.Error, ValueError):
            return


def _of_form(posted: Posted) -> dict[str, Any]:
    """The fields by name, as text, but for a raw mail: SendGrid names the encoding of each."""
    claimed = _json(posted.text("charsets"))
    known = claimed if isinstance(claimed, dict) else {}
    said: dict[str, Any] = {}
    for each in posted.fields:
        if _plain(each.name) in RAW:
            said.setdefault(each.name, each.value)
            continue
        charset = str(known.get(each.name) or each.charset or "utf-8")
        text = charsets.decoded(each.value, charset)
        # Mailgun sends each part of HTML by itself.
        said[each.name] = f"{said[each.name]}\n{text}" if each.name in said else text
    return said


def _of_sns(said: dict[str, Any]) -> dict[str, Any]:
    """What Amazon's envelope holds, where it is one."""
    inner = _json(said.get("Message")) if "TopicArn" in said or "notificationType" in said else None
    told = inner if isinstance(inner, dict) else said
    if "notificationType" not in told:
        return said
    content = told.get("content")
    if not content:
        detail = "There is no mail in it. Let the receipt rule publish to SNS"
        raise Invalid.at("/Message/content", "required", detail)
    return {"raw": content}


def _letter(values: Mapping[str, Any], files: tuple[File, ...]) -> Letter | None:
    """None if nothing of a mail is there."""
    given = list(_headers(_first(values, HEADERS)))
    has = {name.lower() for name, _ in given}
    text, html = _text(_first(values, TEXT)), _text(_first(values, HTML))
    own = [
        ("From", _addresses(_first(values, FROM))),
        ("To", _addresses(_first(values, TO))),
        ("Cc", _addresses(_first(values, CC))),
        ("Subject", _text(values.get("subject"))),
        ("Date", _text(values.get("date"))),
        ("Message-ID", _id(values.get("messageid"))),
        ("In-Reply-To", _text(values.get("inreplyto"))),
        ("References", _text(values.get("references"))),
        ("Envelope-To", _addresses(_first(values, CAME_TO))),
    ]
    headers = [*given, *(each for each in own if each[1] and each[0].lower() not in has)]
    names = {name.lower() for name, _ in headers}
    attached = [*files, *_attachments(_first(values, FILES))]
    if not ({"from", "subject"} & names or text or html or attached):
        return None
    return Letter(headers=headers, text=text, html=html, files=attached)


def _headers(value: Any) -> Iterator[tuple[str, str]]:
    """A block of lines, pairs, objects with name and value, or one object."""
    if isinstance(value, str):
        found = _json(value)
        if found is None:
            # Of a header that a person reads, the reader decodes what is encoded.
            for name, said in HeaderParser().parsestr(value.lstrip("\r\n")).items():
                yield name, str(said)
            return
        value = found
    if isinstance(value, dict):
        value = list(value.items())
    for each in value if isinstance(value, list) else []:
        if isinstance(each, dict):
            pair = {_plain(str(name)): said for name, said in each.items()}
            yield str(pair.get("name", "")), _text(pair.get("value"))
        elif isinstance(each, list | tuple) and len(each) == 2:
            for said in each[1] if isinstance(each[1], list) else [each[1]]:
                yield str(each[0]), _text(said)


def _attachments(value: Any) -> Iterator[File]:
    """Of JSON; in forms they are files, and this is their number."""
    for each in value if isinstance(value, list) else []:
        if not isinstance(each, dict):
            continue
        said = {_plain(str(name)): what for name, what in each.items()}
        content = _decoded(said.get("content"))
        if content:
            name = _text(_first(said, NAME_OF_FILE))
            yield File("attachments", name, _text(_first(said, TYPE_OF_FILE)), content)


def _decoded(value: Any) -> bytes:
    text = _text(value)
    try:
        return base64.b64decode("".join(text.split()))
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")


def _addresses(value: Any) -> str:
    """As a header has them. Of SendGrid's envelope, the receivers."""
    if isinstance(value, str):
        found = _json(value) if value.lstrip().startswith(("{", "[")) else None
        if found is None:
            return value
        value = found
    if isinstance(value, list):
        return ", ".join(filter(None, map(_addresses, value)))
    if not isinstance(value, dict):
        return ""
    said = {_plain(str(name)): what for name, what in value.items()}
    address = _text(_first(said, ("email", "address")))
    if not address:
        return _addresses(said.get("to")) if "to" in said else ""
    name = _text(said.get("name")).replace("\\", "").replace('"', "")
    return f'"{name}" <{address}>' if name else address


def _id(value: Any) -> str:
    """Postmark calls a number of its own so."""
    text = _text(value)
    return text if "@" in text else ""


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[each] for each in names if values.get(each)), None)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return value if isinstance(value, str) else "" if value is None else str(value)


def _json(text: Any) -> Any:
    """None for what is none."""
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return None


def _plain(name: str) -> str:
    return SEPARATORS.sub("", name).lower()
