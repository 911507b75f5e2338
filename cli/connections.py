"""Limits of size and time for a connection before its request reaches a route.

uvicorn bounds neither the head of a request nor the time that it takes; see docs/decisions.md.
There is a deadline while we wait for the client; none while we work, so long answers and streams
may last. A waiting connection costs one entry in a table.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from cli.door import Door
from web.http import bodies
from web.http.request import WHOLE

HEAD_BYTES = 32 * 1024
"""Request line and headers together."""
HEAD_SECONDS = 10.0
"""From the connection, or from the head's first byte, to the head's end."""
BODY_BYTES = 4 * bodies.CONFIG_LIMIT
"""On the wire: the frames of small chunks may be longer than their contents."""
LARGE_BYTES = bodies.LARGE_LIMIT + BODY_BYTES
BODY_SECONDS = bodies.RECEIVE_SECONDS + 5.0
"""A route that reads the body has answered by then."""
LARGE_SECONDS = bodies.RECEIVE_RAW_SECONDS + 5.0
WRITE_SECONDS = 60.0
"""Within this a client has to read WRITE_BYTES of an answer."""
WRITE_BYTES = 4 * 1024
LINGER_SECONDS = 2.0
"""Input after a refusal is discarded for this long, so that the refusal arrives."""
PIPELINED_MAX = 100
LARGE = tuple(path.encode() for path in bodies.LARGE)

REFUSALS = {
    400: ("malformed_request", "The request is not valid HTTP"),
    408: ("slow_head", "The request did not arrive in time"),
    414: ("address_too_long", "The address is too long"),
    431: ("headers_too_large", "The headers of the request are too large"),
    503: ("too_many_connections", "Too many connections are open. Try again in a moment"),
}


class Connection(HttpToolsProtocol):
    """One connection: it sends a head, then a body, then waits for us."""

    def __init__(self, door: Door, **given: Any) -> None:
        super().__init__(**given)
        self.url = b""
        self._door = door
        self._part = ""
        """What is arriving: "head", "body", or nothing."""
        self._count = 0
        """How many bytes of it."""
        self._body_waits = False
        self._refused = False
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = _Transport(transport, self)  # type: ignore[assignment]
        if self._door.enter(self):
            self._wait(HEAD_SECONDS)
        else:
            self._refused = True
            transport.write(_refusal(503))
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        while data and not self._refused:
            room = HEAD_BYTES - (0 if self._part == "body" else self._count)
            piece, data = data[:room], data[room:]
            self._count += len(piece)
            super().data_received(piece)
            if self._part != "body":
                if self._count >= HEAD_BYTES:
                    self._refuse(414 if len(self.url) > HEAD_BYTES // 2 else 431)
            elif self._count > (LARGE_BYTES if self._is_large else BODY_BYTES):
                self._break_off()
            elif not self._body_waits:
                # Only a body that does not come with its head gets its own deadline.
                self._body_waits = True
                self._wait(LARGE_SECONDS if self._is_large else BODY_SECONDS)
            if len(self.pipeline) > PIPELINED_MAX:
                self._refuse(400)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._part = "head"
        if self.cycle is not None:
            self._wait(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._part, self._count, self._body_waits = "body", 0, False
        # Trailers of a chunked body are no headers of the request.
        self.headers = []

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._part, self._count = "", 0
        self.scope["state"][WHOLE] = True
        self._door.work(self)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._unsent = self.transport.get_write_buffer_size()
        if self._unsent:
            self._wait(WRITE_SECONDS)
        elif self._part == "body":
            # Answered before its end: what still comes is for nobody.
            self._wait(BODY_SECONDS)
        elif not self._part and not self.pipeline:
            self._wait(HEAD_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unsent = self.transport.get_write_buffer_size()
        self._wait(WRITE_SECONDS)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self._part and self.cycle is not None and not self.cycle.response_complete:
            self._door.work(self)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400)

    def _unsupported_upgrade_warning(self) -> None:
        """We only speak HTTP/1.1: answers the request so, then closes."""
        self._refused = True
        if self.cycle is not None:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Without lingering when the server stops."""
        self._part = ""
        super().shutdown()

    def late(self) -> None:
        """The deadline has passed: goes on if enough was read, else refuses or closes."""
        unsent, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        if self._unsent and unsent - self._unsent >= WRITE_BYTES:
            self._wait(WRITE_SECONDS)
        elif self._refused or self._unsent or self.transport.is_closing():
            self.transport.abort()
        elif self._part:
            self._refuse(408)
        else:
            self._door.work(self)
            self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._door.wait(self, self.loop.time() + seconds)

    def _refuse(self, status: int) -> None:
        """Answers with the status, if that does not break into another answer, and closes."""
        if self._refused:
            return
        if self._part == "body":
            self._break_off()
            return
        self._refused = True
        self._unset_keepalive_if_required()
        if self._answering:
            # What came before is answered first; then it is over.
            self.cycle.keep_alive = False
            self._door.work(self)
        elif not self.transport.is_closing():
            self.transport.write(_refusal(status))
            self.hang_up()

    def _break_off(self) -> None:
        """Ends during a body without an answer: it would break into a running one or be taken for
        the answer to the next request."""
        self._refused = True
        self._unset_keepalive_if_required()
        if self._answering:
            self.transport.abort()
        else:
            self.hang_up()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def hang_up(self) -> None:
        """Half-closes. Closing at once would reset the connection and lose our last answer if the
        client is still sending."""
        self._refused = True
        self.flow.resume_reading()
        self.transport.write_eof()
        self._wait(LINGER_SECONDS)

    @property
    def _is_large(self) -> bool:
        """Whether much may come, and somebody still reads it."""
        return self._answering and self.url.startswith(LARGE)

    @property
    def speaks(self) -> bool:
        """Whether the client is sending a head or a body."""
        return bool(self._part)


class _Transport:
    """The transport as uvicorn sees it: the same, but that closing lets the last answer arrive."""

    def __init__(self, transport: asyncio.Transport, connection: Connection) -> None:
        self._transport = transport
        self._connection = connection
        self._hung_up = False
        self.write = transport.write
        self.write_eof = transport.write_eof
        self.abort = transport.abort
        self.get_write_buffer_size = transport.get_write_buffer_size

    def is_closing(self) -> bool:
        return self._hung_up or self._transport.is_closing()

    def close(self) -> None:
        if self._hung_up or not self._connection.speaks:
            self._transport.close()
        elif not self._transport.is_closing():
            self._hung_up = True
            self._connection.hang_up()


def _refusal(status: int) -> bytes:
    code, title = REFUSALS[status]
    body = (
        f'{{"type":"urn:leavemsg:problem:{code}","title":"{title}","status":{status},'
        f'"code":"{code}"}}'
    ).encode()
    headers = (
        b"content-type: application/problem+json\r\n"
        b"cache-control: no-store\r\n"
        b"connection: close\r\n"
        b"content-length: %d\r\n" % len(body)
    )
    if status == 503:
        headers += b"retry-after: 5\r\n"
    return STATUS_LINE[status] + headers + b"\r\n" + body
