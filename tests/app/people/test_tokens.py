"""Credentials of programs."""

import asyncio
import datetime as dt
import importlib
from typing import Any

import pytest

from app import database
from app.errors import Conflict, Invalid, NotFound, Problem
from app.people import agents, audit, tokens
from app.people.token_shape import ALL, SCOPES, Bearer
from app.tables import Agent, Organization, Token

MIGRATIONS = "app.piccolo_migrations"


async def make(org: Organization, *scopes: str, **options: Any) -> str:
    return await tokens.create(org.id, "crm", list(scopes or ("all",)), **options)


async def find(shown: str) -> Bearer | None:
    """The token as a request would be admitted with it."""
    found = await tokens.recognised(shown)
    if found is None or found.ended:
        return None
    await tokens.used(found, "203.0.113.7")
    return found


async def set_column(name: str, value: Any) -> None:
    await database.execute(f"UPDATE token SET {name} = ?", value)


async def test_a_token_finds_its_organization_and_scopes(org: Organization) -> None:
    made = await make(org, "messages:read", "submit")
    found = await find(made)
    assert found is not None
    assert (found.organization, found.name) == (org.id, "crm")
    assert found.scopes == {"messages:read", "submit"}
    assert (await tokens.org_of(found)).slug == "default"


async def test_all_stands_for_every_scope_but_that_of_agents(org: Organization) -> None:
    found = await find(await make(org, "all"))
    assert found is not None
    assert found.scopes == {*SCOPES} - {"mcp"} == {*ALL}


async def test_a_scope_named_a_hundred_times_is_one(org: Organization) -> None:
    found = await find(await make(org, *["messages:read"] * 100))
    assert found is not None
    assert found.scopes == {"messages:read"}


async def test_the_database_holds_no_usable_token(org: Organization) -> None:
    made = await make(org)
    (row,) = await database.rows(dict, "SELECT * FROM token")
    kept = " ".join(str(value) for value in row.values())
    assert made not in kept
    assert made.split("_")[2] not in kept
    assert row["public_id"] in made


async def test_an_unknown_scope_is_refused(org: Organization) -> None:
    for unknown in ("", "all,submit", "root", "SUBMIT"):
        with pytest.raises(Invalid, match="/scopes: unknown_scope"):
            await make(org, unknown)


async def test_every_token_ends_within_a_year(org: Organization) -> None:
    for days in (0, -1, 366):
        with pytest.raises(Invalid, match="/days: out_of_range"):
            await make(org, days=days)


async def test_a_token_lives_for_ninety_days_unless_told_otherwise(org: Organization) -> None:
    await make(org)
    row = await Token.objects().first()
    assert row is not None
    assert row.expires_at is not None
    assert (row.expires_at - row.created_at).days in {89, 90}


