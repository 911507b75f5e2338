"""Rate limits for visitors and sign-ins, counted in Redis, or in this process while Redis is
away."""

from __future__ import annotations

import datetime as dt
import ipaddress
import time
import uuid
from typing import Any

import msgspec
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, parse
from limits.aio.storage import RedisSentinelStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from app import queue, secrets, settings
from app.errors import TooMany
from app.tables import Organization
from app.windows import Windows

SUBMIT_PER_HOUR_FACTOR = 6
"""An address gets six minutes' worth in an hour."""
FAULTS_FACTOR = 6
"""People correct a form and send it again; a machine does so endlessly."""
WRONG_HERE = tuple(map(parse, ("5 per 1 minute", "8 per 5 minutes", "12 per 15 minutes")))
"""Wrong passwords for one account from one network: the more, the longer the wait."""
WRONG_ANYWHERE = parse("50 per 1 hour")
"""Wrong passwords for one account from browsers in which nobody has signed in to it."""
WRONG_FROM_ADDRESS = parse("60 per 15 minutes")
"""Wrong passwords from one network, for any accounts."""
TEST_PER_BUCKET = RateLimitItemPerMinute(5)
TEST_PER_ORGANIZATION = RateLimitItemPerMinute(60)
"""Three tests of each of the 20 channels."""
FLOOD_ADDRESS = RateLimitItemPerMinute(2, 10)
FLOOD_NETWORK = RateLimitItemPerMinute(10, 10)
FLOOD_TEXT = RateLimitItemPerMinute(2, 10)
"""While a form is flooded, so many in ten minutes pass: from one address, from its neighbours, with
one text."""
ROUND = RateLimitItemPerHour(1)
"""A text counts once an hour for each address that it comes from."""
UPLOADS = parse("30 per 1 minute")
"""Files, or forms with files, from one network."""
COPIES = parse("20 per 1 hour")
"""Downloads of messages, with their files, to one network."""
SITES_NAMED = RateLimitItemPerMinute(5, 60)
ANSWER = RateLimitItemPerMinute(1, 10)
"""The ten minutes are the lifetime of a question of app.signed.proof."""
WRONG_TAPS = RateLimitItemPerMinute(20)
WRONG_PASSKEYS = RateLimitItemPerMinute(30)
FORGOTTEN = parse("10 per 1 hour")
"""Requests for a link by mail from one network: an office behind one address has some."""
MAILED = parse("3 per 1 hour")
"""Links mailed to one account, whoever asks."""
EXPORTS = parse("20 per 1 hour")
"""Of one agent: many more than anybody needs, and too few to take a desk out piece by piece."""
LOOKUPS = parse("120 per 1 hour")
"""Searches for a whole phone number or e-mail address by somebody who sees none. Who answers a call
looks for one; to complete a masked number takes up to ten thousand."""
PROVIDER_FROM_ADDRESS = parse("40 per 5 minutes")
"""Sign-ins by a provider that are begun in one network: an office behind one address, in the
morning."""
RETURNS = parse("1 per 15 minutes")
"""The fifteen minutes are the lifetime that is in app.single_sign_on.pending."""
REDIS_SECONDS = 0.2
REST_SECONDS = 5.0
OPTIONS: dict[str, Any] = dict(
    implementation="redispy",
    key_prefix="leavemsg:limits",
    socket_timeout=REDIS_SECONDS,
    socket_connect_timeout=REDIS_SECONDS,
)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """How many more of `most` in `seconds` are `left`, and in how many seconds there is more. With
    a `wait` this one was refused."""

    name: str
    most: int
    seconds: int
    left: int
    renewed_in: int
    wait: int = 0


