"""The last requests of each token."""

import uuid

from app.people import token_log, tokens
from app.tables import Organization, TokenRequest


async def made(org: Organization) -> uuid.UUID:
    public = (await tokens.create(org.id, "crm", ["submit"])).split("_")[1]
    return (await tokens.one(org.id, public)).id


async def test_what_was_noted_is_written_behind_and_read_newest_first(org: Organization) -> None:
    token = await made(org)
    token_log.note(token, "GET", "/api/v1/leavemsg/messages", 200, "203.0.113.7")
    token_log.note(token, "POST", "/api/v1/leavemsg/messages", 422, "::1")
    assert await token_log.of(token) == []
    await token_log.flush()
    found = await token_log.of(token)
    assert [(each.method, each.status, each.address) for each in found] == [
        ("POST", 422, "::1"),
        ("GET", 200, "203.0.113.7"),
    ]


async def test_only_the_last_are_kept_and_those_of_another_token_stay(org: Organization) -> None:
    token, other = await made(org), await made(org)
    token_log.note(other, "GET", "/x", 200, "::1")
    for status in range(token_log.KEPT + 5):
        token_log.note(token, "GET", "/x", status, "::1")
    await token_log.flush()
    for status in range(500, 503):
        token_log.note(token, "GET", "/x", status, "::1")
    await token_log.flush()
    found = await token_log.of(token)
    assert len(found) == token_log.KEPT
    assert [each.status for each in found][:4] == [502, 501, 500, token_log.KEPT + 4]
    assert len(await token_log.of(other)) == 1


async def test_a_flood_costs_no_more_rows_than_are_kept(org: Organization) -> None:
    token = await made(org)
    for _ in range(10_000):
        token_log.note(token, "POST", "/x", 201, "::1")
    await token_log.flush()
    assert await TokenRequest.count() == token_log.KEPT


async def test_the_log_is_written_by_itself(org: Organization) -> None:
    token = await made(org)
    token_log.note(token, "GET", "/x", 200, "::1")
    await token_log.close()
    assert len(await token_log.of(token)) == 1


async def test_a_token_that_is_gone_stops_nothing(org: Organization) -> None:
    token = await made(org)
    token_log.note(uuid.uuid4(), "GET", "/x", 200, "::1")
    await token_log.flush()
    token_log.note(token, "GET", "/x", 200, "::1")
    await token_log.flush()
    assert len(await token_log.of(token)) == 1
