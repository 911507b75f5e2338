"""Notices of very many messages, made by SQL, for `bench.growth`: two channels are told, one of
every message and one of every other; a third of few and always in vain, a fourth of none."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import msgspec

from app import channel_settings, database, instance
from app.overview import behind
from app.people import sessions, tokens
from app.tables import Agent, Organization
from bench.filled import BASE, SELDOM, Filled, uuid_of, vacuum, without_indexes

OFTEN, HALF, RARELY, NEVER = range(4)
"""The channels."""
TOLD = ("TRUE", "changed % 2 = 0", f"changed % {SELDOM} = 25", "FALSE")
FAILED = ("changed % 100 = 7", "FALSE", "TRUE", "FALSE")
TOLD_MAX = 10
TRIES = 5
"""Of what failed."""
TABLES = ("delivery", "dispatch", "attempt", "event")
MARK = "bench.growth"


class Known(msgspec.Struct, frozen=True):
    channels: list[str]
    token: str
    token_uid: str
    session: str


def uid(table: str, message: str, channel: int, number: int = 0) -> str:
    """What gives a row's id, of the text of its message's."""
    sign = f"{1 + TABLES.index(table) * 4 + channel:x}{number}0"
    return f"substr({message}, 1, 15) || '{sign}' || substr({message}, 19)"


def delivery_of(message: uuid.UUID, channel: int = OFTEN) -> str:
    """Its uid."""
    text = str(message)
    return f"{text[:15]}{1 + channel:x}00{text[18:]}"


def copies_told(count: int) -> range:
    """Of `bench.filled`: of more than a million messages those of ten copies have notices, or they
    would take more place than the messages."""
    copies = max(1, count // BASE)
    return range(0, copies, max(1, copies // TOLD_MAX))


async def fill(data: Filled) -> Known:
    """What is there already is not filled again."""
    kept = await instance.read(MARK)
    if kept:
        return msgspec.json.decode(kept.value, type=Known)
    began = time.perf_counter()
    channels = [await _channel(data.org, number) for number in range(len(TOLD))]
    base = min(BASE, data.count)
    async with without_indexes(data.url, *TABLES):
        for copy in copies_told(data.count):
            between = (uuid_of(0, copy), uuid.UUID(int=uuid_of(base, copy).int - 1))
            async with database.transaction():
                for sql in _rows(data.org, channels):
                    await database.execute(sql, data.org.id, *between)
    if data.url:
        await vacuum(data.url)
    print(f"  notices and stories, filled in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    while await behind.step():
        pass
    print(f"  sums of days, kept in {time.perf_counter() - began:.0f} s", flush=True)
    owner = await Agent.objects().get(Agent.id == data.people[0])
    assert owner
    token = await tokens.create(data.org.id, "bench", ["all"])
    known = Known(
        channels,
        token,
        token.split("_")[1],
        await sessions.start(owner, address="127.0.0.1", user_agent="bench"),
    )
    await instance.write(MARK, msgspec.json.encode(known).decode())
    return known


async def _channel(org: Organization, number: int) -> str:
    hook = f"https://hooks.example/{number}"
    entry = {"type": "custom", "name": f"Channel {number}", "webhook_url": hook}
    return str(await channel_settings.add(org.id, entry, by="bench"))


def _rows(org: Organization, channels: list[str]) -> Iterator[str]:
    """Statements, each with the organization and the first and last message."""
    embedded = isinstance(database.engine(), database.SQLite)
    text, cast = ("id", "{}") if embedded else ("id::text", "({})::uuid")
    source = "FROM message WHERE organization = ? AND id >= ? AND id <= ?"
    for number, (told, failed) in enumerate(zip(TOLD, FAILED, strict=True)):
        channel = cast.format(f"'{channels[number]}'")
        mine, sent = (cast.format(uid(each, text, number)) for each in ("delivery", "dispatch"))
        state = f"CASE WHEN {failed} THEN 'failed' ELSE 'sent' END"
        cancelled = "FALSE" if number else "changed % 40 = 3"
        yield (
            "INSERT INTO delivery (id, organization, message, channel, state, reason, dispatch,"
            f" rank, due_at, created_at, done_at) SELECT {mine}, organization, id, {channel},"
            f" CASE WHEN {cancelled} THEN 'cancelled' ELSE {state} END,"
            f" CASE WHEN {cancelled} THEN 'handled' WHEN {failed} THEN 'permanent_channel'"
            f" ELSE '' END, CASE WHEN NOT ({cancelled}) THEN {sent} END,"
            f" created_at, created_at, created_at, created_at {source} AND {told}"
        )
        yield (
            "INSERT INTO dispatch (id, organization, channel, state, attempts, tries, created_at,"
            f" finished_at) SELECT {sent}, organization, {channel}, {state}, 1, 1, created_at,"
            f" created_at {source} AND {told} AND NOT ({cancelled})"
        )
        for each in range(TRIES):
            tried = cast.format(uid("attempt", text, number, each))
            yield (
                "INSERT INTO attempt (id, organization, channel, bucket, dispatch, number,"
                " started_at, finished_at, blocks_until, outcome, code, message, http_status,"
                f" duration_ms, response) SELECT {tried}, organization, {channel},"
                f" '{channels[number]}', {sent}, {each + 1}, created_at, created_at, created_at,"
                f" CASE WHEN {failed} THEN 'transient' ELSE 'ok' END,"
                f" CASE WHEN {failed} THEN '503' ELSE '' END,"
                f" CASE WHEN {failed} THEN 'Service Unavailable' ELSE '' END,"
                f" CASE WHEN {failed} THEN 503 ELSE 200 END, 87, '{{\"errcode\":0}}' {source}"
                f" AND {told} AND NOT ({cancelled})" + (f" AND {failed}" if each else "")
            )
    told = cast.format(uid("event", text, 0))
    yield (
        "INSERT INTO event (id, organization, message, at, actor, action, facts, number)"
        f" SELECT {told}, organization, id, created_at, '0@shop.example', status, '{{}}', changed"
        f" {source} AND status <> 'pending'"
    )