async def test_an_expired_token_opens_nothing(org: Organization) -> None:
    made = await make(org)
    await set_column("expires_at", dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    assert await find(made) is None


async def test_a_revoked_token_opens_nothing_at_once(org: Organization) -> None:
    made = await make(org)
    assert await tokens.revoke(org.id, made.split("_")[1])
    assert await find(made) is None
    assert not await tokens.revoke(org.id, made.split("_")[1])


async def test_nobody_revokes_a_token_of_another_organization(
    org: Organization, other_org: Organization
) -> None:
    made = await make(org)
    assert not await tokens.revoke(other_org.id, made.split("_")[1])
    assert await find(made) is not None


def wrong(made: str) -> list[str]:
    prefix, public, secret = made.split("_")
    return [
        *("", "lm", "lm__", f"{prefix}_{public}", f"{prefix}_{public}_", secret),
        *(made[:-1], made + "x", made.upper(), f" {made}", f"{made}\n", made.replace("_", "-")),
        *(f"{prefix}_{public}_{secret[::-1]}", f"{prefix}_{'0' * 12}_{secret}", "é" * 60),
        *("\ud800", "\x00", f"lm_{public}_{'%' * 43}", "x" * 100_000),
    ]


async def test_anything_but_the_token_itself_opens_nothing(org: Organization) -> None:
    made = await make(org)
    assert [text for text in wrong(made) if await find(text)] == []
    await rotated(org, made)
    assert [text for text in wrong(made) if await find(text)] == []


async def test_the_last_use_is_known_to_a_minute(org: Organization) -> None:
    made = await make(org)
    await find(made)
    first = (await tokens.listed(org.id))[0].used_at
    await find(made)
    assert first is not None
    assert (await tokens.listed(org.id))[0].used_at == first


async def test_an_organization_sees_its_own_tokens_newest_first(
    org: Organization, other_org: Organization
) -> None:
    await tokens.create(org.id, "first", ["submit"])
    await tokens.create(org.id, "second\x00 \n", ["submit"])
    await tokens.create(other_org.id, "theirs", ["submit"])
    assert [row.name for row in await tokens.listed(org.id)] == ["second", "first"]


async def rotated(org: Organization, made: str, hours: float = 1) -> str:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    return await tokens.rotate(org.id, made.split("_")[1], until=until)


async def test_a_rotated_token_keeps_its_id_and_both_secrets_work(org: Organization) -> None:
    made = await make(org, "submit")
    first = await find(made)
    again = await rotated(org, made)
    old, new = await find(made), await find(again)
    assert first is not None
    assert old is not None
    assert new is not None
    assert first.id == old.id == new.id
    assert (old.by_old, new.by_old) == (True, False)
    assert new.scopes == {"submit"}
    row = await tokens.one(org.id, made.split("_")[1])
    assert (row.old_ends, row.ends) == (made[-4:], again[-4:])
    assert row.old_used_at is not None


async def test_the_secret_before_ends_at_its_hour_or_at_once(org: Organization) -> None:
    made = await make(org)
    again = await rotated(org, made, hours=-1)
    assert await find(made) is None
    last = await rotated(org, again)
    assert await find(again) is not None
    assert await tokens.end_old(org.id, made.split("_")[1])
    assert await find(again) is None
    assert not await tokens.end_old(org.id, made.split("_")[1])
    assert await find(last) is not None


async def test_a_secret_never_works_beyond_its_own_end(org: Organization) -> None:
    made = await make(org, days=1)
    await rotated(org, made, hours=100)
    row = await tokens.one(org.id, made.split("_")[1])
    assert row.old_until is not None
    assert row.expires_at is not None
    assert (row.old_until - row.created_at).days == 1
    assert (row.expires_at - row.created_at).days >= 89


async def test_two_rotations_at_once_leave_no_secret_behind_unseen(org: Organization) -> None:
    made = await make(org)
    done = await asyncio.gather(*[rotated(org, made) for _ in range(4)], return_exceptions=True)
    won = [each for each in done if isinstance(each, str)]
    assert len(won) == 1
    lost = [each for each in done if each not in won]
    assert [each.code for each in lost if isinstance(each, Conflict)] == ["rotated"] * 3
    assert await find(won[0]) is not None
    assert await find(made) is not None


async def test_a_rotation_and_a_revocation_at_once_never_leave_a_living_secret(
    org: Organization,
) -> None:
    made = await make(org)
    done = await asyncio.gather(
        rotated(org, made), tokens.revoke(org.id, made.split("_")[1]), return_exceptions=True
    )
    assert done[1] is True
    secrets = [made, *(each for each in done if isinstance(each, str))]
    assert [await find(each) for each in secrets] == [None] * len(secrets)
    with pytest.raises(NotFound):
        await rotated(org, made)


async def test_what_goes_on_while_its_token_is_revoked_leaves_no_secret_behind(
    org: Organization,
) -> None:
    taken, other = await make(org), await make(org)
    through = await find(taken)

    async def child() -> str:
        return await make(org, "submit", through=through)

    async def renewed() -> str:
        return await tokens.rotate(org.id, other.split("_")[1], through=through)

    made, new, _ = await asyncio.gather(
        child(), renewed(), tokens.revoke(org.id, taken.split("_")[1]), return_exceptions=True
    )
    for each in (made, new):
        assert isinstance(each, Conflict) or (isinstance(each, str) and await find(each) is None)
    for late in (child, renewed):
        with pytest.raises((Conflict, NotFound)):
            await late()


async def test_an_overlap_has_a_bound(org: Organization) -> None:
    made = await make(org)
    with pytest.raises(Invalid, match="/until: out_of_range"):
        await rotated(org, made, hours=24 * 30 + 1)
    with pytest.raises(Invalid, match="/days: out_of_range"):
        await tokens.rotate(org.id, made.split("_")[1], days=366)


async def test_nobody_rotates_or_sees_a_token_of_another_organization(
    org: Organization, other_org: Organization
) -> None:
    made = await make(org)
    for act in (rotated(other_org, made), tokens.one(other_org.id, made.split("_")[1])):
        with pytest.raises(NotFound):
            await act
    assert not await tokens.end_old(other_org.id, made.split("_")[1])
    assert await tokens.expiring(other_org.id, dt.timedelta(days=400)) == []


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.9.8.7/8,\n 2001:db8::1/32", "10.0.0.0/8 2001:db8::/32"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.0/104、127.0.0.1；127.0.0.1", "10.0.0.0/8 127.0.0.1"),
        ("  \n ", ""),
    ],
)
async def test_addresses_are_written_in_any_way(
    org: Organization, written: str, stored: str
) -> None:
    made = await make(org, networks=written)
    assert (await tokens.one(org.id, made.split("_")[1])).networks == stored


