"""What a host page must know before anybody clicks: whether and how to show the launcher."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from weakref import WeakKeyDictionary

import msgspec

from app import database, presence
from app.errors import Unavailable
from app.tables import Organization
from app.widget.setup import ACCENT, REMEMBER, REMEMBERED_MAX, Setup, read

_remembered: WeakKeyDictionary[database.Engine, dict[uuid.UUID, tuple[float, Boot]]] = (
    WeakKeyDictionary()
)


class Boot(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is "online" or "offline"."""

    state: str
    allowed: bool = True
    lang: str = "zh-CN"
    label_zh: str = ""
    label_en: str = ""
    accent: str = ACCENT
    side: str = "right"
    theme: str = "auto"
    show: str = "offline"
    online: str = "hide"
    chat: str = ""
    phone: str = ""
    email: str = ""
    next: str = ""
    """When the state changes as far as that is planned: the next opening while offline."""

    def document(self) -> bytes:
        """Without what is as usual: the script on the page knows that too."""
        values = msgspec.structs.asdict(self).items()
        said = {name: value for name, value in values if value != USUAL.get(name)}
        return msgspec.json.encode(said)


USUAL = msgspec.structs.asdict(Boot(state=""))


async def boot(org: Organization) -> Boot:
    """At most REMEMBER seconds old."""
    remembered = _remembered.setdefault(database.engine(), {})
    until, known = remembered.get(org.id, (0.0, None))
    if known is not None and time.monotonic() < until:
        return known
    found = await _boot(org, await read(org.id))
    if len(remembered) >= REMEMBERED_MAX:
        remembered.clear()
    remembered[org.id] = (time.monotonic() + REMEMBER, found)
    return found


async def _boot(org: Organization, setup: Setup) -> Boot:
    state, change = await _presence(org)
    return Boot(
        state=state,
        lang=org.locale,
        label_zh=setup.label,
        label_en=setup.label_en,
        accent=setup.accent,
        side=setup.side,
        theme=setup.theme,
        show=setup.show,
        online=setup.online,
        chat=setup.chat_link if setup.online == "link" else "",
        phone=setup.phone,
        email=setup.email,
        next=f"{change.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if change else "",
    )


async def _presence(org: Organization) -> tuple[str, dt.datetime | None]:
    try:
        found = await presence.state(org)
    except Unavailable:
        # Nobody knows, so the form is shown.
        return "offline", None
    return found.state, found.next_change_at


def forget(organization: uuid.UUID) -> None:
    _remembered.setdefault(database.engine(), {}).pop(organization, None)
