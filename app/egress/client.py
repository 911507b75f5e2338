"""One request, one answer, one deadline."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import re
import ssl
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import httpx
import msgspec

from app.egress.addresses import Allowed, Rules
from app.egress.dial import CONNECT_SECONDS, Dialer, Resolve
from app.egress.exchange import exchange
from app.egress.faults import OutboundError, Progress, explain
from app.egress.kept import Kept
from app.egress.proxy import Proxy
from app.egress.streams import Stream
from app.egress.targets import Target, check, read_mail_host, read_url
from app.egress.way import MAX_ANSWER, Answer, Connected

METHODS = ("GET", "POST", "PUT", "PATCH")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
# These frame the message, so only we set them.
FRAMING = re.compile(
    "host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect"
    "|accept-encoding|proxy-.*"
)


@functools.cache
def _public_tls() -> ssl.SSLContext:
    """Shared by all clients without their own authority: reading the public ones takes a while."""
    return _for_http(httpx.create_ssl_context(trust_env=False))


@functools.cache
def _public_mail_tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _Call(msgspec.Struct, frozen=True):
    target: Target
    sent: bytes
    max_bytes: int
    keep_alive: bool

    def __repr__(self) -> str:
        return f"_Call({self.target!r})"


def _for_http(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["http/1.1"])
    return context


class Client:
    """`allow` opens private networks; `ca_file` adds the operator's own authorities; `proxy` is the
    way out of a closed network."""

    def __init__(
        self,
        allow: Sequence[Allowed] = (),
        *,
        ca_file: str | Path | None = None,
        resolve: Resolve | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        self._ca_file = ca_file
        self._rules = Rules(allow)
        self._tls = _for_http(self._new_tls()) if ca_file else _public_tls()
        self._mail_tls: ssl.SSLContext | None = None
        self._dialer = Dialer(self._rules, resolve, proxy, self._tls)
        self._kept = Kept()

    def tls_context(self) -> ssl.SSLContext:
        """For mail: with the same trust as HTTP, which offers its own protocol in its own."""
        if self._mail_tls is None:
            self._mail_tls = self._new_tls() if self._ca_file else _public_mail_tls()
        return self._mail_tls

    def _new_tls(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context(trust_env=False)
        if self._ca_file is not None:
            context.load_verify_locations(cafile=self._ca_file)
        return context

    def check_url(self, url: str, *, hosts: Collection[str] | None = None) -> None:
        """Raises UrlRefused. Checks the text only; `hosts` are the platform's."""
        check(self._rules, read_url(url), hosts)

    def check_host(self, host: str, port: int) -> None:
        """Raises UrlRefused, for a mail server."""
        check(self._rules, read_mail_host(host, port))

    async def close(self) -> None:
        self._kept.close()
        self._dialer.close()

    async def connect(self, host: str, port: int, *, deadline: float) -> Connected:
        """A connected non-blocking socket to a mail server, within `deadline` seconds. Raises
        OutboundError."""
        try:
            target = read_mail_host(host, port)
            check(self._rules, target)
            async with asyncio.timeout(deadline):
                return await self._dialer.socket(target.host, port, listed_only=target.listed_only)
        except Exception as error:
            fault = explain(error, Progress())
        raise fault  # Outside of the handler, so that it drags no context along.

    async def reach_proxy(self, *, deadline: float) -> None:
        """Raises OutboundError when the proxy, if there is one, does not answer."""
        try:
            async with asyncio.timeout(deadline):
                return await self._dialer.reach_proxy()
        except Exception as error:
            fault = explain(error, Progress())
        raise fault

    async def reach(self, url: str, *, deadline: float) -> dt.datetime | None:
        """Connects, and greets where the address wants TLS, but asks for nothing. Returns when the
        certificate ends, None without one. Raises OutboundError."""
        seen = Progress()
        try:
            target = read_url(url)
            check(self._rules, target)
            async with asyncio.timeout(deadline):
                return await self._greet(target, seen)
        except Exception as error:
            fault = explain(error, seen)
        raise fault  # Outside of the handler, so that it drags no context along.

    async def _greet(self, target: Target, seen: Progress) -> dt.datetime | None:
        stream = await self._open(target, seen)
        stream.close()
        return stream.certificate_until

    async def _open(self, target: Target, seen: Progress) -> Stream:
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
        return stream

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes,
        deadline: float,
        max_bytes: int = MAX_ANSWER,
        keep_alive: bool = False,
    ) -> Answer:
        """Any status is an answer; redirects are not followed. Raises OutboundError.

        `deadline` is in seconds and covers all: DNS, connecting, TLS, writing and reading.
        """
        seen = Progress()
        try:
            target = read_url(url)
            check(self._rules, target)
            sent = _request(_method(method), target, headers, content, keep_alive=keep_alive)
            call = _Call(target, sent, max_bytes, keep_alive)
            async with asyncio.timeout(deadline):
                return await self._send(call, seen)
        except Exception as error:
            fault = explain(error, seen)
        raise fault  # Outside of the handler, so that it drags no context along.

    async def _send(self, call: _Call, seen: Progress) -> Answer:
        start = time.monotonic()
        if call.keep_alive and (stream := self._kept.take(call.target)):
            seen.connected = True
            try:
                return await self._ask(stream, call, seen, start)
            except OSError:
                # An idle connection may close as we use it. Servers do not act on half a request,
                # so sending it again is no second delivery.
                if seen.written:
                    raise
            seen.connected = False
        return await self._ask(await self._open(call.target, seen), call, seen, start)

    async def _ask(self, stream: Stream, call: _Call, seen: Progress, start: float) -> Answer:
        keeps = False
        try:
            reply = await exchange(stream, call.sent, call.max_bytes, seen)
            keeps = call.keep_alive and reply.keeps
        finally:
            if keeps:
                self._kept.put(call.target, stream)
            else:
                stream.close()
        assert reply.status is not None
        elapsed = round((time.monotonic() - start) * 1000)
        ends = stream.certificate_until
        return Answer(reply.status, reply.headers, reply.body, reply.truncated, elapsed, ends)


def _method(method: str) -> str:
    if method not in METHODS:
        raise OutboundError("address_refused", facts={"code": "method"})
    return method


def _request(
    method: str, target: Target, given: Mapping[str, str], content: bytes, *, keep_alive: bool
) -> bytes:
    own = {
        "Host": target.authority,
        "User-Agent": "leavemsg",
        "Accept-Encoding": "identity",
        "Connection": "keep-alive" if keep_alive else "close",
        "Content-Length": str(len(content)),
    }
    headers = {name.lower(): (name, value) for name, value in own.items()}
    for name, value in given.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            raise OutboundError("address_refused", facts={"code": "header"})
        if not FRAMING.fullmatch(name.lower()):
            headers[name.lower()] = (name, value)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.values())
    head = b"%s %s HTTP/1.1\r\n%s\r\n" % (method.encode(), target.path, lines.encode("ascii"))
    return head + content
