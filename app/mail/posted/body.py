"""What was posted, taken apart: fields, files, JSON, or the mail itself."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from app.catalogue import N_
from app.errors import Invalid
from app.reading import encodings

PARTS_MAX = 500
HEADERS_MAX, HEADER_MAX = 50, 32 * 1024
BOUNDARY_MAX = 200
RAW = ("message/rfc822", "application/octet-stream", "text/rfc822")
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "json"


class Field(msgspec.Struct, frozen=True):
    """`charset` is what it claims to be in."""

    name: str
    value: bytes
    charset: str = ""


class File(msgspec.Struct, frozen=True):
    """`field` is the name that it was sent under, `name` its own."""

    field: str
    name: str
    kind: str
    content: bytes


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """Of these, what the body was."""

    fields: tuple[Field, ...] = ()
    files: tuple[File, ...] = ()
    json: dict[str, Any] | None = None
    raw: bytes = b""

    def text(self, name: str) -> str:
        """The first field of that name, empty where there is none."""
        found = next((each.value for each in self.fields if each.name == name), b"")
        return found.decode("utf-8", "replace")


def parsed(content_type: str, body: bytes) -> Posted:
    """Raises Invalid with the reason."""
    kind, options = parse_options_header(content_type)
    if kind == MULTIPART:
        return _multipart(body, options.get("boundary", ""))
    if kind == FORM:
        return Posted(fields=tuple(_pairs(body)))
    if kind.endswith(JSON) or (kind not in RAW and body.lstrip()[:1] == b"{"):
        # Amazon SNS calls its JSON plain text.
        return Posted(json=_object(body))
    return Posted(raw=body)


def _pairs(body: bytes) -> list[Field]:
    found = []
    for piece in body.split(b"&"):
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        if name:
            called = encodings.text_of(unquote_to_bytes(name))
            found.append(Field(called, unquote_to_bytes(value)))
        if len(found) > PARTS_MAX:
            raise _broken(N_("There are too many fields"))
    return found


def _object(body: bytes) -> dict[str, Any]:
    """Whatever characters it has: mails have all of them."""
    try:
        found = json.loads(encodings.without_mark(body).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise _broken(N_("This is no JSON")) from None
    if not isinstance(found, dict):
        raise _broken("A JSON object is expected in the body.")
    return found


def _multipart(body: bytes, boundary: str) -> Posted:
    fields: list[Field] = []
    files: list[File] = []
    part: MultipartSegment | None = None
    content = bytearray()
    try:
        if not 0 < len(boundary) <= BOUNDARY_MAX:
            raise ValueError("no boundary")
        parser = PushMultipartParser(
            boundary,
            max_segment_count=PARTS_MAX,
            max_header_count=HEADERS_MAX,
            max_header_size=HEADER_MAX,
            header_charset="latin-1",
        )
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                part, content = event, bytearray()
            elif event is not None:
                content += event
            elif part is not None:
                _add(fields, files, part, bytes(content))
        parser.close(check_complete=True)
    except (MultipartError, ValueError, LookupError):
        raise _broken(N_("The form is malformed")) from None
    return Posted(fields=tuple(fields), files=tuple(files))


def _add(fields: list[Field], files: list[File], part: MultipartSegment, content: bytes) -> None:
    name = encodings.text_of((part.name or "").encode("latin-1"))
    if part.filename is None:
        fields.append(Field(name, content, part.charset or ""))
    elif content:
        called = encodings.text_of(part.filename.encode("latin-1"))
        files.append(File(name, called, part.content_type or "", content))


def _broken(why: str) -> Invalid:
    return Invalid.at("", "malformed", why)
