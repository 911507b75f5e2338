"""Why no answer came, without anything of what was sent."""

from __future__ import annotations

import ssl

from app.egress.errors import OutboundError, Reason
from app.egress.refused import UrlRefused


class Progress:
    """How far a request has come."""

    def __init__(self) -> None:
        self.connected = False
        self.handshake = False
        self.written = False
        self.status: int | None = None


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
    if isinstance(error, TimeoutError):
        return "timeout"
    if seen.handshake or isinstance(error, ssl.SSLError):
        return "tls_failed"
    if not seen.connected:
        return "connect_failed"
    return "reset"


def _why(error: Exception) -> dict[str, str]:
    """ "why": OpenSSL's own words about the certificate or the handshake; else empty."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return {"why": error.verify_message}
    if isinstance(error, ssl.SSLError):
        return {"why": error.reason or ""}
    return {}
