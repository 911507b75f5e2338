"""Addresses of the console, and which organization they are of."""

from __future__ import annotations

import uuid

import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import homes, organizations
from app.tables import Agent, Organization
from tests.conftest import BASE_URL


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/inbox", "/inbox?org=a"),
        ("/inbox?status=spam", "/inbox?status=spam&org=a"),
        ("/account#mail", "/account?org=a#mail"),
        ("/inbox?q=a%23b#x", "/inbox?q=a%23b&org=a#x"),
    ],
)
def test_the_mark_is_a_part_of_the_query(address: str, expected: str) -> None:
    assert homes.marked(address, "org=a") == expected
    assert homes.marked(address, "") == address


async def test_a_list_says_of_which_organization_only_where_there_are_several(
    org: Organization,
) -> None:
    assert await homes.address(org.id, "/inbox") == f"{BASE_URL}/inbox"
    other = await organizations.create("other", "Other")
    assert await homes.address(other.id, "/inbox") == f"{BASE_URL}/inbox?org=other"


async def test_a_thing_is_of_the_organization_that_has_it(
    org: Organization, owner: Agent, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    for path, expected in (
        (f"/inbox/{left.uid}", org.id),
        (f"/inbox/{left.uid}/whole", org.id),
        (f"/settings/members/{owner.id}", org.id),
        (f"/settings/members/{left.uid}", None),
        (f"/inbox/{uuid.uuid4()}", None),
        ("/inbox/not-a-uuid", None),
        (f"/nowhere/{left.uid}", None),
        ("/settings/members", None),
    ):
        assert await homes.home_of(path) == expected, path
