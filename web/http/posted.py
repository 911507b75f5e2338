"""The body of any form of any site, however it was encoded, and of our own with files."""

from __future__ import annotations

import asyncio
import re
import tempfile
import weakref
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import IO, Any
from urllib.parse import unquote_to_bytes

import msgspec
from litestar.exceptions import ClientException, InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from app import settings
from app.errors import Invalid
from app.fields.values import scalar
from app.files.keep import Came
from app.reading import encodings, objects
from web.http import bodies
from web.http.faults import HANG_UP, Refused
from web.http.request import Incoming
from web.http.words import N_

BODY_LIMIT = 256 * 1024 * 1024
"""With the files that come along: so much is read, so that the text before and after is kept."""
FILES_LIMIT = 64 * 1024 * 1024
"""Of it is kept; what is more is known by its size."""
IN_MEMORY = 256 * 1024
ALL_LIMIT = 512 * 1024 * 1024
"""Of all requests of this process together: a stranger may send many at once."""
TEXT_LIMIT = 256 * 1024
FIELDS_MAX = 200
BOUNDARY_MAX = 200
MULTIPART = "multipart/form-data"
PLAIN = "text/plain"
LINE = re.compile(r"[^=\r\n]{1,100}=")


class Posted(msgspec.Struct, frozen=True):
    """`pairs` are names and values as they were sent, in their order; `files` came along.
    `is_json`: the caller spoke JSON."""

    pairs: list[tuple[str, str]]
    files: list[Came] = []
    is_json: bool = False


async def read(request: Incoming) -> Posted:
    """Raises Refused, and Invalid for a key that JSON has twice."""
    said = request.headers.get("content-type") or bodies.FORM
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise _unknown(said)
    try:
        async with asyncio.timeout(bodies.RECEIVE_RAW_SECONDS):
            return await parsed(request.stream(), said)
    except TimeoutError:
        detail = N_("The body did not arrive in time.")
        raise Refused(408, "slow_body", detail, headers=HANG_UP) from None
    except ClientException:
        raise _too_large() from None
    except InternalServerException:
        detail = N_("The request ended before its body did.")
        raise Refused(400, "disconnected", detail) from None


async def parsed(chunks: AsyncIterator[bytes], content_type: str) -> Posted:
    """Raises as `read`."""
    kind, options = parse_options_header(content_type)
    if kind == MULTIPART:
        return await _multipart(chunks, options.get("boundary", ""))
    if kind not in {bodies.FORM, bodies.JSON, PLAIN}:
        raise _unknown(kind)
    raw = await _whole(chunks)
    if kind == bodies.JSON:
        return Posted(list(_flat(bodies.decoded(raw))), is_json=True)
    if kind == PLAIN:
        return Posted(list(_lines(encodings.text_of(raw))))
    return Posted(url_encoded(raw))


async def own_form(request: Incoming) -> list[Came]:
    """The files of a form of ours, whose fields `form_of` gives then. Raises as `read`."""
    state = request.scope["state"]
    if "form" in state:
        return []
    found = await read(request)
    pairs = [(name.replace("\0", ""), value) for name, value in found.pairs]
    if len(pairs) > bodies.VISITOR_FIELDS:
        raise _too_many(bodies.VISITOR_FIELDS)
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            detail = N_("This key is given twice.")
            raise Invalid.at(objects.pointer(name), "duplicate_key", detail)
    state["form"] = pairs
    return found.files


def _unknown(kind: str) -> Refused:
    detail = N_("A form may be sent as {known}, not as {kind}.")
    known = ", ".join((bodies.FORM, MULTIPART, PLAIN, bodies.JSON))
    return Refused(
        415, "unsupported_media_type", detail, facts={"known": known, "kind": kind[:100]}
    )


async def _whole(chunks: AsyncIterator[bytes]) -> bytes:
    found = bytearray()
    async for chunk in chunks:
        found += chunk
        if len(found) > TEXT_LIMIT:
            raise _too_large()
    return bytes(found)


def _too_large() -> Refused:
    return Refused(413, "too_large", bodies.TOO_LARGE)


def url_encoded(raw: bytes) -> list[tuple[str, str]]:
    """Of a page in any encoding: old ones of Chinese sites are in GBK."""
    pairs = [
        tuple(unquote_to_bytes(half.replace(b"+", b" ")) for half in piece.split(b"=", 1))
        for piece in raw.split(b"&")
        if piece
    ]
    _count(pairs)
    return _decoded((each[0], each[1] if len(each) > 1 else b"") for each in pairs)


