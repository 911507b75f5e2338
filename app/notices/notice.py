"""A notice: what a channel is told about one message, and its unified format."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from app import text
from app.catalogue import say
from app.languages import DEFAULT

TEST = "This is a test message. Whoever reads it knows that the channel works."
TEST_ASKS = "This is a test message. Open its link to confirm that you received it."


class Tap(msgspec.Struct, frozen=True):
    """A link that does one act on a message: "claim", "handle", "reply" or "spam"."""

    act: str
    label: str
    url: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a channel may say about one message. Text is clean but not escaped."""

    uid: str
    reference: str
    created_at: dt.datetime
    name: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    ip: str = ""
    content: str = ""
    category: str = ""
    source: str = "web_chat"
    page_url: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Answers to the organization's own fields, as (label, value)."""
    keyed: tuple[tuple[str, str], ...] = ()
    """The same as (key, value): keys stay when labels are reworded or translated."""
    repeats: int = 1
    """How many times the same message was left, this one included."""
    others: int = 0
    """How many other visitors wrote the same; above 0 only when that is the news."""
    added: bool = False
    """The content is the visitor's addition to a message that was sent before."""
    did: str = ""
    """What the visitor did with it after that, as an event's action."""
    reminded: bool = False
    """It was told before, and nobody takes care of it."""
    why: str = ""
    """Why one agent is told of it alone, in their language."""
    note: str = ""
    """What a colleague's note says that mentions them."""
    link: str = ""
    """Where an agent opens the message."""
    taps: tuple[Tap, ...] = ()
    """Links that act at once, for whoever reads it."""
    brand: str = ""
    """Which of several brands it was left at."""
    priority: str = "normal"
    shows: str = "all"
    """How much of the message it says, see app.notices.disclosed."""

    def clean(self) -> Notice:
        """The notice cleaned for sending: rows of an older release may hold characters that are
        refused now."""
        lines = ("name", "phone", "email", "wechat", "ip", "category", "source", "page_url")
        cleaned = {name: text.clean_line(getattr(self, name)) for name in lines}
        return msgspec.structs.replace(
            self,
            content=text.clean(self.content),
            note=text.clean(self.note),
            brand=text.clean_line(self.brand),
            fields=_clean_pairs(self.fields),
            keyed=_clean_pairs(self.keyed),
            **cleaned,
        )

    def unified(self) -> dict[str, Any]:
        """The unified JSON: keys and their order are a contract; missing values are empty. Only the
        WeChat id, which is younger, is left out when there is none; so is `action`, that the
        visitor did something with an earlier message. Where nothing else is said, the message's
        number, priority and link follow."""
        moment = self.created_at.astimezone(dt.UTC).replace(microsecond=0)
        return {
            "type": "leave_message",
            "timestamp": moment.isoformat().replace("+00:00", "Z"),
            "visitor": {
                "name": self.name,
                "phone": self.phone,
                "email": self.email,
                "ip": self.ip,
                **({"wechat": self.wechat} if self.wechat else {}),
            },
            "message": {
                "content": "" if self.shows == "link" else self.content,
                "category": self.category,
            },
            "source": self.source,
            **({"action": self.did} if self.did else {}),
            **(self._found() if self.shows == "link" else {}),
        }

    def _found(self) -> dict[str, str]:
        """How a program finds the message of which it is told nothing else."""
        return {"reference": self.reference, "priority": self.priority, "link": self.link}


def _clean_pairs(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((text.clean_line(name), text.clean_line(value)) for name, value in pairs)


def sample(
    *, locale: str = DEFAULT, link: str = "", asks: bool = False, now: dt.datetime | None = None
) -> Notice:
    """The notice of a test send, the same for every channel. Its text says that it is a test, and
    `asks` to follow the link."""
    said = TEST_ASKS if asks else TEST
    return Notice(
        uid="00000000-0000-7000-8000-000000000000",
        reference="LM-TEST00",
        created_at=now or dt.datetime.now(dt.UTC),
        name=say(locale, "Zhang San"),
        phone="13800138000",
        email="zhangsan@example.com",
        ip="192.0.2.1",
        content=say(locale, said),
        category=say(locale, "A test"),
        link=link,
    )
