"""The way out: whether what an organization's channels send to can be reached, without sending
anything, and how long certificates hold."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from collections.abc import Awaitable, Sequence
from urllib.parse import urlsplit

from app import database
from app.channels.kinds import KINDS
from app.channels.sender import Sender
from app.channels.wire import unreachable
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import sender_of
from app.diagnosis.finding import DEADLINE, Finding, within
from app.egress import OutboundError
from app.egress.way import Egress
from app.errors import SendError
from app.secrets import Unreadable
from app.settings import Settings
from app.tables import Channel

CERTIFICATE_DAYS = 14
"""A certificate that ends sooner is worth a look: renewals come earlier."""
KEPT_SECONDS = 60.0
"""What was found is told again this long: a mail server need not see a sign-in for each reload."""
AT_ONCE = 20

_kept: dict[uuid.UUID, tuple[float, list[Finding]]] = {}


async def look(organization: uuid.UUID, egress: Egress) -> list[Finding]:
    """Of the channels that are on, each destination once."""
    kept = _kept.get(organization)
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    found = await _look(organization, egress)
    _kept[organization] = time.monotonic(), found
    return found


def forget(organization: uuid.UUID) -> None:
    """The next look is a new one."""
    _kept.pop(organization, None)


async def _look(organization: uuid.UUID, egress: Egress) -> list[Finding]:
    asked: dict[str, Awaitable[list[Finding]]] = {}
    for row, sender in await _senders(organization):
        origin = _origin(sender)
        alone = not origin or sender.signs_in()
        key = str(row.id) if alone else origin
        if key in asked or len(asked) == AT_ONCE:
            continue
        if alone:
            about = "outbound" if origin else "mail"
            asked[key] = within(about, _signed_in(about, row, sender, egress))
        else:
            asked[key] = within("outbound", _reached(origin, egress))
    found = await asyncio.gather(*asked.values())
    return [each for many in found for each in many] or [
        Finding("warn", "outbound", "No channel is on, so nothing outside was asked.")
    ]


async def _senders(organization: uuid.UUID) -> list[tuple[ChannelRow, Sender]]:
    """Channels that are on and whose secrets can be read; of the others the key tells."""
    query = Channel.select(*CHANNEL).where(
        Channel.organization == organization,
        Channel.enabled.eq(True),
        Channel.archived_at.is_null(),
    )
    found = []
    for row in await database.rows(ChannelRow, query.order_by(Channel.position, Channel.id)):
        with contextlib.suppress(Unreadable):
            found.append((row, sender_of(row)))
    return found


async def origins(organization: uuid.UUID) -> list[str]:
    """Scheme, host and port of what channels send to, each once; mail servers are not among it."""
    found = [_origin(sender) for _, sender in await _senders(organization)]
    return [each for each in dict.fromkeys(found) if each]


async def proxy(settings: Settings, egress: Egress) -> list[Finding]:
    """The proxy that everything goes through, if there is one; never its user and password."""
    if settings.egress_proxy is None:
        return []
    place = settings.egress_proxy.place
    try:
        await egress.reach_proxy(deadline=DEADLINE)
    except OutboundError as error:
        said = (
            "It does not answer: only what LEAVEMSG_EGRESS_ALLOW opens is reached. "
            "Check LEAVEMSG_EGRESS_PROXY."
        )
        return [Finding("fail", "egress", said, {"code": error.reason}, place)]
    said = "It answers. All goes through it but what LEAVEMSG_EGRESS_ALLOW opens."
    return [Finding("ok", "egress", said, name=place)]


async def base(settings: Settings, egress: Egress) -> list[Finding]:
    """The certificate of the installation's own address, where it can be seen from here."""
    if not settings.secure_cookies or settings.reach != "world":
        return []
    host = urlsplit(settings.base_url).hostname or ""
    try:
        ends = await egress.reach(settings.base_url, deadline=DEADLINE)
    except OutboundError as error:
        if error.reason != "tls_failed":
            said = "It cannot be opened from this server itself, so its certificate is not seen."
            return [Finding("ok", "certificate", said, name=host)]
        said = "Its certificate is not accepted: {why}"
        return [Finding("fail", "certificate", said, {"why": error.facts.get("why", "")}, host)]
    return [certificate(host, ends)] if ends else []


def certificate(host: str, ends: dt.datetime) -> Finding:
    days = (ends - dt.datetime.now(dt.UTC)).days
    facts = {"n": str(days), "day": f"{ends:%Y-%m-%d}"}
    said = "Its certificate ends on {day}, in {n} days."
    state = "ok" if days >= CERTIFICATE_DAYS else "warn"
    return Finding(state, "certificate", said, facts, host)


def _origin(sender: Sender) -> str:
    """Scheme, host and port of an address; its path is a secret. Empty for mail."""
    parts = urlsplit(sender.address())
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


async def _reached(origin: str, egress: Egress) -> Sequence[Finding]:
    host = urlsplit(origin).netloc
    try:
        ends = await egress.reach(origin, deadline=DEADLINE)
    except OutboundError as error:
        return [_trouble("outbound", host, unreachable(error))]
    found = [Finding("ok", "outbound", "It can be reached.", name=host)]
    if ends and (seen := certificate(host, ends)).state != "ok":
        found.append(seen)
    return found


async def _signed_in(
    about: str, row: ChannelRow, sender: Sender, egress: Egress
) -> Sequence[Finding]:
    name = row.name or KINDS[row.kind].label
    try:
        await sender.probe(egress)
    except SendError as error:
        return [_trouble(about, name, error)]
    said = "The mail server lets us in." if about == "mail" else "The platform lets us in."
    return [Finding("ok", about, said, name=name)]


def _trouble(about: str, name: str, error: SendError) -> Finding:
    """The hint is a message id already."""
    return Finding("fail", about, error.hint, {**error.facts, "code": error.code}, name)
