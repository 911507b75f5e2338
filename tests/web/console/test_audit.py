"""The audit page: who did what, filtered, page by page, and as a file."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable

import httpx

from app.people import agents, audit, sessions
from app.people.audit import acting, chain, known
from app.people.audit.acts import AREAS
from app.tables import Agent, Organization
from tests.web.reading import Page as Answered

PAGE = "/settings/audit"
Web = Callable[..., httpx.AsyncClient]


async def words(client: httpx.AsyncClient, query: str = "") -> str:
    answer = await client.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return Answered(answer).words


async def test_who_did_what_to_which_thing_from_where_is_told_and_linked(
    client: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    colleague = await agents.create(
        org.id, email="wang@shop.example", password="correct horse 9", name="王敏", role="agent"
    )
    await client.post(f"/settings/members/{colleague.id}/role", data={"role": "viewer"})

    answer = await client.get(f"{PAGE}?lang=en")
    page = Answered(answer)
    assert "owner Changed a member's role 王敏" in page.words
    assert "127.0.0.0/24" in page.words
    assert f"/settings/members/{colleague.id}" in page.links()


async def test_programs_commands_and_the_system_are_called_what_they_are(
    client: httpx.AsyncClient, api: httpx.AsyncClient, org: Organization
) -> None:
    await api.put("/api/v1/leavemsg/rules", json={"rules": []})
    with acting("cli"):
        await audit.record(org.id, "leavemsg admin", "member.added")
    await audit.record(org.id, "test", "channel.on")

    found = await words(client, "?lang=en")
    assert "tests (token) Replaced all rules" in found
    assert "Command line Added a member" in found
    assert "Leavemsg itself Switched a channel on" in found


async def test_filters_stand_in_the_address_and_narrow_the_list(
    client: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    thing = uuid.uuid4()
    with acting("visitor"):
        known("agent", owner.id)
        await audit.record(org.id, "owner", "rule.added", thing)
    with acting("cli"):
        await audit.record(org.id, "command line", "channel.added", uuid.uuid4())

    rule, channel = "Added a rule", "Added a channel"
    for query, listed, not_listed in (
        ("area=rules", rule, channel),
        ("area=channels", channel, rule),
        (f"who={owner.id}", rule, channel),
        ("who=cli", channel, rule),
        (f"thing={thing}", rule, channel),
    ):
        found = await words(client, f"?lang=en&{query}")
        assert listed in found
        assert not_listed not in found
    assert "No entry fits" in await words(client, "?lang=en&until=2020-01-01")
    assert rule in await words(client, "?lang=en&since=2020-01-01&until=2999-01-01")


async def test_odd_filters_are_no_error(client: httpx.AsyncClient) -> None:
    for query in ("area=%00", "who=%27%3B--", "thing=<script>", "since=x&until=9999-99-99"):
        assert (await client.get(f"{PAGE}?{query}")).status_code == 200
    assert (await client.get(f"{PAGE}?cursor=x")).status_code in (404, 422)


async def test_hostile_names_are_text(client: httpx.AsyncClient, org: Organization) -> None:
    with acting("visitor"):
        known("agent", uuid.uuid4())
        await audit.record(org.id, "<script>alert(1)</script>", "rule.added", "</bdi>", "{{ 7*7 }}")

    page = (await client.get(f"{PAGE}?lang=en")).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page


async def test_many_entries_come_page_by_page_each_once(
    client: httpx.AsyncClient, org: Organization
) -> None:
    for number in range(123):
        await audit.record(org.id, "test", "channel.changed", detail=f"no-{number:03}")
    await audit.record(org.id, "test", "rule.added")

    seen: list[str] = []
    where = f"{PAGE}?lang=en&area=channels"
    while where:
        answer = await client.get(where, headers={"HX-Request": "true"})
        page = Answered(answer)
        seen += [word for word in page.words.split() if word.startswith("no-")]
        where = next((each for each in page.links() if "cursor=" in each), "")
    assert seen == [f"no-{number:03}" for number in reversed(range(123))]


async def test_what_is_listed_is_taken_as_lines_of_json_and_as_a_table(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await audit.record(org.id, "=cmd()", "rule.added", "x", "y")
    await audit.record(org.id, "test", "channel.added")
    await chain.step()

    answer = await client.post(f"{PAGE}/export?area=rules", data={"format": "jsonl"})
    (only,) = [json.loads(line) for line in answer.text.splitlines()]
    assert (only["act"], only["actor"]["name"], only["number"]) == ("rule.added", "=cmd()", 1)
    assert len(only["hash"]) == 32

    answer = await client.post(f"{PAGE}/export?area=rules&lang=en", data={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(each["Who"], each["What was done"]) for each in rows] == [("'=cmd()", "Added a rule")]
    assert "Exported the audit" in await words(client, "?lang=en&area=exports")
    assert (await client.post(f"{PAGE}/export", data={"format": "exe"})).status_code == 404


async def test_another_organization_sees_nothing_of_it(
    web: Web, org: Organization, other_org: Organization
) -> None:
    await audit.record(org.id, "陌生人", "rule.added", "secret-thing")
    stranger = await agents.create(
        other_org.id, email="them@other.example", password="correct horse 9"
    )
    raw = await sessions.start(stranger, address="127.0.0.1", user_agent="tests")
    client = web(cookies={"sid": raw})

    for query in ("", "?thing=secret-thing", "?area=rules"):
        answer = await client.get(f"{PAGE}{query}")
        assert "陌生人" not in answer.text
        assert not [each for each in Answered(answer).words.split() if each == "添加了规则"]


async def test_every_area_is_offered_in_words(client: httpx.AsyncClient) -> None:
    page = await client.get(f"{PAGE}?lang=zh-CN")
    for key in AREAS:
        assert f'<option value="{key}"' in page.text
