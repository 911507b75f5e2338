"""Every part of a configuration: read, written, and what of it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from app import channel_settings
from app.configuration import parts
from app.fields import versions
from app.people import account_links, agents, members
from app.people.actor import OPERATOR
from app.tables import Agent, Organization
from tests.app.configuration.conftest import (
    HOOK,
    OTHER,
    SALES,
    SECRETS,
    applied,
    changes,
    faults,
    planned,
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
        {"brands": [{"slug": "a", "name": "x", "hours": {"rule": "x"}, "widget": {"side": "top"}}]},
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
    }
    await applied(org, document)
    read = await parts.read(org, tuple(document))
    for channel in read["channels"]:
        del channel["uid"]
    assert [each["name"] for each in read["channels"]] == ["备用", "销售群"]
    assert read["channels"][0]["fallback_for"] == "销售群"
    assert {name: read[name] for name in ("rules", "reminders", "targets")} == {
        name: document[name] for name in ("rules", "reminders", "targets")
    }
    assert (await planned(org, document)).differences == []


async def test_a_channel_is_found_again_by_its_name_and_by_its_address(org: Organization) -> None:
    await applied(org, {"channels": [SALES, HOOK]})
    first = {each["name"]: each["uid"] for each in await parts.PARTS["channels"].read(org)}
    moved = {**HOOK, "webhook_url": "env:OTHER_HOOK"}
    await applied(org, {"channels": [{**SALES, "name": "新名字"}, moved]})
    second = {each["name"]: each["uid"] for each in await parts.PARTS["channels"].read(org)}
    assert second == {"新名字": first["销售群"], "程序": first["程序"]}


async def test_what_a_channel_does_not_say_is_as_at_first_but_its_secrets(
    org: Organization,
) -> None:
    loud = {**HOOK, "enabled": False, "priority": "high", "rate_limit_per_minute": 3}
    await applied(org, {"channels": [{**loud, "signing_secret": "whsec_" + "Q" * 32}]})
    plain = {key: HOOK[key] for key in ("name", "type", "webhook_url", "headers")}
    found = await planned(org, {"channels": [plain]})
    assert changes(found) == [
        ("removed", "channels 程序 enabled"),
        ("removed", "channels 程序 priority"),
        ("removed", "channels 程序 rate_limit_per_minute"),
    ]
    cleared = await planned(org, {"channels": [{**loud, "signing_secret": ""}]})
    assert changes(cleared) == [("removed", "channels 程序 signing_secret")]


async def test_a_draft_that_somebody_has_begun_is_not_lost(org: Organization) -> None:
    form = await parts.PARTS["form"].read(org)
    fewer = {**form, "fields": [each for each in form["fields"] if each["key"] != "name"]}
    await versions.edit(org.id, lambda now: now)
    assert await faults(org, {"form": fewer}) == [("/form", "draft")]
    assert (await planned(org, {"form": form})).differences == []
    await versions.discard(org.id, by="owner")
    await applied(org, {"form": fewer})
    assert (await versions.published_now(org.id)).field("name") is None


async def test_who_is_not_listed_is_disabled_and_who_is_new_is_invited(
    org: Organization, owner: Agent
) -> None:
    for name in ("li", "wang"):
        email = f"{name}@shop.example"
        await agents.create(org.id, email=email, password="correct horse 9", role="agent")
    boss = {"email": "Owner@shop.example", "role": "owner"}
    document = {
        "people": [
            boss,
            {"email": "wang@shop.example", "role": "viewer"},
            {"email": "zhao@shop.example", "role": "agent"},
        ]
    }
    done = await applied(org, document)
    (invitation,) = done.invitations
    email, link = invitation.split(" ")
    assert email == "zhao@shop.example"
    assert await account_links.invited(link.rpartition("/")[2]) is not None
    people = {each.email: each for each in await members.of(org.id)}
    assert people["li@shop.example"].disabled_at is not None
    assert people["wang@shop.example"].role == "viewer"
    assert (await applied(org, document)).invitations == []
    back = {"people": [boss, {"email": "li@shop.example", "role": "admin"}]}
    assert changes((await applied(org, back)).plan) == [
        ("removed", "people wang@shop.example"),
        ("removed", "people zhao@shop.example"),
        ("added", "people li@shop.example"),
    ]
    assert await account_links.invitations(org.id) == []


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([], [("/people", "owner")]),
        ([{"email": "owner@shop.example", "role": "admin"}], [("/people/0/role", "owner")]),
        (
            [
                {"email": "owner@shop.example", "role": "owner"},
                {"email": "li@shop.example", "role": "owner"},
            ],
            [("/people/1/role", "owner")],
        ),
        ([{"email": "owner@shop.example", "role": "owner"}] * 2, [("/people/1/email", "twice")]),
    ],
)
async def test_no_document_makes_or_unmakes_an_owner(
    org: Organization, owner: Agent, people: Any, expected: Any
) -> None:
    assert await faults(org, {"people": people}) == expected
    assert (await members.one(org.id, owner.id)).role == "owner"


async def test_an_open_invitation_without_an_address_stays(org: Organization, owner: Agent) -> None:
    await account_links.invite(org.id, role="agent", by=OPERATOR)
    await applied(org, {"people": [{"email": owner.email, "role": "owner"}]})
    assert len(await account_links.invitations(org.id)) == 1


async def test_phrases_of_the_team_and_the_block_list_are_all_that_is_listed(
    org: Organization,
) -> None:
    document = {
        "phrases": [{"title": "问候", "text": "您好，{{ name }}"}, {"title": "b", "text": "c"}],
        "blocks": [
            {"kind": "phone", "text": "138 0013 8000", "reason": "骚扰"},
            {"kind": "email", "text": "@spam.example"},
            {"kind": "words", "text": "over", "expires_at": "2020-01-01T00:00:00Z"},
        ],
    }
    await applied(org, document)
    assert [each["text"] for each in await parts.PARTS["blocks"].read(org)] == [
        "138 0013 8000",
        "@spam.example",
    ]
    assert (await planned(org, document)).differences == []
    fewer = {"phrases": document["phrases"][:1], "blocks": document["blocks"][1:2]}
    assert changes((await applied(org, fewer)).plan) == [
        ("removed", "phrases b"),
        ("removed", "blocks 138 0013 8000"),
    ]


async def test_no_reading_shows_a_secret(org: Organization) -> None:
    await applied(org, {"channels": [SALES, HOOK]})
    assert (await channel_settings.read(org.id))["notifications"]
    said = str(await parts.read(org))
    assert [secret for secret in SECRETS if secret in said] == []
    assert "application/json" in said


async def test_a_brand_is_made_changed_archived_and_brought_back(org: Organization) -> None:
    shoes = {
        "slug": "shoes",
        "name": "鞋店",
        "locale": "en",
        "hours": {"rule": "hours", "weekly": {"sun": [["10:00", "12:00"]]}},
        "widget": {"hosts": ["https://shoes.example"], "side": "left"},
    }
    await applied(org, {"brands": [shoes]})
    (read,) = await parts.PARTS["brands"].read(org)
    assert (read["slug"], read["name"], read["locale"]) == ("shoes", "鞋店", "en")
    assert read["hours"]["weekly"] == {"sun": [["10:00", "12:00"]]}
    assert read["widget"] == {"hosts": ["https://shoes.example"], "side": "left"}
    assert (await parts.PARTS["hours"].read(org))["rule"] == "agents"
    assert (await planned(org, {"brands": [shoes]})).differences == []
    assert changes((await applied(org, {"brands": []})).plan) == [("removed", "brands shoes")]
    await applied(org, {"brands": [{**shoes, "name": "鞋"}]})
    assert [each["name"] for each in await parts.PARTS["brands"].read(org)] == ["鞋"]


async def test_reports_are_all_that_is_listed(org: Organization) -> None:
    daily = {"channel": "销售群", "at": "08:30"}
    document = {"channels": [SALES], "reports": [daily, {**daily, "every": "week", "weekday": 4}]}
    await applied(org, document)
    assert (await planned(org, document)).differences == []
    await applied(org, {"reports": [daily]})
    assert await parts.PARTS["reports"].read(org) == [daily]