def _decoded(pairs: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """One page has one encoding."""
    known = list(pairs)
    text = encodings.text_of(
        b"\n".join(half.replace(b"\n", b"\r") for each in known for half in each)
    )
    halves = text.split("\n")
    if len(halves) != 2 * len(known):
        halves = [half.decode("utf-8", "replace") for each in known for half in each]
    halves = [half.replace("\r\r", "\n").replace("\r", "\n") for half in halves]
    return list(zip(halves[::2], halves[1::2], strict=True))


def _count(found: list[Any]) -> None:
    if len(found) > FIELDS_MAX:
        raise _too_many(FIELDS_MAX)


def _too_many(most: int) -> Refused:
    detail = N_("More than {most} fields were sent.")
    return Refused(400, "too_many_fields", detail, facts={"most": str(most)})


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """`name=value` a line; what has no name goes on from the line before."""
    name, said = "", [""]
    for line in text.splitlines():
        if LINE.match(line):
            if name:
                yield name, "\n".join(said)
            name, _, rest = line.partition("=")
            said = [rest]
        elif name:
            said.append(line)
    if name:
        yield name, "\n".join(said)


def _flat(found: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """What is nested is called `order.size`."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _flat(value, f"{name}.{key}" if name else str(key))
    elif isinstance(found, list):
        for value in found:
            yield from _flat(value, name)
    elif found is not None:
        yield name or "message", found if isinstance(found, str) else scalar(found) or ""


async def _multipart(chunks: AsyncIterator[bytes], boundary: str) -> Posted:
    parser = _Parts(boundary)
    try:
        async for chunk in chunks:
            parser.feed(chunk)
        return parser.end()
    except (MultipartError, ValueError, LookupError):
        raise Refused(400, "malformed", N_("The request is malformed.")) from None


class _Budget:
    """What files of all requests take, until nobody holds them any more."""

    def __init__(self) -> None:
        self.sizes: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

    def take(self, held: IO[bytes], size: int) -> bool:
        if sum(self.sizes.values()) + size > ALL_LIMIT:
            return False
        self.sizes[held] = self.sizes.get(held, 0) + size
        return True


_budget = _Budget()


class _Parts:
    """Keeps the text of fields in memory, and files beside it."""

    def __init__(self, boundary: str) -> None:
        if not 0 < len(boundary) <= BOUNDARY_MAX:
            raise Refused(400, "malformed", N_("The request is malformed."))
        self.parser = PushMultipartParser(
            boundary, max_segment_count=FIELDS_MAX, header_charset="latin-1"
        )
        self.pairs: list[tuple[bytes, bytes]] = []
        self.files: list[tuple[bytes, int, IO[bytes]]] = []
        self.text = bytearray()
        self.size = self.heavy = 0
        self.open: MultipartSegment | None = None

    def feed(self, chunk: bytes) -> None:
        for event in self.parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                self.open, self.text = event, bytearray()
                # An empty file field is sent, too.
                if event.filename:
                    # It goes when nobody holds it any more.
                    folder = str(settings.current().data_dir)
                    held = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=folder)  # noqa: SIM115
                    self.files.append((event.filename.encode("latin-1"), 0, held))
            elif event is None:
                self._close()
            elif self.open is not None and self.open.filename is None:
                self.text += event
                self.size += len(event)
                if self.size > TEXT_LIMIT:
                    raise _too_large()
            elif self.open is not None and self.open.filename:
                self._write(event)

    def _write(self, piece: bytes | bytearray) -> None:
        name, size, held = self.files[-1]
        self.heavy += len(piece)
        if self.heavy <= FILES_LIMIT and _budget.take(held, len(piece)):
            held.write(piece)
        self.files[-1] = name, size + len(piece), held

    def _close(self) -> None:
        segment, self.open = self.open, None
        if segment is not None and segment.filename is None:
            self.pairs.append(((segment.name or "").encode("latin-1"), bytes(self.text)))

    def end(self) -> Posted:
        self.parser.close(check_complete=True)
        return Posted(_decoded(self.pairs), [self._came(*each) for each in self.files if each[1]])

    @staticmethod
    def _came(name: bytes, size: int, held: IO[bytes]) -> Came:
        if held.tell() != size:
            # Too much of it was left out.
            size = max(size, FILES_LIMIT)
        held.seek(0)
        return Came(encodings.text_of(name), size, held)
