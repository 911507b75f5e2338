"""Documents, as somebody keeps them in a repository, and what is done with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.configuration import plan
from app.configuration.differ import Difference
from app.configuration.plan import Applied, Plan
from app.configuration.references import Source
from app.errors import Invalid
from app.tables import Organization

KEY = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7b1a-4bc4-97a0-0ec2sifa5aaa"
ENVIRONMENT = {
    "SALES": KEY,
    "HOOK": "http://127.0.0.1:9/hook",
    "AUTH": "Bearer 7c8f6d5e4b3a2918",
    "OTHER_HOOK": "http://127.0.0.1:9/other",
}
SECRETS = ("693a91f6", "7c8f6d5e4b3a2918")
SALES: dict[str, Any] = {"name": "销售群", "type": "wecom", "webhook_url": "env:SALES"}
HOOK: dict[str, Any] = {
    "name": "程序",
    "type": "custom",
    "webhook_url": "env:HOOK",
    "headers": {"Authorization": "env:AUTH", "Content-Type": "application/json"},
}
OTHER: dict[str, Any] = {"name": "备用", "type": "custom", "webhook_url": "env:OTHER_HOOK"}


def source(folder: Path | None = None, *, keep: bool = False, **more: str) -> Source:
    return Source(
        environment=ENVIRONMENT | more, folder=folder or Path("/nowhere"), keep_stored=keep
    )


async def planned(org: Organization, document: Any, **more: Any) -> Plan:
    return await plan.plan(org, document, source(**more))


async def applied(org: Organization, document: Any, **more: Any) -> Applied:
    given = source(**more)
    return await plan.apply(org, document, given, await plan.plan(org, document, given))


def changes(found: Plan) -> list[tuple[str, str]]:
    return [(each.change, " ".join(each.path)) for each in found.differences]


def one(found: Plan, *path: str) -> Difference:
    (difference,) = [each for each in found.differences if each.path == path]
    return difference


async def faults(org: Organization, document: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await planned(org, document, **more)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]
