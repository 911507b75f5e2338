"""One installation in its parts: a database of either kind, a Redis, fake vendors, processes."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import msgspec
from piccolo.columns import Timestamptz

from app import (
    channel_settings,
    database,
    deliveries,
    messages,
    queue,
    settings,
    tables,
)
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization
from tests.fakes.vendors import FakeVendors
from tests.matrix.children import Child
from tests.processes import GONE, TLS, environment, free_port

MESSAGES = "/api/v1/leavemsg/messages"


class World:
    def __init__(
        self, *, url: str, folder: Path, org: Organization, fakes: FakeVendors, redis: Any
    ) -> None:
        self.url, self.folder, self.org = url, folder, org
        self.fakes, self.redis = fakes, redis
        self.children: list[Child] = []
        self._numbers = itertools.count(1)

    @property
    def on_sqlite(self) -> bool:
        return not self.url

    def child(self, verb: str, **changes: Any) -> Child:
        """A process that has not begun."""
        given: dict[str, Any] = {
            "REDIS_URL": self.redis.url,
            "LEAVEMSG_SECRET_KEY": "tests-only-" + "k" * 32,
            "LEAVEMSG_OTHER_SECRET_KEYS": " ".join(settings.current().other_secret_keys),
            "LEAVEMSG_EGRESS_ALLOW": "127.0.0.0/8",
            **({"DATABASE_URL": self.url} if self.url else {}),
            **changes,
        }
        log = self.folder / f"{verb}-{len(self.children)}.log"
        child = Child(verb, environment(self.folder, **given), log)
        self.children.append(child)
        return child

    def end(self) -> None:
        for child in self.children:
            if child.alive:
                child.kill()

    async def worker(self, **changes: Any) -> Child:
        return await self.child("worker", **changes).start()

    async def web(self, **changes: Any) -> Child:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        return await self.child("web", PORT=port, LEAVEMSG_BASE_URL=base, **changes).start()

    async def channel(self, kind: str, url: str, **more: Any) -> str:
        """Its uid. Without a limit unless one is given."""
        entry = {"type": kind, "webhook_url": url, "rate_limit_per_minute": 0, **more}
        return await channel_settings.add(self.org.id, entry, by="tests")

    async def hook(self, name: str = "crm", *answers: Any, **more: Any) -> str:
        return await self.channel("custom", self.fakes.add_hook(name, answers=answers), **more)

    async def robot(self, **more: Any) -> str:
        return await self.channel("wecom", self.fakes.add_bot("wecom", "k"), **more)

    async def leave(self, text: str = "", *, phone: str = "13800138000", email: str = "") -> Left:
        """From this process, which rings the workers as a web process does."""
        number = next(self._numbers)
        answers = Answers(content=text or f"question {number}", phone=phone, email=email)
        return await messages.leave(
            self.org, answers, Visit(ip="192.0.2.1"), submission_id=f"s{number}"
        )

    async def wake(self) -> None:
        queue.wake(self.org.id, 10**9 + next(self._numbers))

    async def states(self) -> Counter[str]:
        rows = await database.rows(dict, "SELECT state, count(*) AS n FROM delivery GROUP BY state")
        return Counter({row["state"]: row["n"] for row in rows})

    async def until(self, state: str, count: int = 1, within: float = 30.0) -> None:
        """Waits until that many deliveries are in that state."""
        async with asyncio.timeout(within):
            while (await self.states())[state] < count:
                await asyncio.sleep(0.02)

    async def until_state_of(
        self, table: str, value: str, *, column: str = "state", count: int | None = None
    ) -> None:
        """Waits until that many rows have that value; without a count, until any has."""
        sql = f"SELECT count(*) AS n FROM {table} WHERE {column} = ?"
        async with asyncio.timeout(30):
            while True:
                found = (await database.rows(dict, sql, value))[0]["n"]
                if found == count or (count is None and found):
                    return
                await asyncio.sleep(0.02)

    async def rows(self, table: str, order: str = "id") -> list[dict[str, Any]]:
        return await database.rows(dict, f"SELECT * FROM {table} ORDER BY {order}")

    async def pass_time(self, seconds: float) -> None:
        """Every stored time moves into the past: for the product, that long has gone by.

        Only not when something was created: receivers are told that, and it decides nothing. Nor
        what the clocks said: moved alone, it would look as if somebody had put one forward; nor the
        audit, which would look changed.
        """
        async with database.transaction():
            for row in await database.rows(dict, "SELECT id FROM organization ORDER BY id"):
                await deliveries.lock(row["id"])
            for table in set(tables.ALL) - {tables.Instance, tables.Audit}:
                times = [c for c in table._meta.columns if isinstance(c, Timestamptz)]
                names = [c._meta.name for c in times if c._meta.name != "created_at"]
                if names:
                    await self._move(table._meta.tablename, names, dt.timedelta(seconds=seconds))
        await self.wake()

    async def _move(self, table: str, names: list[str], by: dt.timedelta) -> None:
        if not self.on_sqlite:
            changes = ", ".join(f"{name} = {name} - CAST(? AS interval)" for name in names)
            await database.execute(f"UPDATE {table} SET {changes}", *[by] * len(names))
            return
        for row in await database.rows(dict, f"SELECT id, {', '.join(names)} FROM {table}"):
            moved = [row[name] - by if row[name] else None for name in names]
            changes = ", ".join(f"{name} = ?" for name in names)
            await database.execute(f"UPDATE {table} SET {changes} WHERE id = ?", *moved, row["id"])


async def submit(web: Child, text: str, *, key: str = "", phone: str = "13800138000") -> Any:
    """One try over HTTP: the answer, or None when the connection broke."""
    body = {"visitor": {"phone": phone}, "message": {"content": text}}
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    try:
        async with httpx.AsyncClient(base_url=web.url, timeout=40, verify=TLS) as client:
            return await client.post(MESSAGES, json=body, headers=headers)
    except GONE:
        return None


async def submit_until_stored(web: Child, text: str, *, patience: float = 20) -> list[int | None]:
    """As a client does that has been told to: the same key until 201. What each try brought."""
    key, tries = uuid.uuid4().hex, list[int | None]()
    async with asyncio.timeout(patience):
        while True:
            answer = await submit(web, text, key=key)
            tries.append(answer.status_code if answer is not None else None)
            if tries[-1] == 201:
                return tries
            await asyncio.sleep(0.1)


def contents(calls: list[Any]) -> list[str]:
    """What custom receivers were told, one text for each arrival."""
    return [msgspec.json.decode(call.raw)["message"]["content"] for call in calls]
