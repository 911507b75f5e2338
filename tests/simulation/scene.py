"""A shop with three channels, prepared once; each seed changes its settings before it begins."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import random
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import time_machine
import uuid_utils.compat

from app import channel_settings, database, settings
from app.database import migrate
from app.people import organizations
from app.tables import Organization
from tests.simulation.kinds import Kind
from tests.simulation.storage import File

EPOCH = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
ROBOTS = {
    "one": ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=one"),
    "two": ("custom", "https://hooks.example/two"),
    "three": ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/three"),
}
PLATFORM_LIMITS = {"wecom": 18, "feishu": 90, "custom": None}
SECRET = "simulation-only-" + "k" * 32


class Robot(msgspec.Struct, kw_only=True):
    name: str
    id: str
    kind: str
    limit: int | None = None
    """The most in any minute."""
    enabled: bool = True
    fallback_for: str | None = None
    after: int = 0


class Shop(msgspec.Struct, kw_only=True):
    """What is in the template."""

    organization: Any
    robots: dict[str, str]


class Choice(msgspec.Struct, kw_only=True):
    """What may be chosen of the settings."""

    limit: int
    total: int | None
    own: int | None
    """The limit of "two" alone."""
    two: bool
    three: bool
    stands_in: int | None
    """Seconds after which "three" speaks for "one"; None: it speaks for itself."""
    final: bool

    @classmethod
    def of(cls, dice: random.Random) -> Choice:
        return cls(
            limit=dice.choice((1, 2, 3, 10, 10)),
            total=dice.choice((None, None, None, 2, 5)),
            own=dice.choice((None, None, 1, 4, 0)),
            two=dice.random() < 0.6,
            three=dice.random() < 0.6,
            stands_in=dice.choice((None, None, 0, 20, 600)),
            final=dice.random() < 0.2,
        )


class Scene(msgspec.Struct, kw_only=True):
    """The settings of one seed."""

    organization: Any
    channels: list[Robot]
    total: int | None
    window: int
    final: bool
    """Whether platforms also refuse for good."""

    def named(self, name: str) -> Robot:
        return next(each for each in self.channels if each.name == name)


def prepare(folder: Path) -> tuple[Path, Shop]:
    """Makes the template; before anything is simulated."""
    path = folder / "template.sqlite"
    use_settings(folder)
    with _always_the_same():
        return path, asyncio.run(_prepared(path))


def use_settings(folder: Path) -> None:
    settings.use(
        settings.load(
            {
                "LEAVEMSG_DATA_DIR": str(folder),
                "LEAVEMSG_SECRET_KEY": SECRET,
                "LEAVEMSG_BASE_URL": "https://shop.example",
            }
        )
    )


@contextlib.contextmanager
def _always_the_same() -> Iterator[None]:
    """The shop has the same ids in every template: what goes by ids goes alike."""
    before, numbers = uuid_utils.compat.uuid7, itertools.count(1)
    uuid_utils.compat.uuid7 = lambda *_: uuid.UUID(int=(7 << 76) | (2 << 62) | next(numbers))
    try:
        with time_machine.travel(EPOCH, tick=False):
            yield
    finally:
        uuid_utils.compat.uuid7 = before


async def _prepared(path: Path) -> Shop:
    engine = database.make("", str(path))
    database.use(engine)
    await engine.open()
    await migrate.run()
    found = await organizations.first()
    robots = {}
    for name, (kind, url) in ROBOTS.items():
        entry = {"type": kind, "webhook_url": url, "name": name}
        robots[name] = await channel_settings.add(found.id, entry, by="tests")
    organization = await Organization.objects().get(Organization.id == found.id)
    await engine.close()
    # One file, which is copied as it is.
    with contextlib.closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")
    return Shop(organization=organization, robots=robots)


def scene(shop: Shop, file: File, dice: random.Random, kind: Kind) -> Scene:
    """Decides the settings, and writes them into the file."""
    chosen = msgspec.structs.replace(Choice.of(dice), **kind.settings)
    window = dice.choice((600, 600, 60))
    channels = [Robot(name=name, id=uid, kind=ROBOTS[name][0]) for name, uid in shop.robots.items()]
    one, two, three = channels
    two.enabled, three.enabled = chosen.two, chosen.three
    if three.enabled and chosen.stands_in is not None:
        three.fallback_for, three.after = "one", chosen.stands_in
    for each in channels:
        own = chosen.own if each is two else None
        usual = chosen.limit if own is None else own
        limits = [n for n in (usual, PLATFORM_LIMITS[each.kind]) if n]
        each.limit = min(limits, default=None)
        _change(file, "channel", each.id, "enabled", int(each.enabled))
        _change(file, "channel", each.id, "rate_limit_per_minute", own)
    if three.fallback_for:
        _change(file, "channel", three.id, "fallback_for", one.id)
        _change(file, "channel", three.id, "fallback_after_seconds", three.after)
    shop_id = str(shop.organization.id)
    _change(file, "organization", shop_id, "rate_limit_per_minute", chosen.limit)
    _change(file, "organization", shop_id, "rate_limit_total_per_minute", chosen.total)
    _change(file, "organization", shop_id, "dedup_window_seconds", window)
    return Scene(
        organization=shop.organization,
        channels=[each for each in channels if each.enabled],
        total=chosen.total,
        window=window,
        final=chosen.final,
    )


def _change(file: File, table: str, uid: str, column: str, value: Any) -> None:
    file.ask(f"UPDATE {table} SET {column} = ? WHERE id = ?", value, uid)
