"""Request bodies, checked as bytes before anything is parsed.

A guard of the whole application, after the one for tokens. Handlers read `json_of` and `form_of`;
nothing else parses a body.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.errors import Invalid
from app.reading import encodings, objects
from web.http.faults import HANG_UP, Refused, is_for_programs
from web.http.request import MAIL, PROVIDERS, WHOLE, Incoming
from web.http.words import N_

PUBLIC_LIMIT = 64 * 1024
# Twenty channels with long templates and headers.
CONFIG_LIMIT = 256 * 1024
# A file of holidays in base64, in a form.
IMPORT_LIMIT = 1024 * 1024
# The deepest thing we define, a recipient's list inside a channel's SMTP settings, has 4 levels.
MAX_DEPTH = 8
# Twenty channels of forty keys; every bracket, comma and colon counts.
MAX_TOKENS = 4_000
# No number of ours is longer, and reading one costs time.
MAX_BARE_BYTES = 32
VISITOR_FIELDS = 60
# The messages of a list that are ticked.
CONSOLE_FIELDS = 1200
QUERY_FIELDS = 60
SWITCH = ("on", "off")
# Seconds. A phone on a bad line sends 64 KiB in far less.
RECEIVE_SECONDS = 15
# Mails with attachments, and forms with files: a photo of 10 MB on a bad line. The whole of it, so
# that `cli.connections` waits a little longer.
RECEIVE_RAW_SECONDS = 120

ANY_FORM = "/f/"
# An option of handlers: their body may be multipart, with files, and is large only then.
WITH_FILES = "with_files"
TOO_LARGE = N_("The request is larger than this address accepts.")
# Where files or whole mails may come; every other body is smaller, see `cli.connections`.
LARGE = (ANY_FORM, "/w/", *MAIL)
LARGE_LIMIT = 256 * 1024 * 1024
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s"{}\[\]:,]++', re.DOTALL)
HOLDERS = (dict, list)
TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
LONG = re.compile(rb"[^\s{}\[\]:,]{%d}" % (MAX_BARE_BYTES + 1))
# What PostgreSQL cannot store or UTF-8 cannot encode: NUL and half a surrogate pair.
SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<none>u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)",
    re.DOTALL,
)
ESCAPED = re.compile(rb"(?:%[0-9a-fA-F]{2})+")
POSITION = re.compile(r"\(byte (\d+)\)")


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Reads and checks the body of requests that have one."""
    if not isinstance(connection, Request) or connection.method not in WITH_BODY:
        return
    if connection.scope["path"].startswith((ANY_FORM, PROVIDERS)):
        # Forms of other sites are in whatever encoding; web.http.posted reads them. What mail
        # providers post is read once they have proven themselves.
        return
    operation = handler.opt.get("operation")
    if operation is not None and operation.body_as != JSON:
        _check_type(connection, operation.body_as)
        raw = await received(connection, RECEIVE_RAW_SECONDS)
        connection.scope.setdefault("state", {})["raw"] = raw
        return
    expected = JSON if is_for_programs(connection.scope["path"]) else FORM
    with_files = handler.opt.get(WITH_FILES, False)
    if with_files and _is_multipart(connection):
        # web.http.posted reads it, piece by piece.
        return
    _check_type(connection, expected)
    raw = await received(connection, RECEIVE_SECONDS, PUBLIC_LIMIT if with_files else None)
    state = connection.scope.setdefault("state", {})
    if expected == JSON:
        if raw:
            state["json"] = decoded(raw)
    else:
        public = connection.scope["path"].startswith("/w/")
        pairs = pairs_of(raw, VISITOR_FIELDS if public else CONSOLE_FIELDS, unique=public)
        # Visitors are told what cannot be stored; elsewhere nobody types such characters.
        state["form"] = (
            pairs if public else [(name, value.replace("\0", "")) for name, value in pairs]
        )


def _is_multipart(request: Incoming) -> bool:
    said = request.headers.get("content-type", "").partition(";")[0]
    return said.strip().lower() == "multipart/form-data"


