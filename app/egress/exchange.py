"""One request and its answer over an open connection. httptools parses what comes."""

from __future__ import annotations

import asyncio

import httptools

from app.egress.errors import OutboundError
from app.egress.faults import Progress
from app.egress.streams import Stream

MAX_HEAD = 65_536
"""The most bytes in a row that are no body: heads, what stands between chunks, and trailers."""
READ_BYTES = 16_384
WRITE_BUFFER = 65_536
"""What asyncio's buffer takes at once; a larger write waits for the other side."""
FINAL = 200
"""Lower statuses announce an answer that is still to come."""
FRAMED = {b"content-length", b"transfer-encoding"}
"""Where an answer has one of these, it says itself where it ends."""
LENIENT = (
    "lenient_optional_cr_before_lf",
    "lenient_chunked_length",
    "lenient_spaces_after_chunk_size",
)
"""Programs that people wrote end lines like this, and count a body that they send in chunks; old
servers fill up the length of a chunk."""
NO_ANSWER = (httptools.HttpParserError, httptools.HttpParserUpgrade)


class Reply:
    """What came of an answer. httptools calls what begins with `on`."""

    def __init__(self, max_body: int) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(**dict.fromkeys(LENIENT, True))
        self._max_body = max_body
        self._body = bytearray()
        self._no_body = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.status: int | None = None
        self.whole = False
        self.keeps = False
        """Whether the connection can take another request."""

    @property
    def body(self) -> bytes:
        return bytes(self._body[: self._max_body])

    @property
    def truncated(self) -> bool:
        return len(self._body) > self._max_body

    def feed(self, data: bytes) -> None:
        """Raises OutboundError for what is no answer."""
        self._no_body += len(data)
        if self._no_body > MAX_HEAD:
            raise OutboundError("bad_answer")
        try:
            self._parser.feed_data(data)
        except NO_ANSWER:
            # What follows a whole answer is none of ours.
            self.keeps = False
            if not self.whole:
                raise OutboundError("bad_answer") from None

    def end(self) -> None:
        """The other side has closed. Raises ConnectionError before an answer, OutboundError within
        one."""
        if self.status is None:
            raise ConnectionError
        if self._framed_by:
            raise OutboundError("bad_answer")
        self.whole = True

    def on_message_begin(self) -> None:
        self.keeps = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.status is None:  # Else it stands behind the body.
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self.status is None and status >= FINAL:
            self.status = status
        elif self.status is None:
            self.headers = []

    def on_body(self, data: bytes) -> None:
        if self.status is None or self.whole:
            return  # It belongs to what stands before the answer, or behind it.
        self._no_body = 0
        if not self.truncated:
            self._body += data

    def on_message_complete(self) -> None:
        if self.status is not None and not self.whole:
            self.whole = True
            # Where an answer says twice where it ends, another program on the way may see another
            # end: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
            self.keeps = self._parser.should_keep_alive() and len(self._framed_by) < len(FRAMED)

    @property
    def _framed_by(self) -> set[bytes]:
        return FRAMED & {name.lower() for name, _ in self.headers}


async def exchange(stream: Stream, request: bytes, max_body: int, seen: Progress) -> Reply:
    """Raises OSError or OutboundError. Stops to read where the answer is longer than wanted."""
    try:
        await stream.write(request)
        seen.written = True
    except OSError:
        pass  # It may have answered before it closed.
    except asyncio.CancelledError:
        # Time can run out after the last byte.
        seen.written = len(request) < WRITE_BUFFER
        raise
    reply = Reply(max_body)
    while not (reply.whole or reply.truncated):
        data = await stream.read(READ_BYTES)
        try:
            reply.feed(data) if data else reply.end()
        finally:
            seen.status = reply.status
    return reply