class Limiter:
    """Redis first; when it fails, this process counts alone for a while. It always counts along, so
    that counts go on when Redis fails or comes back empty."""

    def __init__(self, storage: Storage | None) -> None:
        self._shared = MovingWindowRateLimiter(storage) if storage else None
        self._own = Windows()
        self._rest_until = 0.0

    async def hit(self, item: RateLimitItem, *keys: str) -> int:
        """Counts one and returns 0 when there is room, else the seconds to wait."""
        return await self._ask_both(item, keys, take=True)

    async def wait(self, item: RateLimitItem, *keys: str) -> int:
        """Like `hit`, but counts nothing."""
        return await self._ask_both(item, keys, take=False)

    async def _ask_both(self, item: RateLimitItem, keys: tuple[str, ...], *, take: bool) -> int:
        if self._shared is not None and time.monotonic() >= self._rest_until:
            try:
                if after := await self._ask(self._shared, item, keys, take):
                    return after
            except Exception:
                self._rest_until = time.monotonic() + REST_SECONDS
        return await self._ask(self._own, item, keys, take)

    async def _ask(
        self,
        limiter: MovingWindowRateLimiter | Windows,
        item: RateLimitItem,
        keys: tuple[str, ...],
        take: bool,
    ) -> int:
        if await (limiter.hit if take else limiter.test)(item, *keys):
            return 0
        stats = await limiter.get_window_stats(item, *keys)
        return max(1, int(stats.reset_time - time.time()) + 1)

    async def room(self, item: RateLimitItem, name: str, *keys: str) -> Room:
        """As every process sees it, or this one while Redis is away."""
        found = None
        if self._shared is not None and time.monotonic() >= self._rest_until:
            try:
                found = await self._shared.get_window_stats(item, name, *keys)
            except Exception:
                self._rest_until = time.monotonic() + REST_SECONDS
        if found is None:
            found = await self._own.get_window_stats(item, name, *keys)
        return Room(
            name=name,
            most=item.amount,
            seconds=item.get_expiry(),
            left=max(0, found.remaining),
            renewed_in=max(0, int(found.reset_time - time.time()) + 1),
        )

    async def forget(self, item: RateLimitItem, *keys: str) -> None:
        await self._own.clear(item, *keys)
        if self._shared is not None and time.monotonic() >= self._rest_until:
            try:
                await self._shared.clear(item, *keys)
            except Exception:
                self._rest_until = time.monotonic() + REST_SECONDS


_limiter = Limiter(None)


def connect(redis_url: str) -> None:
    global _limiter
    _limiter = Limiter(_storage(redis_url))


def _storage(url: str) -> Storage:
    if url.startswith(queue.SENTINEL):
        nodes, name, _, password = queue.sentinel_parts(url)
        hosts = ",".join(f"{host}:{port}" for host, port in nodes)
        login: dict[str, Any] = {"password": password} if password else {}
        return RedisSentinelStorage(
            f"async+{queue.SENTINEL}{hosts}/{name}",
            use_replicas=False,
            sentinel_kwargs={**login, "socket_timeout": REDIS_SECONDS},
            **OPTIONS,
            **login,
        )
    # The limits library writes unix sockets as redis+unix://.
    plain = "redis+" + url if url.startswith("unix://") else url
    return RedisStorage(f"async+{plain}", **OPTIONS)


def forget_all() -> None:
    """Resets this process's counts; for tests and for a stop."""
    global _limiter
    _limiter = Limiter(None)