def json_of(request: Incoming, *, empty: bool = False) -> dict[str, Any]:
    """The JSON object of the body. With `empty`, no body at all is an empty one."""
    state = request.scope["state"]
    if "json" not in state:
        if empty:
            return {}
        raise Refused(400, "body_required", N_("A JSON object is expected in the body."))
    value = state["json"]
    if not isinstance(value, dict):
        raise Invalid.at("", "object_expected", N_("A JSON object is expected in the body."))
    return value


def raw_of(request: Incoming) -> bytes:
    """The body of an operation that takes another media type than JSON."""
    raw: bytes = request.scope["state"]["raw"]
    return raw


def form_of(request: Incoming) -> dict[str, str]:
    """The fields of a form; for a repeated name, the last value."""
    return dict(request.scope["state"]["form"])


def all_of(request: Incoming, name: str) -> list[str]:
    """Every value of a form's repeated field."""
    return [value for found, value in request.scope["state"]["form"] if found == name]


def query_of(request: Incoming) -> dict[str, str]:
    """The query parameters. Raises Refused, and Invalid for a repeated one."""
    raw = request.scope["query_string"]
    if b"%00" in raw:
        raise Refused(400, "nul_character", N_("The address holds a NUL character."))
    return dict(pairs_of(raw, QUERY_FIELDS, unique=True))


def _check_type(request: Incoming, expected: str) -> None:
    """Raises Refused unless it is exactly the declared type: browsers send some others across sites
    without a preflight."""
    values = request.headers.getall("content-type", [])
    if not values and _is_empty(request):
        return
    media_type, _, parameters = (values or [""])[0].partition(";")
    charset = parameters.strip().lower().replace('"', "")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if (
        len(values) != 1
        or media_type.strip().lower() != expected
        or charset not in {"", "charset=utf-8", "charset=utf8"}
        or encoding != "identity"
    ):
        raise Refused(
            415, "unsupported_media_type", N_("Send {type} in UTF-8."), facts={"type": expected}
        )


def _is_empty(request: Incoming) -> bool:
    if "transfer-encoding" in request.headers:
        return False
    return request.headers.get("content-length", "0") == "0"


async def received(request: Incoming, seconds: float, most: int | None = None) -> bytes:
    """Raises Refused when it is slow, breaks off, or is longer than `most`, else than the handler
    takes (`request_max_body_size`)."""
    most = most or request.route_handler.resolve_request_max_body_size() or LARGE_LIMIT
    if (request.content_length or 0) > most:
        raise _too_large()
    if request.scope["state"].get(WHOLE):
        return await _whole(request, most)
    try:
        async with asyncio.timeout(seconds):
            return await _whole(request, most)
    except TimeoutError:
        raise Refused(
            408, "slow_body", N_("The body did not arrive in time."), headers=HANG_UP
        ) from None


async def _whole(request: Incoming, most: int) -> bytes:
    """Litestar's own way to it costs more than all that is looked for in a usual body."""
    found, more = bytearray(), True
    while more:
        event: Any = await request.receive()
        if event["type"] == "http.disconnect":
            raise Refused(400, "disconnected", N_("The request ended before its body did."))
        found += event["body"]
        if len(found) > most:
            raise _too_large()
        more = event.get("more_body", False)
    return bytes(found)


def _too_large() -> Refused:
    """The rest of it is not read."""
    return Refused(413, "too_large", TOO_LARGE, headers=HANG_UP)


def is_on(request: Incoming) -> bool:
    """The wanted state of a switch, from `to`. Raises Invalid otherwise: a missing value must not
    mean off."""
    said = form_of(request).get("to", "")
    if said not in SWITCH:
        known = ", ".join(SWITCH)
        raise Invalid.at("/to", "not_a_choice", N_("Use one of {known}"), known=known)
    return said == "on"


def decoded(raw: bytes) -> Any:
    """The value of a JSON text. Raises Refused when it is malformed, deep or long, Invalid for
    duplicate keys."""
    raw = encodings.without_mark(raw)
    try:
        raw.decode()
        if encodings.of_two_bytes(raw):
            raise _not_utf8()
        if SUSPICIOUS.search(raw):
            _refuse_unstorable(raw)
        return _value(raw)
    except UnicodeDecodeError:
        raise _not_utf8() from None
    except (msgspec.DecodeError, ValueError, RecursionError, LookupError) as error:
        found = POSITION.search(str(error))
        at = found[1] if found else str(len(raw))
        raise Refused(
            400, "malformed_json", N_("The JSON is malformed near byte {at}."), facts={"at": at}
        ) from None


