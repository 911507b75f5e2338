"""Everything that is stored, as values that can be compared, and organizations full of it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from app import channel_settings, database, messages
from app.backup import codec, make
from app.database import migrate
from app.database.snapshot import snapshot
from app.fields.check import Answers
from app.messages import Visit, acts
from app.people import agents
from app.tables import ALL, Organization

Stored = dict[str, list[list[Any]]]


async def stored() -> Stored:
    """Every row of every table, by table."""
    found: Stored = {}
    async with snapshot() as taken:
        for table in ALL:
            line = make._line(table)
            rows: list[list[Any]] = []
            async for some in taken.rows(line.table, [name for name, _ in line.columns]):
                rows += [[*map(codec.written, line.kinds, row)] for row in some]
            found[line.table] = sorted(rows, key=str)
    return found


async def fill(org: Organization) -> None:
    """Messages, a channel, people, an outcome: rows in most tables, with odd texts among them."""
    await agents.create(org.id, email="owner@shop.example", password="correct horse 9")
    hook = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "name": "钩子"}
    await channel_settings.add(org.id, hook, by="tests")
    for text in ("我想咨询一下产品价格 🙂", 'a "quoted"\n\tline \\ {"x": [1]}', "x" * 4000, "‮rtl"):
        await leave(org, text)
    uid = await leave(org, "handled")
    await messages.to_one(org.id, uid, acts.handled("none", "备注", by="owner"), by="owner")


async def leave(org: Organization, text: str) -> str:
    answers = Answers(content=text, phone="13800138000")
    left = await messages.leave(org, answers, Visit(), submission_id=uuid.uuid4().hex)
    return left.uid


@contextlib.asynccontextmanager
async def another(path: Path) -> AsyncIterator[database.Engine]:
    """A new SQLite database, in use during this block, in which nothing has been started."""
    engine, before = database.SQLite(str(path)), database.in_use()
    database.use(engine)
    try:
        await engine.open()
        yield engine
    finally:
        await engine.close()
        assert before is not None
        database.use(before)


async def emptied() -> None:
    for table in ("organization", "bucket", "instance", "account"):
        await database.execute(f"DELETE FROM {table}")
    assert await migrate.state() == "ok"
