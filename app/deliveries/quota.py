"""Which visitors get a confirmation by e-mail. Visitors can enter anybody's address, so most of
this says no."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.channels.sender import CONFIRM
from app.deliveries import statements
from app.deliveries.owe import Listener, Locked, owe
from app.deliveries.owed import Owed
from app.deliveries.rows import Sealed
from app.deliveries.sealed import sender_of
from app.reading.mailboxes import mailbox
from app.secrets import Unreadable

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PER_DOMAIN_AN_HOUR = 3
PER_ORGANIZATION_AN_HOUR = 20
FREE_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "live.cn"),
        *(
            "msn.com",
            "yahoo.com",
            "icloud.com",
            "me.com",
            "aol.com",
            "gmx.com",
            "gmx.de",
            "gmx.net",
        ),
        *("web.de", "mail.ru", "yandex.ru", "proton.me", "protonmail.com", "qq.com", "vip.qq.com"),
        *("foxmail.com", "163.com", "vip.163.com", "126.com", "yeah.net", "188.com", "sina.com"),
        *("sina.cn", "vip.sina.com", "sohu.com", "139.com", "189.cn", "wo.cn", "aliyun.com"),
        *("21cn.com", "tom.com"),
    }
)
"""Many strangers share these domains; any other domain counts as one firm."""
ROLES = frozenset(
    {
        *("postmaster", "hostmaster", "webmaster", "abuse", "security", "noc"),
        *("admin", "administrator", "root", "info", "sales", "support", "marketing"),
        *("noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "bounce"),
        *("bounces", "news", "usenet", "www", "uucp", "ftp", "list", "lists", "all", "everyone"),
    }
)
"""Role names of https://www.rfc-editor.org/rfc/rfc2142 and the like: no visitor uses them."""
DOTLESS = frozenset({"gmail.com", "googlemail.com"})


class Emailer(Listener, kw_only=True):
    """An e-mail channel of the organization."""

    config: str
    enabled: bool


class Given(msgspec.Struct):
    """A confirmation that was owed."""

    created_at: dt.datetime
    email: str


class Quota:
    """What is left of the quota. Under the organization's lock, so it is exact."""

    def __init__(self, channel: Emailer | None, now: dt.datetime) -> None:
        self.channel = channel
        self.now = now
        self.ours: frozenset[str] = frozenset()
        self.given: list[tuple[str, dt.datetime]] = []

    async def read(self, organization: uuid.UUID, channels: Sequence[Emailer]) -> None:
        self.ours = frozenset().union(
            *(people(each.organization, each.id, each.config) for each in channels)
        )
        given = await database.rows(Given, statements.CONFIRMATIONS, organization, self.now - DAY)
        self.given = [(inbox(each.email), each.created_at) for each in given]

    def owed(self, message: uuid.UUID, email: str) -> list[Owed]:
        """One delivery, or none."""
        address = mailbox(email, public=True) if self.channel and email else None
        if self.channel is None or address is None or not self._may(address.lower()):
            return []
        self.given.append((inbox(address), self.now))
        return [owe(self.channel, message, self.now, purpose=CONFIRM, now=self.now)]

    def _may(self, address: str) -> bool:
        local, _, domain = address.rpartition("@")
        if local.partition("+")[0] in ROLES or self._is_ours(address, domain):
            return False
        lately = [given for given, at in self.given if at > self.now - HOUR]
        if len(lately) >= PER_ORGANIZATION_AN_HOUR:
            return False
        there = sum(given.endswith(f"@{domain}") for given in lately)
        if there >= PER_DOMAIN_AN_HOUR and domain not in FREE_MAIL:
            return False
        return all(given != inbox(address) for given, _ in self.given)

    def _is_ours(self, address: str, domain: str) -> bool:
        """Whether it is the team's, who get the notice anyway. At a mail provider only the same
        mailbox is; elsewhere the whole domain."""
        return any(
            inbox(address) == inbox(mine)
            if place in FREE_MAIL
            else domain == place or domain.endswith(f".{place}")
            for mine, place in ((mine, mine.rpartition("@")[2]) for mine in self.ours)
        )


async def quota(organization: uuid.UUID, org: Locked, emails: Sequence[str]) -> Quota:
    """For messages that left these addresses."""
    if org.confirm_channel is None or not any(emails):
        return Quota(None, org.now)
    channels = await database.rows(Emailer, statements.EMAILERS, organization)
    chosen = (each for each in channels if each.id == org.confirm_channel and each.enabled)
    found = Quota(next(chosen, None), org.now)
    if found.channel is not None:
        await found.read(organization, channels)
    return found


def inbox(address: str) -> str:
    """One mailbox, however it is spelled."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in DOTLESS else local}@{domain}"


@functools.lru_cache(maxsize=256)
def people(organization: uuid.UUID, channel: uuid.UUID, config: str) -> frozenset[str]:
    """The team's addresses in an e-mail channel, in lower case; none when it cannot be
    decrypted."""
    try:
        row = Sealed(id=channel, organization=organization, kind="email", config=config)
        sender = sender_of(row)
    except Unreadable:
        return frozenset()
    return frozenset(address.lower() for address in sender.mailboxes())
