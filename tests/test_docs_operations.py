"""docs/operations.md names what a scrape tells, and nothing else."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app import heartbeat, instance
from app.backup import BACKUP
from app.metrics import counted, text
from app.tables import Organization
from tests.documents import read

METRIC = re.compile(r"\bleavemsg_[a-z_]+")


async def told() -> set[str]:
    """The names of a real scrape, as documents and queries write them: without `_count` and the
    like of a histogram."""
    await heartbeat.beat()
    await instance.write(BACKUP, "")
    counted.swept()
    content, _ = await text.scrape()
    families = list(text_string_to_metric_families(content.decode()))
    return {
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    }


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_every_metric_is_documented_and_every_documented_one_is_told(
    org: Organization,
) -> None:
    ours = {name for name in await told() if name.startswith(counted.PREFIX)}
    assert set(METRIC.findall(read("docs/operations.md"))) - {"leavemsg_"} == ours
