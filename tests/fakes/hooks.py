"""Custom receivers: scripted answers, and the check of a Standard Webhooks signature."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass, field

from .clock import Clock
from .server import Answer
from .wire import Request

# The reference library's own tolerance, either way.
TOLERANCE = 300
ACCEPTED = Answer(200, b"ok")


@dataclass
class Hook:
    name: str
    answers: tuple[Answer, ...] = ()
    secret: str | None = None
    served: int = field(default=0)

    def upcoming(self) -> Answer:
        """The scripted answers in their order; the last one stays."""
        if not self.answers:
            return ACCEPTED
        return self.answers[min(self.served, len(self.answers) - 1)]

    def next(self) -> Answer:
        answer = self.upcoming()
        self.served += 1
        return answer

    def accepts(self, request: Request, clock: Clock) -> bool | None:
        return None if self.secret is None else signed(request, self.secret, clock)


def signed(request: Request, secret: str, clock: Clock) -> bool:
    """As the reference library verifies, but by the fakes' clock."""
    webhook_id, stamp = request.header("webhook-id"), request.header("webhook-timestamp")
    given = (request.header("webhook-signature") or "").split(" ")
    if not webhook_id or "." in webhook_id or not stamp:
        return False
    if not (stamp.isascii() and stamp.isdigit()) or abs(clock.time() - int(stamp)) > TOLERANCE:
        return False
    try:
        # A GET has no body: its query is signed.
        said = request.body or request.target.partition("?")[2].encode()
        expected = expected_signature(secret, webhook_id, int(stamp), said)
    except UnicodeDecodeError:
        return False
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


def expected_signature(secret: str, webhook_id: str, stamp: int, body: bytes) -> str:
    # Only who registers a secret needs the library: the demo runs without it.
    from standardwebhooks import Webhook

    moment = dt.datetime.fromtimestamp(stamp, tz=dt.UTC)
    return Webhook(secret).sign(webhook_id, moment, body.decode())
