"""The outcomes of an organization, as a browser without scripts uses them."""

from __future__ import annotations

import httpx

from app.messages import outcomes
from app.people import agents, sessions
from app.tables import Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HERE = "/settings/outcomes"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def followed(client: httpx.AsyncClient, path: str, **form: str) -> str:
    answer = await client.post(f"{HERE}/{path}", data=form)
    assert answer.status_code == 303, Page(answer).words
    return Page(await client.get(answer.headers["location"].partition("#")[0])).words


async def test_a_team_names_its_outcomes_and_reasons_and_handles_messages_with_them(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left, other = await leave("一"), await leave("二")
    assert "已添加" in await followed(client, "outcomes/add", label="已上门")
    assert "名称已保存" in await followed(client, "outcomes/phone/rename", label="打过电话")
    assert "已停用" in await followed(client, "outcomes/email/hide", hidden="yes")
    await followed(client, "reasons/add", label="广告")
    found = await outcomes.read(org.id)
    visit, ad = found.offered[-1], found.offered_reasons[0]
    await client.post(f"{HERE}/outcomes/{visit}/up")
    assert (await outcomes.read(org.id)).offered[-2:] == [visit, "none"]

    page = Page(await client.get(f"/inbox/{left.uid}"))
    buttons = {each.get("value", "") for each in page.attributes("button")}
    assert {"phone", "wechat", visit, "none", f"none/{ad}"} <= buttons
    assert "email" not in buttons

    await client.post(f"/inbox/{left.uid}/handle", data={"outcome": f"none/{ad}"})
    page = Page(await client.get(f"/inbox/{left.uid}"))
    assert "无需处理 · 广告" in page.words
    assert "owner：无需处理 · 广告" in page.words
    await client.post("/inbox/bulk", data={"act": "handle", "outcome": visit, "m": other.uid})
    listed = Page(await client.get("/inbox?status=handled&outcome=none/" + ad))
    assert [each["data-row"] for each in listed.attributes("li") if "data-row" in each] == [
        left.uid
    ]
    assert "无需处理 · 广告" in listed.words
    assert "已上门" in Page(await client.get(f"/inbox/{other.uid}")).words


async def test_what_is_refused_is_said_at_its_field_and_kept(
    client: httpx.AsyncClient, org: Organization
) -> None:
    answer = await client.post(f"{HERE}/reasons/add", data={"label": " "})
    page = Page(answer)
    assert answer.status_code == 422
    assert page.attributes("input", id="new-reasons")[0]["aria-invalid"] == "true"
    long = "长" * 33
    answer = await client.post(f"{HERE}/outcomes/phone/rename", data={"label": long})
    assert Page(answer).attributes("input", id="outcomes-phone")[0]["value"] == long
    for key in ("phone", "email", "wechat"):
        await client.post(f"{HERE}/outcomes/{key}/hide", data={"hidden": "yes"})
    answer = await client.post(f"{HERE}/outcomes/none/hide", data={"hidden": "yes"})
    assert "至少要保留一个" in Page(answer).words
    assert (await outcomes.read(org.id)).offered == ["none"]
    assert (await client.post(f"{HERE}/others/add", data={"label": "x"})).status_code == 404
    assert (await client.post(f"{HERE}/outcomes/x/up")).status_code == 404


async def test_moving_answers_the_lists_alone(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{HERE}/outcomes/email/up", headers=HTMX)
    page = Page(answer)
    assert page.attributes("div", id="lines")
    assert "<html" not in answer.text
    assert "disabled" in page.attributes("button", id="up-outcomes-email")[0]


async def test_only_admins_change_them(client: httpx.AsyncClient, org: Organization) -> None:
    agent = await agents.create(
        org.id, email="li@shop.example", password="correct horse", role="agent", name="小李"
    )
    client.cookies.set("sid", await sessions.start(agent, address="", user_agent=""))
    assert (await client.get(HERE)).status_code == 403
