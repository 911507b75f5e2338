"""Who works with messages, and with what."""

from __future__ import annotations

from typing import Any

import pytest

from app.configuration import parts
from app.people import account_links, agents, members, tokens
from app.people.actor import OPERATOR
from app.tables import Agent, Organization
from tests.app.configuration.conftest import (
    applied,
    changes,
    faults,
    planned,
)


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


async def test_a_plan_names_the_tokens_that_end_with_their_makers(
    org: Organization, owner: Agent
) -> None:
    li = await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="admin"
    )
    await tokens.create(org.id, "CRM", ["all"], by="li", maker=li.id)
    await tokens.create(org.id, "CI", ["all"])
    document = {"people": [{"email": owner.email, "role": "owner"}]}
    for run in (planned, applied):
        done = await run(org, document)
        found = getattr(done, "plan", done).withdrawn
        assert [each.partition(" ")[0] for each in found] == ["CRM"]
    assert [each.partition(" ")[0] for each in await tokens.working(org.id)] == ["CI"]


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
