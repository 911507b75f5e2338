"""Saved views, as a browser without scripts uses them."""

from __future__ import annotations

import httpx

from app.messages import views
from app.messages.filter import Filter
from app.messages.owned import Who
from app.people import agents, sessions
from app.tables import Agent, Organization, SavedView
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HERE = "/inbox/views"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
GONE = "00000000-0000-7000-8000-000000000000"


async def test_a_filter_is_saved_shown_changed_and_deleted(
    client: httpx.AsyncClient, org: Organization, owner: Agent, leave: Leave
) -> None:
    await leave("多少钱？")
    page = Page(await client.get("/inbox?when=today&tag=价格"))
    assert "今天" in page.words
    [save] = [each for each in page.links() if each.startswith(HERE)]
    page = Page(await client.get(save))
    assert "待处理 今天 价格（没有留言使用此标签）" in page.words
    typed = {**page.values, "name": "今天未处理", "shared": "yes"}
    answer = await client.post(save, data=typed)
    page = Page(await client.get(answer.headers["location"]))
    assert "视图已保存。" in page.words
    [link] = page.attributes("a", href=save.replace(HERE, "/inbox"), **{"aria-current": "page"})[:1]
    assert link["href"] == "/inbox?when=today&tag=%E4%BB%B7%E6%A0%BC"

    found = Page(await client.get("/commands?q=今天")).html
    assert 'data-href="/inbox?when=today&amp;tag=%E4%BB%B7%E6%A0%BC"' in found
    [view] = await views.of(org.id, owner.id)
    changed = f"{HERE}/{view.uid}"
    sent = {"csrf_token": page.csrf}
    await client.post(f"{changed}/filter?status=mine", data=sent)
    await client.post(changed, data={**sent, "name": "我的", "whose": "said"})
    [view] = await views.of(org.id, owner.id)
    assert (view.name, view.chosen, view.shared) == ("我的", Filter(status="mine"), False)
    refused = await client.post(changed, data={**sent, "name": ""})
    assert (refused.status_code, "填写名称" in Page(refused).words) == (422, True)

    for _ in range(2):
        answer = await client.post(f"{changed}/remove", data=sent)
        assert answer.status_code == 303
    assert "还没有保存的视图" in Page(await client.get(HERE)).words


async def test_what_a_view_names_and_is_gone_is_said(
    client: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    li = await agents.create(org.id, email="li@shop.example", password="correct horse 9", name="Li")
    await Agent.update({Agent.role: "viewer"}).where(Agent.id == li.id)
    for query in (f"assignee={li.id}", f"assignee={GONE}", "mood=angry&status=nowhere"):
        row = {SavedView.organization: org.id, SavedView.name: "v", SavedView.query: query}
        await SavedView.insert(SavedView({**row, SavedView.agent: owner.id}))
    page = Page(await client.get(HERE))
    for text in ("Li（已停用）", "已不存在的成员", "以下条件已无法识别：mood, status"):
        assert text in page.words
    assert (await client.get("/inbox")).status_code == 200


async def test_who_may_not_change_a_view_sees_no_buttons_of_it(
    client: httpx.AsyncClient, org: Organization, owner: Agent
) -> None:
    boss = Who(agent=owner.id, is_admin=True, by="Boss")
    first = await views.add(org.id, "one", Filter(), shared=True, who=boss)
    await views.add(org.id, "two", Filter(), shared=True, who=boss)
    page = Page(await client.get(HERE))
    moved = await client.post(f"{HERE}/{first}/down", data={"csrf_token": page.csrf}, headers=HTMX)
    assert [each.name for each in await views.of(org.id, owner.id)] == ["two", "one"]
    assert "<html" not in moved.text
    li = await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="agent"
    )
    raw = await sessions.start(li, address="127.0.0.1", user_agent="x")
    client.cookies.set("sid", raw)
    client.headers["X-CSRF-Token"] = sessions.csrf(raw)
    page = Page(await client.get(HERE))
    assert "two" in page.words
    assert "删除" not in page.words
    refused = await client.post(f"{HERE}/{first}/remove", data={"csrf_token": page.csrf})
    assert len(await views.of(org.id, None)) == 2
    assert refused.status_code == 303


async def test_beside_an_open_message_views_stand_above_the_list_alone(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave()
    await client.post("/inbox/views?category=退货", data={"name": "退货"})
    address = Filter(category="退货").query()
    for page, times in (("/inbox", 2), (f"/inbox/{left.uid}", 1)):
        links = Page(await client.get(page)).links()
        assert links.count(f"/inbox{address}") == times
