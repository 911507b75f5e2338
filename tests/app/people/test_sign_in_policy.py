"""What an organization asks of who signs in."""

from __future__ import annotations

import datetime as dt

import pytest

from app.errors import Invalid
from app.people import agents, audit, organizations, sign_in_policy
from app.people.sign_in_policy import SignInPolicy
from app.tables import Account, Agent, Organization

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
FORM = {"required": "admins", "grace_days": "3", "device_days": "0", "mail_reset": "yes"}


async def stored(org: Organization) -> SignInPolicy:
    return sign_in_policy.of(await organizations.by_id(org.id))


async def test_at_first_nothing_more_than_a_password_is_asked(org: Organization) -> None:
    policy = await stored(org)
    assert policy == SignInPolicy()
    assert not any(policy.demands(role) for role in ("owner", "admin", "agent", "viewer"))


async def test_what_is_chosen_is_kept_and_recorded_once(org: Organization) -> None:
    policy = await sign_in_policy.save(org.id, FORM, by="老板")
    assert await stored(org) == policy
    assert (policy.grace_days, policy.device_days, policy.passkeys) == (3, 0, False)
    assert await sign_in_policy.save(org.id, FORM, by="老板") == policy
    [line] = await audit.of(org.id, org.id)
    assert line.action == "sign_in.policy"
    assert line.detail == (
        "required: nobody > admins, grace_days: 7 > 3, passkeys: True > False, device_days: 30 > 0"
    )


@pytest.mark.parametrize(
    ("form", "pointers"),
    [
        ({"required": "gods"}, ["/required"]),
        ({"grace_days": "-1", "device_days": "366"}, ["/grace_days", "/device_days"]),
        ({"grace_days": "٣"}, ["/grace_days"]),
        ({"grace_days": ""}, ["/grace_days"]),
    ],
)
async def test_what_cannot_be_is_named(
    org: Organization, form: dict[str, str], pointers: list[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        await sign_in_policy.save(org.id, {**FORM, **form}, by="t")
    assert [each.pointer for each in caught.value.problems] == pointers
    assert await stored(org) == SignInPolicy()


def test_who_must_and_from_when() -> None:
    admins = SignInPolicy(required="admins", since=NOW, grace_days=3)
    everybody = SignInPolicy(required="everybody", since=NOW, grace_days=0)
    assert [admins.demands(role) for role in ("owner", "admin", "agent")] == [True, True, False]
    assert everybody.demands("viewer")
    assert admins.due(NOW - DAY) == NOW + 3 * DAY
    assert admins.due(NOW + DAY) == NOW + 4 * DAY


async def test_time_to_get_one_begins_when_it_is_asked_for(org: Organization) -> None:
    first = await sign_in_policy.save(org.id, FORM, by="t")
    again = await sign_in_policy.save(org.id, {**FORM, "grace_days": "9"}, by="t")
    assert first.since == again.since is not None
    wider = await sign_in_policy.save(org.id, {**FORM, "required": "everybody"}, by="t")
    assert wider.since is not None
    assert wider.since > first.since


async def test_who_belongs_to_several_is_asked_what_the_strictest_asks(
    org: Organization, other_org: Organization, owner: Agent
) -> None:
    [account] = await Account.objects()
    there = await agents.add(other_org.id, account, role="agent", name="")
    await sign_in_policy.save(other_org.id, {"device_days": "1"}, by="t")
    policy = await sign_in_policy.for_account(owner.account)
    assert (policy.device_days, policy.passkeys) == (1, False)
    await Agent.update({Agent.disabled_at: NOW}).where(Agent.id == there.id)
    policy = await sign_in_policy.for_account(owner.account)
    assert (policy.device_days, policy.passkeys) == (30, True)
