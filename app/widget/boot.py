"""What a host page must know at first: whether and how to show the launcher."""

from __future__ import annotations

import datetime as dt

import msgspec

from app.brands.shape import Brand
from app.errors import Unavailable
from app.languages import DEFAULT
from app.presence import facts
from app.presence.decide import decide
from app.widget.setup import ACCENT, read
from app.widget.words import short_tags


class Boot(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is "online" or "offline"."""

    state: str
    allowed: bool = True
    lang: str = DEFAULT
    labels: dict[str, str] = {}
    accent: str = ACCENT
    side: str = "right"
    theme: str = "auto"
    show: str = "offline"
    online: str = "hide"
    chat: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    next: str = ""
    """When the state changes next, in UTC; empty when unknown. While offline: the next opening."""

    def document(self) -> bytes:
        """The JSON without default values, which the script on the page knows."""
        values = msgspec.structs.asdict(self)
        labels = values.pop("labels")
        own = {f"label_{short}": labels[tag] for short, tag in SHORT.items() if tag in labels}
        said = {name: value for name, value in values.items() if value != USUAL.get(name)}
        return msgspec.json.encode(own | said)


SHORT = short_tags()
USUAL = msgspec.structs.asdict(Boot(state=""))


async def boot(brand: Brand) -> Boot:
    setup = await read(brand.id)
    state, change = await _presence(brand)
    return Boot(
        state=state,
        lang=brand.locale,
        labels=setup.labels,
        accent=setup.accent,
        side=setup.side,
        theme=setup.theme,
        show=setup.show,
        online=setup.online,
        chat=setup.chat_link if setup.online == "link" else "",
        phone=setup.phone,
        email=setup.email,
        wechat=setup.wechat,
        next=f"{change.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if change else "",
    )


async def _presence(brand: Brand) -> tuple[str, dt.datetime | None]:
    try:
        found = decide(await facts.read(brand.org, brand=brand.id))
    except Unavailable:
        # Unknown counts as offline, so the form is shown.
        return "offline", None
    return found.state, found.next_change_at
