"""What a request fails with."""

from __future__ import annotations

from typing import Literal

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


class OutboundError(Exception):
    """Holds neither a URL nor a header, and no exception that could.

    `written`: the whole request may have reached the receiver. Not `connected`: there was no
    connection, so nothing was sent. `facts` are for a person: "why" TLS failed, the "code" of a
    refusal, the "status" of an answer whose body did not arrive.
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
