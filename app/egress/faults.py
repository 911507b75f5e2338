"""Why no answer came, without anything of what was sent."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, Literal

import httpcore

from app.egress.refused import UrlRefused

Reason = Literal[
    "dns_failed",
    "address_refused",
    "connect_failed",
    "tls_failed",
    "timeout",
    "reset",
    "bad_answer",
    "proxy_failed",
    "proxy_refused",
    "proxy_unfit",
]

# Bytes that asyncio's write buffer takes at once; a larger write waits for the other side.
WRITE_BUFFER = 65_536


class OutboundError(Exception):
    """Holds neither a URL nor a header, and no exception that could.

    written the whole request may have reached the receiver connected False: no connection was made,
    nothing was sent facts for a person: "why" of a TLS failure, "code" of a refusal, "status" of an
    answer whose body did not arrive
    """

    def __init__(
        self,
        reason: Reason,
        *,
        written: bool = False,
        connected: bool = False,
        facts: dict[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.written = written
        self.connected = connected
        self.facts = dict(facts or {})


class Progress:
    """How far a request has come, as the HTTP library reports it through `trace`."""

    def __init__(self, content: bytes = b"") -> None:
        self._last = "http11.send_request_body" if content else "http11.send_request_headers"
        self._fits = len(content) < WRITE_BUFFER
        self._stream: httpcore.AsyncNetworkStream | None = None
        self.fresh = False
        self.connected = False
        self.handshake = False
        self.written = False
        self.status: int | None = None

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        match event:
            case "connection.connect_tcp.started":
                self.fresh = True
            case "connection.connect_tcp.complete":
                self.connected = True
                self._stream = info["return_value"]
            case "http11.send_request_headers.started":
                self.connected = True
            case "connection.start_tls.started":
                self.handshake = True
            case "connection.start_tls.complete":
                self.handshake = False
            case "connection.start_tls.failed" if self._stream is not None:
                await self._stream.aclose()  # The library does not on a timeout.
        if event == f"{self._last}.complete":
            self.written = True
        elif event == f"{self._last}.failed":
            self.written = self._may_be_out(info["exception"])

    def _may_be_out(self, error: BaseException) -> bool:
        """Whether all may have been sent: a timeout can come after the last byte, but before it is
        reported."""
        return self._fits and isinstance(error, asyncio.CancelledError)


def explain(error: Exception, seen: Progress) -> OutboundError:
    if isinstance(error, UrlRefused):
        return OutboundError("address_refused", facts={"code": error.code})
    if isinstance(error, OutboundError):
        reason, facts = error.reason, error.facts
    else:
        reason, facts = _reason(error, seen), _why(error)
    if seen.status is not None:
        facts = {**facts, "status": str(seen.status)}
    return OutboundError(reason, written=seen.written, connected=seen.connected, facts=facts)


def _reason(error: Exception, seen: Progress) -> Reason:
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return "timeout"
    if seen.handshake or isinstance(error, ssl.SSLError):
        return "tls_failed"
    if not seen.connected:
        return "connect_failed"
    # The library wraps protocol errors, but not a connection that closed without an answer.
    if isinstance(error, httpcore.ProtocolError) and _wrapped(error) is not None:
        return "bad_answer"
    return "reset"


def _wrapped(error: Exception) -> Exception | None:
    inner = error.args[0] if error.args else None
    return inner if isinstance(inner, Exception) else None


def _why(error: Exception) -> dict[str, str]:
    """ "why": OpenSSL's own words about the certificate or the handshake; else empty."""
    tls = error if isinstance(error, ssl.SSLError) else _wrapped(error)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return {"why": tls.verify_message}
    if isinstance(tls, ssl.SSLError):
        return {"why": tls.reason or ""}
    return {}