def _refuse_unstorable(raw: bytes) -> None:
    for match in ESCAPE.finditer(raw):
        if match["none"]:
            raise Refused(
                400,
                "unstorable_character",
                N_("NUL or half a surrogate pair near byte {at} cannot be stored."),
                facts={"at": str(match.start())},
            )


def _value(raw: bytes) -> Any:
    """What is small needs no scan: its brackets are too few to be nested deeply, the words between
    its texts are short, and its value has as many keys as stand there."""
    rest = TEXT.sub(b"", raw)
    brackets = rest.count(b"{") + rest.count(b"[")
    tokens = len(rest) + raw.count(b'"')
    if brackets > MAX_DEPTH or tokens > MAX_TOKENS or LONG.search(rest):
        _scan(raw)
        return msgspec.json.decode(raw)
    value = msgspec.json.decode(raw)
    if _keys_in(value) != rest.count(b":"):
        _scan(raw)
    return value


def _keys_in(value: Any) -> int:
    if type(value) not in HOLDERS:
        return 0
    keys, inside = (len(value), value.values()) if type(value) is dict else (0, value)
    for each in inside:
        if type(each) in HOLDERS:
            keys += _keys_in(each)
    return keys


class _Frame:
    """An open object or list of the scanner."""

    __slots__ = ("is_object", "keys", "name")

    def __init__(self, is_object: bool) -> None:
        self.is_object = is_object
        self.keys: set[Any] = set()
        self.name: Any = 0


def _scan(raw: bytes) -> None:
    """Checks depth, size and keys only; malformed JSON is left to the parser."""
    frames: list[_Frame] = []
    last = b""
    for count, match in enumerate(TOKEN.finditer(raw), start=1):
        token = match[0]
        if count > MAX_TOKENS:
            raise Refused(400, "too_many_values", N_("The JSON holds too many values."))
        if token in (b"{", b"["):
            if len(frames) == MAX_DEPTH:
                raise Refused(400, "too_deep", N_("The JSON is nested too deeply."))
            frames.append(_Frame(token == b"{"))
        elif frames:
            _step(frames, token, last)
        if len(token) > MAX_BARE_BYTES and token[:1] != b'"':
            raise Refused(400, "number_too_long", N_("The JSON holds a number of too many digits."))
        last = token


def _step(frames: list[_Frame], token: bytes, last: bytes) -> None:
    frame = frames[-1]
    if token in (b"}", b"]"):
        frames.pop()
    elif token == b"," and not frame.is_object:
        frame.name += 1
    elif token == b":" and frame.is_object:
        frame.name = msgspec.json.decode(last)
        if frame.name in frame.keys:
            place = objects.pointer(*(each.name for each in frames))
            raise Invalid.at(place, "duplicate_key", N_("This key is given twice."))
        frame.keys.add(frame.name)


def pairs_of(raw: bytes, most: int, *, unique: bool) -> list[tuple[str, str]]:
    """Names, without NUL, and values of a form or a query."""
    if raw.count(b"&") >= most:
        raise Refused(
            400,
            "too_many_fields",
            N_("More than {most} fields were sent."),
            facts={"most": str(most)},
        )
    try:
        raw.decode()
        pieces = [each.partition(b"=") for each in raw.split(b"&") if each]
        pairs = [(_typed(name).replace("\0", ""), _typed(value)) for name, _, value in pieces]
    except UnicodeDecodeError:
        raise _not_utf8() from None
    seen: set[str] = set()
    for name, _ in pairs:
        if unique and name in seen:
            raise Invalid.at(objects.pointer(name), "duplicate_key", N_("This key is given twice."))
        seen.add(name)
    return pairs


def _typed(text: bytes) -> str:
    """As it was before it was encoded for a form. Whole runs at once: each Chinese character is one
    of three bytes."""
    return ESCAPED.sub(_bytes_of, text.replace(b"+", b" ")).decode()


def _bytes_of(run: re.Match[bytes]) -> bytes:
    return bytes.fromhex(run[0].replace(b"%", b"").decode())


def _not_utf8() -> Refused:
    return Refused(400, "not_utf8", N_("The request is not valid UTF-8."))
