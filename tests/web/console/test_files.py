"""What a member gets of a visitor's file."""

from __future__ import annotations

import httpx

from app.files import keep
from app.tables import Message, Organization, VisitorFile
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.app.messages.conftest import Leave, leave
from tests.web.reading import Page

__all__ = ["leave"]


async def test_what_is_infected_or_unseen_is_kept_away_and_said(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave()
    taken = await keep.keep(org.id, TERMS, [came("报价.jpg", picture())], ip="")
    uid = taken.kept[0].upload.uid
    f = VisitorFile
    assert (await client.get(f"/files/{uid}")).status_code == 404
    await f.update({f.message: left.uid, f.joined_at: org.created_at}, force=True)
    await Message.update({Message.files: 1}, force=True)
    for state, said in (("waiting", "还没有查毒"), ("infected", "有病毒")):
        await f.update({f.state: state}, force=True)
        page = Page(await client.get(f"/inbox/{left.uid}"))
        assert said in page.words
        assert "报价.jpg" in page.words
        assert f"/files/{uid}" not in page.html
        answer = await client.get(f"/files/{uid}")
        assert (answer.status_code, "病毒" in answer.text or "查毒" in answer.text) == (409, True)
        assert (await client.get(f"/files/{uid}/small")).status_code == 404
    await f.update({f.state: "kept"}, force=True)
    answer = await client.get(f"/files/{uid}")
    assert "%E6%8A%A5%E4%BB%B7.jpg" in answer.headers["content-disposition"]
