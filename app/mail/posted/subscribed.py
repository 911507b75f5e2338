"""Amazon SNS asks first whether the address wants what it sends: yes, once it has shown the
password."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from app.egress.errors import OutboundError
from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.errors import Invalid

ASKS = "SubscriptionConfirmation"
HOST = re.compile(r"sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?")
DEADLINE = 10.0


def asks(said: dict[str, Any]) -> bool:
    return said.get("Type") == ASKS


async def confirm(egress: Egress, said: dict[str, Any]) -> None:
    """Opens the link that it sent. Raises Invalid at /SubscribeURL."""
    url = str(said.get("SubscribeURL", ""))
    try:
        parts = urlsplit(url)
        is_theirs = parts.scheme == "https" and HOST.fullmatch(parts.netloc)
    except ValueError:
        is_theirs = None
    if not is_theirs:
        raise Invalid.at("/SubscribeURL", "url_host", "This is no address of Amazon SNS")
    try:
        egress.check_url(url)
        answer = await egress.request("GET", url, headers={}, content=b"", deadline=DEADLINE)
    except (UrlRefused, OutboundError):
        raise Invalid.at("/SubscribeURL", "unreachable", "Amazon SNS does not answer") from None
    if answer.status >= 300:
        raise Invalid.at("/SubscribeURL", "unreachable", "Amazon SNS does not answer")
