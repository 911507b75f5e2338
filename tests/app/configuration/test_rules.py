"""Parts that name channels and people."""

from __future__ import annotations

import pytest

from app.configuration import parts
from app.errors import Invalid
from app.people import agents
from app.tables import Organization
from tests.app.configuration.conftest import (
    OTHER,
    SALES,
    applied,
    planned,
)


async def test_channels_are_named_by_rules_reminders_and_each_other(org: Organization) -> None:
    await agents.create(org.id, email="wang@shop.example", password="correct horse 9", role="agent")
    document = {
        "channels": [{**OTHER, "fallback_for": "销售群"}, SALES],
        "rules": {
            "mode": "first",
            "rules": [
                {
                    "name": "退款",
                    "when": {"words": ["退款"]},
                    "then": {"channels": ["销售群"], "assignee": "wang@shop.example"},
                },
                {
                    "name": "轮流",
                    "then": {"assign_next": {"agents": ["wang@shop.example"]}},
                },
            ],
        },
        "reminders": [
            {
                "steps": [
                    {"after_minutes": 30, "channel": "备用"},
                    {"after_minutes": 60, "channel": "assignee"},
                ]
            }
        ],
        "targets": {"minutes": 240, "warn": "备用"},
        "rota": {
            "shifts": [{"agents": ["wang@shop.example"], "weekdays": ["mon"]}],
            "backups": ["wang@shop.example"],
            "swaps": [{"day": "2027-01-01", "agent": "wang@shop.example"}],
        },
    }
    await applied(org, document)
    read = await parts.read(org, tuple(document))
    for channel in read["channels"]:
        del channel["uid"]
    assert [each["name"] for each in read["channels"]] == ["备用", "销售群"]
    assert read["channels"][0]["fallback_for"] == "销售群"
    assert {name: read[name] for name in ("rules", "reminders", "rota", "targets")} == {
        name: document[name] for name in ("rules", "reminders", "rota", "targets")
    }
    assert (await planned(org, document)).differences == []


@pytest.mark.parametrize("rules", [5, [{"name": ["a"], "then": {}}], [{"name": {}}], [[]], {}])
async def test_what_is_no_list_of_rules_is_named(org: Organization, rules: object) -> None:
    with pytest.raises(Invalid):
        await applied(org, {"rules": {"rules": rules}})


async def test_reports_are_all_that_is_listed(org: Organization) -> None:
    daily = {"channel": "销售群", "at": "08:30"}
    document = {"channels": [SALES], "reports": [daily, {**daily, "every": "week", "weekday": 4}]}
    await applied(org, document)
    assert (await planned(org, document)).differences == []
    await applied(org, {"reports": [daily]})
    assert await parts.PARTS["reports"].read(org) == [daily]
