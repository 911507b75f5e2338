"""The history of the settings: what was different, in words, and the way back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.channel_settings.limits import set_limits
from app.history import versions
from app.history.states import PARTS
from app.messages import outcomes
from app.people import agents, sessions
from app.rules import change as rules_change
from app.tables import Organization
from tests.web.reading import Page as Answered
from web.console.setting_pages import BEFORE

PAGE = "/settings/history"
Web = Callable[..., httpx.AsyncClient]


async def limits(org: Organization, per_minute: int, by: str = "王敏") -> None:
    await set_limits(
        org.id,
        rate_limit_per_minute=per_minute,
        rate_limit_total_per_minute=None,
        dedup_window_seconds=600,
        by=by,
    )


async def read(client: httpx.AsyncClient, address: str) -> Answered:
    answer = await client.get(address)
    assert answer.status_code == 200
    return Answered(answer)


async def test_who_changed_what_is_told_in_words(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await versions.begin(org.id)
    await client.post("/settings/widget", data={"side": "left", "name": "花店"})
    await rules_change.replace(
        org.id, {"rules": [{"name": "VIP", "then": {"priority": "high"}}]}, by="王敏"
    )

    said = (await read(client, f"{PAGE}/widget?lang=en")).words
    assert "owner Changed the website widget" in said or "owner Renamed a brand" in said
    assert "Side set to Left" in said
    assert "The history begins here" in said
    said = (await read(client, f"{PAGE}/rules?lang=zh-CN")).words
    assert "整体替换了规则" in said
    assert "规则 › VIP 新增：VIP" in said
    audit = (await read(client, "/settings/audit?lang=en&area=rules")).words
    assert "Rules › VIP new: VIP" in audit


@pytest.mark.parametrize("part", PARTS)
async def test_every_part_has_its_page(
    client: httpx.AsyncClient, org: Organization, part: str
) -> None:
    await versions.begin(org.id)
    assert "The history begins here" in (await read(client, f"{PAGE}/{part}?lang=en")).words


async def test_every_page_of_the_settings_leads_to_its_history(client: httpx.AsyncClient) -> None:
    for name, address in BEFORE.items():
        assert address in (await read(client, f"/settings/{name}")).links()
        await read(client, address)


def ticked(page: Answered) -> dict[str, Any]:
    """What the form sends with every box ticked that is ticked at first."""
    boxes = [each["value"] for each in page.attributes("input", name="thing") if "checked" in each]
    return {**page.values, "thing": boxes}


async def test_an_earlier_state_is_looked_at_and_restored(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await versions.begin(org.id)
    await limits(org, 20)
    await limits(org, 30)
    back = [each for each in (await read(client, f"{PAGE}/limits")).links() if each.count("/") == 4]

    page = await read(client, f"{back[0]}?lang=en")
    assert "Notices per channel 30 → 20" in page.words or "30 → 20" in page.words
    answer = await client.post(back[0], data=ticked(page))
    assert answer.headers["location"] == f"{PAGE}/limits?done=restored"
    page = await read(client, f"{PAGE}/limits?done=restored&lang=en")
    assert "30 → 20" in page.words
    assert "Restored." in page.words
    assert "Restored an earlier state" in (await read(client, "/settings/audit?lang=en")).words
    assert "There is nothing to do" in (await read(client, f"{back[0]}?lang=en")).words


async def test_two_browsers_the_second_sees_what_the_first_has_done(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await versions.begin(org.id)
    await limits(org, 20)
    (back,) = [
        each for each in (await read(client, f"{PAGE}/limits")).links() if each.count("/") == 4
    ]
    seen = ticked(await read(client, back))
    await limits(org, 50)

    answer = await client.post(back, data=seen, headers={"Accept-Language": "en"})
    page = Answered(answer)
    assert (answer.status_code, "Somebody has changed this" in page.words) == (409, True)
    assert "50 → 10" in page.words
    again = ticked(await read(client, back))
    assert (await client.post(back, data=again)).status_code == 303
    nothing = {name: said for name, said in again.items() if name != "thing"}
    assert (await client.post(back, data=nothing)).status_code == 409


async def test_what_can_no_longer_be_is_said_plainly(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await versions.begin(org.id)
    await outcomes.add(org.id, "outcomes", "已到店", by="王敏")
    agent = await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="agent"
    )
    rule = {"name": "VIP", "then": {"assignee": str(agent.id)}}
    await rules_change.replace(org.id, {"rules": [rule]}, by="王敏")
    await rules_change.replace(org.id, {"rules": []}, by="王敏")
    await client.post(f"/settings/members/{agent.id}/disable")

    back = [each for each in (await read(client, f"{PAGE}/rules")).links() if each.count("/") == 4]
    page = await read(client, f"{back[0]}?lang=en")
    assert "Not all of this state can be restored any more:" in page.words
    # Nothing is ticked, and who ticks what cannot be is told again.
    assert "thing" not in page.values
    [box] = page.attributes("input", name="thing")
    answer = await client.post(back[0], data={**page.values, "thing": box["value"]})
    assert answer.status_code == 422


async def test_hostile_words_are_text(client: httpx.AsyncClient, org: Organization) -> None:
    await versions.begin(org.id)
    await outcomes.add(org.id, "outcomes", "<script>alert(1)</script>", by="<b>x")
    page = (await client.get(f"{PAGE}/outcomes")).text
    assert "<script>alert" not in page
    assert "<b>x" not in page


async def test_another_organization_finds_nothing(
    web: Web, org: Organization, other_org: Organization
) -> None:
    await versions.begin(org.id)
    [mine] = await versions.listed(org.id, "limits", limit=1)
    stranger = await agents.create(
        other_org.id, email="them@other.example", password="correct horse 9"
    )
    raw = await sessions.start(stranger, address="127.0.0.1", user_agent="tests")
    client = web(cookies={"sid": raw})
    assert (await client.get(f"{PAGE}/limits/{mine.id}")).status_code == 404
    assert str(mine.id) not in (await client.get(f"{PAGE}/limits")).text


async def test_odd_addresses_are_not_found(client: httpx.AsyncClient) -> None:
    for rest in ("blocks", "x", f"limits/{uuid.uuid4()}", "limits/x"):
        assert (await client.get(f"{PAGE}/{rest}")).status_code == 404
    assert (await client.get(PAGE)).headers["location"] == f"{PAGE}/{PARTS[0]}"


async def test_many_states_come_page_by_page(client: httpx.AsyncClient, org: Organization) -> None:
    await versions.begin(org.id)
    for number in range(11, 40):
        await limits(org, number)
    where, seen = f"{PAGE}/limits?lang=en", ""
    while where:
        page = await read(client, where)
        seen += page.words
        where = next((each for each in page.links() if "cursor=" in each), "")
    for number in range(11, 39):
        assert f"{number} → {number + 1}" in seen
