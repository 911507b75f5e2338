"""What a document would change, and changing it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.configuration import parts, plan
from app.configuration.export import export
from app.errors import Conflict, Invalid
from app.people import audit
from app.tables import Organization
from tests.app.channel_settings.conftest import leave
from tests.app.configuration.conftest import (
    ENVIRONMENT,
    HOOK,
    OTHER,
    SALES,
    applied,
    changes,
    planned,
    source,
)


async def test_a_plan_changes_nothing_and_applying_does_just_that(org: Organization) -> None:
    before = await parts.read(org)
    document = {"channels": [SALES], "hours": {"rule": "hours"}}
    seen = await planned(org, document)
    assert changes(seen) == [("added", "channels 销售群"), ("changed", "hours rule")]
    assert await parts.read(org) == before
    done = await applied(org, document)
    assert done.plan == seen
    assert (await planned(org, document)).differences == []


async def test_applying_twice_changes_nothing_and_writes_nothing(org: Organization) -> None:
    document = {"channels": [SALES, HOOK], "blocks": [{"kind": "phone", "text": "13800138000"}]}
    await applied(org, document)
    entries = len(await audit.of(org.id, org.id))
    read = await parts.read(org)
    await applied(org, document)
    assert await parts.read(org) == read
    assert len(await audit.of(org.id, org.id)) == entries


async def test_only_parts_that_differ_are_written(org: Organization) -> None:
    document = {"channels": [SALES], "limits": {"dedup_window_seconds": 60}}
    await applied(org, document)
    await applied(org, {**document, "limits": {"dedup_window_seconds": 90}})
    actions = [each.action for each in await audit.of(org.id, org.id)]
    assert actions.count("config.replaced") == 1
    assert actions[-2:] == ["limits.changed", "config.applied"]


async def test_what_changed_after_the_plan_was_seen_is_not_overrun(org: Organization) -> None:
    document = {"hours": {"rule": "hours"}, "channels": [SALES]}
    seen = await planned(org, document)
    await applied(org, {"hours": {"rule": "agents_and_hours"}})
    with pytest.raises(Conflict):
        await plan.apply(org, document, source(), seen)
    assert await parts.PARTS["channels"].read(org) == []


async def test_of_two_at_once_each_is_whole_or_refused(org: Organization) -> None:
    one = {"channels": [SALES], "hours": {"rule": "hours"}}
    other = {"channels": [OTHER], "hours": {"rule": "agents_and_hours"}}
    seen = [await planned(org, each) for each in (one, other)]
    done = await asyncio.gather(
        *(
            plan.apply(org, document, source(), each)
            for document, each in zip((one, other), seen, strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in done) == 1
    (channel,) = await parts.PARTS["channels"].read(org)
    rule = (await parts.PARTS["hours"].read(org))["rule"]
    assert (channel["name"], rule) in [("销售群", "hours"), ("备用", "agents_and_hours")]


async def test_it_says_what_becomes_of_notices_that_wait(org: Organization) -> None:
    await applied(org, {"channels": [SALES, HOOK, OTHER]})
    await leave(org, "first")
    await leave(org, "second")
    off = {**OTHER, "enabled": False}
    seen = await planned(org, {"channels": [{**SALES, "priority": "high"}, off]})
    assert sorted((each.channel, each.notices, each.effect) for each in seen.waiting) == [
        ("备用", 2, "not_sent"),
        ("程序", 2, "not_sent"),
        ("销售群", 2, "new_settings"),
    ]


async def test_what_is_exported_changes_nothing_there_and_all_elsewhere(
    org: Organization, other_org: Organization
) -> None:
    await applied(
        org,
        {
            "channels": [SALES, {**HOOK, "fallback_for": "销售群"}],
            "rules": {"rules": [{"name": "退款", "then": {"channels": ["销售群"]}}]},
            "hours": {"weekly": {"mon": [["09:00", "18:00"]]}},
            "targets": {"minutes": 240},
            "shop": {"name": "小店"},
            "widget": {"hosts": ["shop.example"], "labels": {"en": "Write"}},
            "templates": {"wecom": "新留言 {{ message.content }}"},
        },
    )
    document, variables = await export(org)
    assert variables == ["WECOM_WEBHOOK_URL", "CUSTOM_WEBHOOK_URL", "CUSTOM_HEADERS_AUTHORIZATION"]
    values = (ENVIRONMENT["SALES"], ENVIRONMENT["HOOK"], ENVIRONMENT["AUTH"])
    given = dict(zip(variables, values, strict=True))
    assert (await planned(org, document, **given)).differences == []
    assert (await planned(org, document, keep=True)).differences == []
    assert {each.path[0] for each in (await planned(other_org, document, **given)).differences} == {
        "channels",
        "rules",
        "hours",
        "shop",
        "targets",
        "widget",
        "templates",
    }
    await applied(other_org, document, **given)
    assert await export(other_org) == (document, variables)


async def test_another_organization_is_never_touched(
    org: Organization, other_org: Organization
) -> None:
    await applied(other_org, {"channels": [SALES]})
    before = await parts.read(other_org)
    await applied(org, {"channels": [HOOK]})
    await applied(org, {"channels": []})
    assert await parts.read(other_org) == before


WANTED = st.fixed_dictionaries(
    {},
    optional={
        "channels": st.permutations(
            [SALES, HOOK, OTHER, {**OTHER, "name": "另", "webhook_url": "http://127.0.0.1:9/third"}]
        ).flatmap(lambda all_: st.integers(0, len(all_)).map(lambda n: all_[:n])),
        "limits": st.fixed_dictionaries({"rate_limit_per_minute": st.integers(-1, 30)}),
        "hours": st.fixed_dictionaries(
            {"rule": st.sampled_from(["agents", "hours", "never"])},
            optional={
                "weekly": st.dictionaries(
                    st.sampled_from(["mon", "sun"]), st.just([["09:00", "12:00"]]), max_size=2
                )
            },
        ),
        "phrases": st.lists(
            st.fixed_dictionaries(
                {"title": st.sampled_from("abc"), "text": st.sampled_from(["x", "y"])}
            ),
            max_size=3,
        ),
        "reminders": st.lists(
            st.just({"steps": [{"after_minutes": 5, "channel": "assignee"}]}), max_size=1
        ),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WANTED, min_size=1, max_size=3))
async def test_whatever_is_applied_is_then_there_or_was_refused_whole(
    org: Organization, documents: list[dict[str, Any]]
) -> None:
    for document in documents:
        before = await parts.read(org)
        try:
            done = await applied(org, document)
        except Invalid:
            assert await parts.read(org) == before
            continue
        assert (await planned(org, document)).differences == []
        assert (await parts.read(org) == before) == (done.plan.differences == [])