@pytest.mark.parametrize(
    "wrong", ["localhost", "10.0.0.0/33", "1.2.3", "１.2.3.4.5", "::/129", "*"]
)
async def test_what_is_no_address_is_named(org: Organization, wrong: str) -> None:
    with pytest.raises(Invalid, match="/networks: ip_format"):
        await make(org, networks=f"10.0.0.1 {wrong}")
    with pytest.raises(Invalid, match="/networks: too_many"):
        await make(org, networks=" ".join(f"10.0.0.{n}" for n in range(21)))


async def test_a_token_needs_a_name_and_a_scope(org: Organization) -> None:
    for name in ("", " \u200b\x00 ", "\n"):
        with pytest.raises(Invalid, match="/name: required"):
            await tokens.create(org.id, name, ["submit"])
    with pytest.raises(Invalid, match="/scopes: required"):
        await tokens.create(org.id, "crm", [])


async def test_there_are_never_more_than_can_be_looked_through(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LIVING_MAX", 2)
    first = await make(org)
    await make(org)
    with pytest.raises(Invalid, match="too_many"):
        await make(org)
    await tokens.revoke(org.id, first.split("_")[1])
    await make(org)


async def test_what_ends_soon_is_listed_and_what_is_over_is_not(org: Organization) -> None:
    soon = await make(org, days=3)
    await make(org, days=90)
    gone = await make(org, days=2)
    await tokens.revoke(org.id, gone.split("_")[1])
    found = await tokens.expiring(org.id, dt.timedelta(days=14))
    assert [each.public_id for each in found] == [soon.split("_")[1]]


async def test_who_made_or_changed_a_token_is_audited(org: Organization) -> None:
    made = await tokens.create(org.id, "crm", ["submit"], by="王")
    public = made.split("_")[1]
    await tokens.rotate(org.id, public, by="李")
    await tokens.end_old(org.id, public, by="李")
    await tokens.revoke(org.id, public, by="赵")
    story = [(each.action, each.actor) for each in await audit.of(org.id, public)]
    assert story == [
        ("token.created", "王"),
        ("token.rotated", "李"),
        ("token.old_ended", "李"),
        ("token.revoked", "赵"),
    ]


async def test_of_many_at_once_no_more_are_made_than_there_may_be(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LIVING_MAX", 2)
    done = await asyncio.gather(*(make(org) for _ in range(4)), return_exceptions=True)
    refused = [each for each in done if isinstance(each, Invalid)]
    assert [each.problems[0].code for each in refused] == ["too_many"] * 2
    assert len(await tokens.listed(org.id)) == 2


async def test_tokens_of_before_are_known_to_the_one_whom_their_maker_can_be(
    org: Organization, other_org: Organization
) -> None:
    named = {"password": "correct horse 9", "role": "admin"}
    lei, *_ = [
        await agents.create(home.id, email=f"{n}@shop.example", name=name, **named)
        for n, (home, name) in enumerate(
            [(org, "Lei"), (org, "Two"), (org, "Two"), (other_org, "Far")]
        )
    ]
    for by in ("Lei", lei.email, "Two", "Far", "Nobody", tokens.BY):
        await make(org, by=by)
    renewed = await make(org, by="Lei")
    await tokens.rotate(org.id, renewed.split("_")[1])
    filled = importlib.import_module(f"{MIGRATIONS}.app_2026_11_30_account_token_maker_filled")
    await database.execute(filled.FILL)
    found = await tokens.known_to(org.id, lei.id)
    assert {each.created_by for each in found} == {"Lei", lei.email}
    assert await Token.count().where(Token.maker.is_not_null()) == 2


async def test_everything_about_a_new_token_and_a_renewed_one_is_kept(
    org: Organization, owner: Agent
) -> None:
    before = dt.datetime.now(dt.UTC)
    through = await find(await make(org, days=300))
    assert through is not None
    first = await make(org, "submit", "audit:read", days=5, by="王", maker=owner.id)
    public = first.split("_")[1]
    made = await tokens.one(org.id, public)
    assert (made.secret_at, made.maker, made.through, made.created_by) == (
        *(made.created_at, owner.id, None, "王"),
    )
    assert (made.scopes, made.shown) == ("submit audit:read", f"lm_{public}_…{first[-4:]}")
    assert before <= made.created_at
    assert made.expires_at == made.created_at + dt.timedelta(days=5)
    second = await tokens.rotate(org.id, public, days=7, through=through)
    await find(first)
    again = await tokens.one(org.id, public)
    assert (again.old_shown, again.shown) == (
        *(f"lm_{public}_…{first[-4:]}", f"lm_{public}_…{second[-4:]}"),
    )
    assert (again.maker, again.old_maker, again.through, again.old_through) == (
        *(None, owner.id, through.id, None),
    )
    assert again.secret_at is not None
    assert again.secret_at > made.created_at
    assert again.old_until == again.secret_at + dt.timedelta(hours=24)
    assert again.expires_at == again.secret_at + dt.timedelta(days=7)
    assert (again.used_from, again.old_used_at) == ("203.0.113.7", again.used_at)
    with pytest.raises(Conflict) as caught:
        await tokens.rotate(org.id, public)
    assert (caught.value.code, str(caught.value)) == (
        *("rotated", "The secret before still works. End it first"),
    )
    await tokens.end_old(org.id, public)
    last = await tokens.rotate(org.id, public, through=await find(second))
    third = await tokens.one(org.id, public)
    assert (third.old_used_at, third.through, third.old_through) == (None, through.id, through.id)
    assert await find(last) is not None


async def test_each_problem_of_a_token_is_told_whole(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    ip = "{text} is no address like 203.0.113.7, and no network like 203.0.113.0/24"
    name = Problem("/name", "required", "Enter a name")
    scopes = Problem("/scopes", "required", "Choose at least one")
    days = Problem("/days", "out_of_range", "Use 1 to {limit} days", {"limit": "365"})
    wrong = "x" * 70
    for called, chosen, options, problems in (
        (
            "",
            [],
            {"days": 366, "networks": f"{wrong} y"},
            [scopes, days, Problem("/networks", "ip_format", ip, {"text": "x" * 64}), name],
        ),
        (
            "crm",
            ["a", "submit", "b"],
            {},
            [Problem("/scopes", "unknown_scope", "There is no scope {scope}", {"scope": "a"})],
        ),
        (
            "crm",
            ["submit"],
            {"networks": " ".join(f"10.0.0.{n}" for n in range(21))},
            [Problem("/networks", "too_many", "Use at most {limit} addresses", {"limit": "20"})],
        ),
    ):
        with pytest.raises(Invalid) as caught:
            await tokens.create(org.id, called, chosen, **options)
        assert caught.value.problems == problems
    twenty = " ".join(f"10.0.0.{n}" for n in range(20))
    made = await tokens.create(org.id, "字" * 70, ["submit"], days=365, networks=twenty)
    kept = await tokens.one(org.id, made.split("_")[1])
    assert (kept.name, kept.networks, kept.created_by) == ("字" * 64, twenty, "leavemsg token")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    with pytest.raises(Invalid) as caught:
        await tokens.rotate(org.id, kept.public_id, until=until)
    assert caught.value.problems == [
        Problem("/until", "out_of_range", "Use at most {limit} days", {"limit": "30"})
    ]
    monkeypatch.setattr(tokens, "LIVING_MAX", 1)
    with pytest.raises(Invalid) as caught:
        await make(org)
    assert caught.value.problems == [
        Problem("", "too_many", "There are {limit} tokens. Revoke some first", {"limit": "1"})
    ]


async def test_of_others_nothing_is_changed_by_what_is_done_to_one(
    org: Organization, other_org: Organization
) -> None:
    first, second = await make(org, days=1), await make(org, days=1)
    theirs = await make(other_org, days=1)
    one = first.split("_")[1]
    await tokens.rotate(org.id, one, by="李")
    assert [each.public_id for each in await tokens.expiring(org.id, dt.timedelta(days=2))] == [
        second.split("_")[1]
    ]
    assert sorted(await tokens.working(org.id)) == sorted(
        f"crm (lm_{each.split('_')[1]}_…{each[-4:]})"
        for each in (first, second, f"lm_{one}_{(await tokens.one(org.id, one)).ends}")
    )
    assert await tokens.end_old(org.id, one)
    assert await tokens.revoke(org.id, one)
    assert await find(second) is not None
    assert await find(theirs) is not None
    assert not await tokens.end_old(org.id, second.split("_")[1])
    for nobody in ("", "%", "\x00", "A" * 12, second):
        with pytest.raises(NotFound):
            await tokens.one(org.id, nobody)


async def test_who_is_disabled_or_comes_with_an_old_secret_is_told_apart(
    org: Organization, owner: Agent
) -> None:
    made = await make(org, maker=owner.id, networks="203.0.113.0/24", days=1)
    new = await tokens.rotate(org.id, made.split("_")[1])
    old, current = await tokens.recognised(made), await tokens.recognised(new)
    assert old is not None
    assert current is not None
    row = await tokens.one(org.id, made.split("_")[1])
    assert (old.expires_at, current.expires_at) == (row.old_until, row.expires_at)
    assert [await tokens.maker_of(each) for each in (old, current)] == [owner.id, None]
    assert [str(each) for each in current.networks] == ["203.0.113.0/24"]
    await tokens.used(old, "203.0.113.8")
    old, current = await tokens.recognised(made), await tokens.recognised(new)
    assert old is not None
    assert current is not None
    assert old.used_at is not None
    assert old.used_at == current.used_at
    await database.execute("UPDATE organization SET disabled_at = ?", dt.datetime.now(dt.UTC))
    for each in (made, new):
        found = await tokens.recognised(each)
        assert found is not None
        assert found.ended


async def test_the_last_use_is_written_again_after_a_minute(org: Organization) -> None:
    made = await make(org)
    now = dt.datetime.now(dt.UTC)
    for ago, again in ((55, False), (65, True)):
        last = now - dt.timedelta(seconds=ago)
        await set_column("used_at", last)
        await find(made)
        ((used,),) = [(each.used_at,) for each in await tokens.listed(org.id)]
        assert (used != last) is again, ago
