"""Sign-ins."""

import datetime as dt
from typing import Any

import pytest

from app import database, secrets
from app.people import agents, sessions
from app.tables import Account, Agent, Organization, Session


async def start(agent: Agent) -> str:
    return await sessions.start(agent, address="192.0.2.1", user_agent="Mozilla/5.0")


async def ago(column: str, **passed: float) -> None:
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(**passed)
    await database.execute(f"UPDATE session SET {column} = ?", moment)


async def test_the_cookie_finds_who_signed_in_and_where(owner: Agent) -> None:
    found = await sessions.find(await start(owner))
    assert found is not None
    assert (found.agent.email, found.org.slug) == ("owner@shop.example", "default")


async def test_only_a_hash_of_the_cookie_is_kept(owner: Agent) -> None:
    raw = await start(owner)
    (row,) = await database.rows(dict, "SELECT * FROM session")
    assert raw not in [str(value) for value in row.values()]


async def test_every_sign_in_has_a_cookie_of_its_own(owner: Agent) -> None:
    first, second = await start(owner), await start(owner)
    assert first != second
    await sessions.end(first)
    assert await sessions.find(first) is None
    assert await sessions.find(second) is not None


async def test_an_id_that_we_did_not_make_is_nobody_and_leaves_nothing(owner: Agent) -> None:
    for made_up in ("", "x", "x" * 100, "x" * 60_000, "é", "\ud800", "\x00"):
        assert await sessions.find(made_up) is None
    assert await Session.count() == 0


async def test_after_twelve_idle_hours_it_is_over(owner: Agent) -> None:
    raw = await start(owner)
    await ago("seen_at", hours=11, minutes=59)
    assert await sessions.find(raw) is not None
    await ago("seen_at", hours=12)
    assert await sessions.find(raw) is None


async def test_after_a_week_it_is_over_whatever_happens(owner: Agent) -> None:
    raw = await start(owner)
    (row,) = await database.rows(dict, "SELECT * FROM session")
    assert (row["expires_at"] - row["created_at"]).days == 7
    await ago("expires_at")
    assert await sessions.find(raw) is None


async def test_being_seen_keeps_it_alive(owner: Agent) -> None:
    raw = await start(owner)
    await ago("seen_at", hours=11)
    await sessions.find(raw)
    (row,) = await database.rows(dict, "SELECT * FROM session")
    assert row["seen_at"] > dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)


async def test_it_is_not_written_at_every_request(owner: Agent) -> None:
    raw = await start(owner)
    (before,) = await database.rows(dict, "SELECT * FROM session")
    await sessions.find(raw)
    assert await database.rows(dict, "SELECT * FROM session") == [before]


async def test_a_disabled_agent_is_signed_out(owner: Agent) -> None:
    raw = await start(owner)
    await database.execute("UPDATE agent SET disabled_at = ?", dt.datetime.now(dt.UTC))
    assert await sessions.find(raw) is None


async def test_a_new_password_ends_every_sign_in(owner: Agent) -> None:
    cookies = [await start(owner) for _ in range(3)]
    await agents.set_password(owner.email, "another good one 1")
    assert [await sessions.find(raw) for raw in cookies] == [None] * 3


async def test_ending_all_ends_nobody_elses(owner: Agent) -> None:
    other = await agents.create(
        owner.organization, email="b@shop.example", password="correct horse 9"
    )
    mine, theirs = await start(owner), await start(other)
    await sessions.end_all(owner.account)
    assert await sessions.find(mine) is None
    assert await sessions.find(theirs) is not None


@pytest.mark.usefixtures("configure")
def test_a_token_against_forged_requests_is_bound_to_its_session() -> None:
    token = sessions.csrf("session one")
    assert sessions.csrf_ok("session one", token)
    wrong: list[Any] = ["", "x", token[:-1], token + "=", "é", "\ud800"]
    assert not any(sessions.csrf_ok("session one", text) for text in wrong)
    assert not sessions.csrf_ok("session two", token)
    assert not sessions.csrf_ok("", token)


async def test_what_a_browser_says_of_itself_is_cut_to_its_column(owner: Agent) -> None:
    await sessions.start(owner, address="x" * 100, user_agent="y" * 10_000)
    (row,) = await database.rows(dict, "SELECT * FROM session")
    assert (len(row["address"]), len(row["user_agent"])) == (64, 512)


async def test_those_that_go_on_are_told_from_those_that_are_over(owner: Agent) -> None:
    ended, idle, old, used = [await start(owner) for _ in range(4)]
    await sessions.end(ended)
    hours = dt.timedelta(hours=13)
    for raw, column in ((idle, "seen_at"), (old, "expires_at")):
        await database.execute(
            f"UPDATE session SET {column} = ? WHERE token_hash = ?",
            dt.datetime.now(dt.UTC) - hours,
            secrets.plain_hash(raw),
        )
    assert await sessions.still([ended, idle, old, used]) == {used: owner.id}
    assert await sessions.still([]) == {}
    await database.execute("UPDATE agent SET disabled_at = ?", dt.datetime.now(dt.UTC))
    assert await sessions.still([used]) == {}


async def test_the_living_ones_are_listed_the_last_used_first(owner: Agent) -> None:
    first = await start(owner)
    await ago("seen_at", hours=1)
    await start(owner)
    found = await sessions.of(owner.account)
    assert [each.address for each in found] == ["192.0.2.1"] * 2
    assert found[0].seen_at > found[1].seen_at
    await ago("seen_at", hours=13)
    assert await sessions.of(owner.account) == []
    assert await sessions.find(first) is None


async def test_when_somebody_was_last_seen_outlives_their_sign_in(owner: Agent) -> None:
    raw = await start(owner)
    await sessions.end(raw)
    (row,) = await database.rows(dict, "SELECT seen_at FROM agent")
    assert row["seen_at"] > dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    raw = await start(owner)
    await ago("seen_at", hours=2)
    await database.execute("UPDATE agent SET seen_at = NULL")
    await sessions.find(raw)
    (row,) = await database.rows(dict, "SELECT seen_at FROM agent")
    assert row["seen_at"] is not None


async def test_what_ends_in_one_organization_goes_on_in_another(
    owner: Agent, other_org: Organization
) -> None:
    account = await Account.objects().get(Account.id == owner.account)
    assert account
    there = await agents.add(other_org.id, account, role="viewer", name="")
    mine, theirs = await start(owner), await start(there)
    assert len(await sessions.of(owner.account)) == 2
    assert await sessions.open_for(there.id) == 1
    await sessions.end_for(owner.id)
    assert await sessions.find(mine) is None
    found = await sessions.find(theirs)
    assert found is not None
    assert (found.account.email, found.org.slug) == ("owner@shop.example", "other")


async def test_a_request_asks_three_times_who_it_is(
    owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session with its account, the agent, the organization."""
    raw, asked = await start(owner), []
    read = database.engine().run_querystring

    async def counted(*args: Any, **more: Any) -> Any:
        asked.append(args)
        return await read(*args, **more)

    monkeypatch.setattr(database.engine(), "run_querystring", counted)
    assert await sessions.find(raw) is not None
    assert len(asked) == 3
