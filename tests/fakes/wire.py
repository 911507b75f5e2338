"""Reading HTTP/1.1 requests off a socket, strictly: what a careless client gets away with elsewhere
is a 400 here."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

HEAD_LIMIT = 65_536
BODY_LIMIT = 64 * 1024 * 1024
HEADER_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*")
REQUEST_LINE = re.compile(r"([A-Z]+) (\S+) HTTP/1\.([01])")


class BadRequest(Exception):
    """The client does not speak HTTP as it should."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def parse_json(body: bytes) -> Any:
    """None when it is not JSON in UTF-8."""
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        return None


@dataclass
class Request:
    method: str
    target: str
    version: str
    headers: list[tuple[str, str]]
    peer: str
    connection: int
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """Decoded exactly once, so that a value encoded twice stays wrong."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @cached_property
    def json(self) -> Any:
        return parse_json(self.body)

    @cached_property
    def keep_alive(self) -> bool:
        wish = (self.header("connection") or "").lower()
        return wish == "keep-alive" if self.version == "1.0" else wish != "close"

    def parameter(self, name: str) -> str | None:
        """The first of that name: a stale one in a pasted URL wins over a fresh one behind it."""
        return next((value for key, value in self.query if key == name), None)

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


async def read_head(reader: asyncio.StreamReader, *, peer: str, connection: int) -> Request:
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise BadRequest(431, "headers too large") from None
    first, *lines = block[:-4].decode("latin-1").split("\r\n")
    match = REQUEST_LINE.fullmatch(first)
    if match is None:
        raise BadRequest(400, "bad request line")
    headers = [_header(line) for line in lines]
    request = Request(match[1], match[2], f"1.{match[3]}", headers, peer, connection)
    if request.version == "1.1" and request.header("host") is None:
        raise BadRequest(400, "no Host")
    return request


def _header(line: str) -> tuple[str, str]:
    match = HEADER_LINE.fullmatch(line)
    if match is None:
        raise BadRequest(400, "bad header")
    return match[1], match[2]


async def read_body(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
) -> bytes:
    coding = request.header("transfer-encoding")
    lengths = {value for name, value in request.headers if name.lower() == "content-length"}
    if (coding and lengths) or len(lengths) > 1:
        raise BadRequest(400, "contradictory length")
    if (request.header("expect") or "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if coding:
        return await _chunks(reader, coding)
    size = _number(lengths.pop(), 10) if lengths else 0
    return await reader.readexactly(size) if size else b""


async def _chunks(reader: asyncio.StreamReader, coding: str) -> bytes:
    if coding.lower() != "chunked":
        raise BadRequest(501, "unknown transfer coding")
    body = bytearray()
    while size := _number((await _line(reader)).partition(";")[0].strip(), 16):
        body += await reader.readexactly(size)
        if len(body) > BODY_LIMIT:
            raise BadRequest(413, "body too large")
        if await reader.readexactly(2) != b"\r\n":
            raise BadRequest(400, "bad chunk")
    while await _line(reader):
        pass
    return bytes(body)


async def _line(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n"))[:-2].decode("latin-1")
    except asyncio.LimitOverrunError:
        raise BadRequest(400, "bad chunk") from None


def _number(text: str, base: int) -> int:
    digits = "0123456789abcdef"[:base]
    if not text or text.lower().strip(digits):
        raise BadRequest(400, "bad length")
    if (size := int(text, base)) > BODY_LIMIT:
        raise BadRequest(413, "body too large")
    return size