def network(ip: str) -> str:
    """The network that counts as one address: a /64 under IPv6. A mapped IPv4 address counts as
    IPv4, as its /64 would be everybody."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
    return str(address)


def _of_visitor(place: str) -> str:
    """What visitors are counted by: a keyed hash that is another one every day, so that no address
    of theirs stands in Redis. At midnight (UTC) they are counted anew."""
    return secrets.keyed_hash("limits", f"{dt.datetime.now(dt.UTC):%Y-%m-%d} {place}")


def neighbours(ip: str) -> str:
    """The network in which one customer often has many addresses: a /24, a /48 under IPv6."""
    address = ipaddress.ip_address(network(ip).partition("/")[0])
    width = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, width), strict=False))


async def ask_api(token: uuid.UUID) -> Room | None:
    """Counts a request of a program, and says whether it must `wait`. None:
    `LEAVEMSG_API_PER_MINUTE` = 0 lifts the limit."""
    per_minute = settings.current().api_per_minute
    if per_minute == 0:
        return None
    item, keys = RateLimitItemPerMinute(per_minute), ("api", str(token))
    if wait := await _limiter.hit(item, *keys):
        seconds = item.get_expiry()
        return Room(
            name="api", most=per_minute, seconds=seconds, left=0, renewed_in=wait, wait=wait
        )
    return await _limiter.room(item, *keys)


async def allow_submit(ip: str, org: Organization) -> Room | None:
    """What is left of this minute. Raises TooMany. None: `LEAVEMSG_SUBMIT_PER_MINUTE` = 0 lifts the
    limit."""
    per_minute = settings.current().submit_per_minute
    if per_minute == 0:
        return None
    hour = RateLimitItemPerHour(per_minute * SUBMIT_PER_HOUR_FACTOR)
    minute = RateLimitItemPerMinute(per_minute)
    keys = ("submit", str(org.id), _of_visitor(network(ip)))
    for item in (minute, hour):
        await _take(item, *keys)
    return await _limiter.room(minute, *keys)


async def allow_upload(ip: str, org: Organization) -> None:
    """Raises TooMany. `LEAVEMSG_SUBMIT_PER_MINUTE` = 0 lifts the limit."""
    if settings.current().submit_per_minute:
        await _take(UPLOADS, "upload", str(org.id), _of_visitor(network(ip)))


async def allow_copy(ip: str, org: Organization) -> None:
    """Raises TooMany. `LEAVEMSG_SUBMIT_PER_MINUTE` = 0 lifts the limit."""
    if settings.current().submit_per_minute:
        await _take(COPIES, "copy", str(org.id), _of_visitor(network(ip)))


async def allow_fault(ip: str, org: Organization) -> None:
    """Counts a submission with faults. Raises TooMany."""
    if per_minute := settings.current().submit_per_minute:
        item = RateLimitItemPerMinute(per_minute * FAULTS_FACTOR)
        await _take(item, "fault", str(org.id), _of_visitor(network(ip)))


async def flooded(org: Organization, *, count: bool = True) -> bool:
    """Whether one form gets more messages than people write. `LEAVEMSG_SUBMIT_PER_MINUTE` = 0 or
    `LEAVEMSG_SUBMIT_FORM_PER_MINUTE` = 0 lifts it. `count`: one more has come, as below."""
    per_minute = settings.current().submit_form_per_minute
    if per_minute == 0 or settings.current().submit_per_minute == 0:
        return False
    ask = _limiter.hit if count else _limiter.wait
    return await ask(RateLimitItemPerMinute(per_minute), "form", str(org.id)) > 0


async def floods(ip: str, org: Organization, text: str, *, count: bool = True) -> bool:
    """Whether this message is part of a flood; one with its own words from another network is
    not."""
    key = str(org.id)
    kinds = (
        (FLOOD_ADDRESS, "flood-address", _of_visitor(network(ip))),
        (FLOOD_NETWORK, "flood-network", _of_visitor(neighbours(ip))),
        (FLOOD_TEXT, "flood-text", text),
    )
    # A list, not a generator: every limit must count.
    ask = _limiter.hit if count else _limiter.wait
    return any([await ask(item, name, key, what) > 0 for item, name, what in kinds])


async def goes_round(ip: str, org: Organization, text: str, most: int, *, count: bool) -> bool:
    """Whether a text came from more than `most` addresses in an hour, this one included. For
    organizations that store no addresses. `count`: it has come once more."""
    whose = (str(org.id), text)
    addresses = RateLimitItemPerHour(most + 1)
    here = _of_visitor(network(ip))
    if count and await _limiter.hit(ROUND, "round-address", *whose, here) == 0:
        await _limiter.hit(addresses, "round", *whose)
    return await _limiter.wait(addresses, "round", *whose) > 0


async def names_site(ip: str, organization: uuid.UUID) -> bool:
    """Whether an address may report one more new site: programs can invent them."""
    return await _limiter.hit(SITES_NAMED, "site", str(organization), _of_visitor(network(ip))) == 0


async def answers_first(mark: str) -> bool:
    """Whether this message comes with an answer of app.signed.proof for the first time."""
    return await _limiter.hit(ANSWER, "answer", mark) == 0


class SignIn(msgspec.Struct, frozen=True):
    """A try to sign in. `account` is a keyed hash; `device` is the number of a browser in which the
    account has signed in before, or what else gives a count of its own, or empty."""

    ip: str
    account: str
    device: str = ""

    async def allow(self) -> None:
        """Raises TooMany. Only wrong passwords count, each with `wrong`."""
        waits = [await _limiter.wait(item, *keys) for item, *keys in self._counts()]
        if after := max(waits):
            raise TooMany(after)

    async def wrong(self) -> None:
        for item, *keys in self._counts():
            await _limiter.hit(item, *keys)

    async def right(self) -> None:
        """After the right password: forgets earlier wrong ones from the same place."""
        for item, *keys in self._here():
            await _limiter.forget(item, *keys)

    def _here(self) -> list[tuple[Any, ...]]:
        place = self.device or network(self.ip)
        return [(item, "wrong", place, self.account) for item in WRONG_HERE]

    def _counts(self) -> list[tuple[Any, ...]]:
        """A known browser has its own count, so that others cannot lock it out."""
        if self.device:
            return self._here()
        return [
            *self._here(),
            (WRONG_ANYWHERE, "wrong", self.account),
            (WRONG_FROM_ADDRESS, "wrong", network(self.ip)),
        ]


async def allow_passkey(ip: str) -> None:
    """Raises TooMany. Only what was refused counts, with `wrong_passkey`: a network that sends
    nothing else costs us signatures to check."""
    if after := await _limiter.wait(WRONG_PASSKEYS, "passkey", network(ip)):
        raise TooMany(after)


async def wrong_passkey(ip: str) -> None:
    await _limiter.hit(WRONG_PASSKEYS, "passkey", network(ip))


async def allow_tap(ip: str) -> None:
    """Raises TooMany. Only links that are none of ours count."""
    if after := await _limiter.wait(WRONG_TAPS, "tap", network(ip)):
        raise TooMany(after)


async def wrong_tap(ip: str) -> None:
    await _limiter.hit(WRONG_TAPS, "tap", network(ip))


async def allow_provider(ip: str) -> None:
    """Counts a sign-in that begins at a provider. Raises TooMany."""
    await _take(PROVIDER_FROM_ADDRESS, "provider", network(ip))


async def returns_first(state: str) -> bool:
    """Whether somebody comes back from a provider with this for the first time."""
    return await _limiter.hit(RETURNS, "returns", state) == 0


async def allow_test(organization: object, bucket: str) -> None:
    """Raises TooMany. A bucket is counted over all organizations that use it."""
    await _take(TEST_PER_ORGANIZATION, "tests", str(organization))
    await _take(TEST_PER_BUCKET, "test", bucket)


async def allow_forgotten(ip: str) -> None:
    """Counts a request for a new password. Raises TooMany."""
    await _take(FORGOTTEN, "forgotten", network(ip))


async def may_be_mailed(account: str) -> bool:
    """Whether one more link may go to an account, which is a keyed hash."""
    return await _limiter.hit(MAILED, "mailed", account) == 0


async def allow_export(agent: uuid.UUID) -> None:
    """Counts one. Raises TooMany."""
    await _take(EXPORTS, "export", str(agent))


async def allow_lookup(who: str, sought: str) -> None:
    """Counts one; the same only once an hour, as a list that is drawn again is searched again.
    Raises TooMany."""
    mark = secrets.keyed_hash("limits", sought)
    if await _limiter.wait(ROUND, "looked", who, mark) == 0:
        await _take(LOOKUPS, "lookup", who)
        await _limiter.hit(ROUND, "looked", who, mark)


async def _take(item: RateLimitItem, *keys: str) -> None:
    if after := await _limiter.hit(item, *keys):
        raise TooMany(after)
