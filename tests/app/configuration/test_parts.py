"""Every part of a configuration: read, written, and what of it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.configuration import parts
from app.tables import Organization
from tests.app.configuration.conftest import (
    SALES,
    faults,
)

STRAY = [
    ({"channels": {}}, [("/channels", "wrong_type")]),
    ({"channels": ["x"]}, [("/channels/0", "wrong_type")]),
    ({"channels": [{"type": "pager"}]}, [("/channels/0/type", "unknown_type")]),
    ({"channels": [{**SALES, "nmae": 1}]}, [("/channels/0/nmae", "unknown_key")]),
    (
        {"channels": [{**SALES, "fallback_for": "x"}]},
        [("/channels/0/fallback_for", "unknown_channel")],
    ),
    (
        {"channels": [{**SALES, "webhook_url": "env:X"}]},
        [("/channels/0/webhook_url", "no_variable")],
    ),
    ({"limits": {"rate": 1}}, [("/limits/rate", "unknown_key")]),
    ({"limits": {"confirm_channel": "x"}}, [("/limits/confirm_channel", "unknown_channel")]),
    ({"templates": {"pager": "x"}}, [("/templates/pager", "unknown_key")]),
    ({"templates": {"wecom": "{{ x }}"}}, [("/templates/wecom", "template_unknown_variable")]),
    ({"templates": {"wecom": 1}}, [("/templates/wecom", "wrong_type")]),
    ({"form": {"fields": []}}, [("/form/content", "content_needed")]),
    ({"form": {"fields": [], "number": 3}}, [("/form/number", "unknown_key")]),
    ({"hours": {"rule": "x"}}, [("/hours/rule", "not_a_choice")]),
    ({"hours": {"weekly": {"mon": [["9", "18:00"]]}}}, [("/hours/weekly/mon/0/0", "time_format")]),
    ({"hours": {"reply_hours": 4}}, [("/hours/reply_hours", "unknown_key")]),
    ({"targets": {"minutes": 0}}, [("/targets/minutes", "out_of_range")]),
    ({"targets": {"warn": "x"}}, [("/targets/warn", "unknown_channel")]),
    ({"widget": {"identity": "x"}}, [("/widget/identity", "unknown_key")]),
    ({"shop": {"name": ""}}, [("/shop/name", "required")]),
    ({"shop": {"name": 7, "x": 1}}, [("/shop/x", "unknown_key"), ("/shop/name", "wrong_type")]),
    ({"brands": [{"name": "x"}]}, [("/brands/0/slug", "missing")]),
    ({"brands": [{"slug": "A b", "name": "x"}]}, [("/brands/0/slug", "slug_format")]),
    ({"brands": [{"slug": "default", "name": "x"}]}, [("/brands/0/slug", "taken")]),
    ({"brands": [{"slug": "a", "name": "x"}] * 2}, [("/brands", "twice")]),
    (
        {
            "brands": [
                {"slug": "tea", "name": "x", "hours": {"rule": "x"}, "widget": {"side": "top"}}
            ]
        },
        [("/brands/0/hours/rule", "not_a_choice"), ("/brands/0/widget/side", "not_a_choice")],
    ),
    ({"reports": [{"channel": "x"}]}, [("/reports/0/channel", "unknown_channel")]),
    ({"widget": {"side": "top"}}, [("/widget/side", "not_a_choice")]),
    ({"outcomes": {"outcomes": [{"key": "x"}]}}, [("/outcomes/outcomes/0/label", "required")]),
    ({"phrases": [{"title": "x"}]}, [("/phrases/0/text", "missing")]),
    ({"blocks": [{"kind": "phone", "text": "1"}]}, [("/blocks/0/text", "phone_format")]),
    ({"people": [{"email": "x", "role": "agent"}]}, [("/people/0/email", "email_format")]),
    ({"people": [{"email": "a@b.cn", "role": "boss"}]}, [("/people/0/role", "unknown_role")]),
    ({"rules": {"rules": [{"name": "x", "then": {}}]}}, [("/rules/rules/0/then", "required")]),
    ({"reminders": [{"steps": []}]}, [("/reminders/0/steps", "too_short")]),
    (
        {"reminders": [{"steps": [{"after_minutes": 5, "channel": "x"}]}]},
        [("/reminders/0/steps/0/channel", "unknown_channel")],
    ),
    ({"ruls": {}}, [("/ruls", "unknown_key")]),
]


@pytest.mark.parametrize(("document", "expected"), STRAY, ids=lambda each: str(each)[:48])
async def test_what_cannot_be_applied_is_named_at_its_place(
    org: Organization, document: Any, expected: list[tuple[str, str]]
) -> None:
    assert await faults(org, document) == expected


@pytest.mark.parametrize("name", parts.PARTS)
@pytest.mark.parametrize("wrong", [None, 1, "x", True, [1], {"x": 1}, [[]], [None]])
async def test_a_part_of_another_shape_is_a_fault_and_never_a_crash(
    org: Organization, name: str, wrong: Any
) -> None:
    pointers = [pointer for pointer, _ in await faults(org, {name: wrong})]
    assert pointers
    assert all(pointer.startswith(f"/{name}") for pointer in pointers)


async def test_faults_of_all_parts_come_at_once_and_nothing_is_changed(org: Organization) -> None:
    before = await parts.read(org)
    found = await faults(
        org, {"channels": [SALES], "hours": {"rule": "x"}, "blocks": [{"kind": "ip", "text": "x"}]}
    )
    assert [pointer for pointer, _ in found] == ["/hours/rule", "/blocks/0/text"]
    assert await parts.read(org) == before


async def test_where_channels_are_faulty_nothing_is_said_of_what_names_them(
    org: Organization,
) -> None:
    rule = {"name": "x", "then": {"channels": ["销售群"]}}
    document = {"channels": [{**SALES, "type": "pager"}], "rules": {"rules": [rule]}}
    assert await faults(org, document) == [("/channels/0/type", "unknown_type")]
