"""Credentials of programs."""

import datetime as dt
from typing import Any

import pytest

from app import database
from app.errors import Invalid
from app.people import tokens
from app.tables import Organization, Token


async def make(org: Organization, *scopes: str, **options: Any) -> str:
    return await tokens.create(org.id, "crm", list(scopes or ("all",)), **options)


async def set_column(name: str, value: Any) -> None:
    await database.execute(f"UPDATE token SET {name} = ?", value)


async def test_a_token_finds_its_organization_and_scopes(org: Organization) -> None:
    made = await make(org, "messages:read", "submit")
    found = await tokens.find(made)
    assert found is not None
    assert (found.organization, found.name) == (org.id, "crm")
    assert found.scopes == {"messages:read", "submit"}
    assert (await tokens.org_of(found)).slug == "default"


async def test_all_stands_for_every_scope(org: Organization) -> None:
    found = await tokens.find(await make(org, "all"))
    assert found is not None
    assert found.scopes == set(tokens.SCOPES)


async def test_a_scope_named_a_hundred_times_is_one(org: Organization) -> None:
    found = await tokens.find(await make(org, *["messages:read"] * 100))
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
    assert await tokens.find(made) is None


async def test_a_revoked_token_opens_nothing_at_once(org: Organization) -> None:
    made = await make(org)
    assert await tokens.revoke(org.id, made.split("_")[1])
    assert await tokens.find(made) is None
    assert not await tokens.revoke(org.id, made.split("_")[1])


async def test_nobody_revokes_a_token_of_another_organization(
    org: Organization, other_org: Organization
) -> None:
    made = await make(org)
    assert not await tokens.revoke(other_org.id, made.split("_")[1])
    assert await tokens.find(made) is not None


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
    assert [text for text in wrong(made) if await tokens.find(text)] == []


async def test_the_last_use_is_known_to_a_minute(org: Organization) -> None:
    made = await make(org)
    await tokens.find(made)
    first = (await tokens.listed(org.id))[0].used_at
    await tokens.find(made)
    assert first is not None
    assert (await tokens.listed(org.id))[0].used_at == first


async def test_an_organization_sees_its_own_tokens_newest_first(
    org: Organization, other_org: Organization
) -> None:
    await tokens.create(org.id, "first", ["submit"])
    await tokens.create(org.id, "second\x00 \n", ["submit"])
    await tokens.create(other_org.id, "theirs", ["submit"])
    assert [row.name for row in await tokens.listed(org.id)] == ["second", "first"]
