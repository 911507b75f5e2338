"""What httpx calls a transport: a request goes over a connection to a checked address and comes
back as a response. Some connections are kept for the next request.

Nothing else of httpx's client is used: what it does about redirects, cookies and proxies would have
to be switched off, and takes more time than the request itself.
"""

from __future__ import annotations

import asyncio
import functools
import ssl

import httpx
import msgspec

from app.egress.certificates import until
from app.egress.dial import CONNECT_SECONDS, Dialer
from app.egress.exchange import exchange
from app.egress.faults import Progress
from app.egress.kept import Kept
from app.egress.streams import Stream
from app.egress.targets import Target


class Call(msgspec.Struct, frozen=True):
    """What a request is about, in its extension "call". `max_bytes` bounds the answer's body."""

    target: Target
    seen: Progress
    max_bytes: int
    keep_alive: bool

    def __repr__(self) -> str:
        return f"Call({self.target!r})"


def request(
    method: str, call: Call, headers: list[tuple[bytes, bytes]], content: bytes
) -> httpx.Request:
    """The path may be a password, and tracebacks show the URL of a request: so this one has none.
    The path stands in the call's target."""
    origin = _origin(call.target.scheme, call.target.authority)
    told = {"call": call}
    return httpx.Request(method, origin, headers=headers, content=content, extensions=told)


@functools.lru_cache(maxsize=256)
def _origin(scheme: str, authority: str) -> httpx.URL:
    return httpx.URL(f"{scheme}://{authority}")


class Transport(httpx.AsyncBaseTransport):
    def __init__(self, dialer: Dialer, tls: ssl.SSLContext) -> None:
        self._dialer = dialer
        self._tls = tls
        self._kept = Kept()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The extensions of the response are fields of app.egress.way.Answer: "truncated" and
        "certificate_until". Raises OSError or OutboundError."""
        call: Call = request.extensions["call"]
        if call.keep_alive and (stream := self._kept.take(call.target)):
            call.seen.connected = True
            try:
                return await self._ask(stream, request, call)
            except OSError:
                # An idle connection may close as we use it. Servers do not act on half a request,
                # so sending it again is no second delivery.
                if call.seen.written:
                    raise
            call.seen.connected = False
        return await self._ask(await self.open(call.target, call.seen), request, call)

    async def open(self, target: Target, seen: Progress) -> Stream:
        """To a checked address. Host, SNI and the certificate's name stay the URL's."""
        listed_only = target.listed_only
        stream = await self._dialer.stream(target.host, target.port, listed_only=listed_only)
        seen.connected = True
        if target.scheme == "https":
            seen.handshake = True
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await stream.start_tls(self._tls, target.host)
            except BaseException:
                stream.close()
                raise
            seen.handshake = False
            stream.certificate_until = until(stream.tls)
        return stream

    async def _ask(self, stream: Stream, request: httpx.Request, call: Call) -> httpx.Response:
        keeps = False
        try:
            sent = _written(request, call.target)
            reply = await exchange(stream, sent, call.max_bytes, call.seen)
            keeps = call.keep_alive and reply.keeps
        finally:
            if keeps:
                self._kept.put(call.target, stream)
            else:
                stream.close()
        assert reply.status is not None
        told = {"truncated": reply.truncated, "certificate_until": stream.certificate_until}
        body = httpx.ByteStream(reply.body)
        return httpx.Response(reply.status, headers=reply.headers, stream=body, extensions=told)

    async def aclose(self) -> None:
        self._kept.close()


def _written(request: httpx.Request, target: Target) -> bytes:
    lines = b"".join(b"%s: %s\r\n" % pair for pair in request.headers.raw)
    first = b"%s %s HTTP/1.1\r\n" % (request.method.encode(), target.path)
    return first + lines + b"\r\n" + request.content
