"""Where a message comes from, by the operator's file: on the page, in the API and in exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from app import messages
from app.fields.check import Answers
from app.messages import Visit, export
from app.messages.export.wish import Wish
from app.messages.wanted import EVERYTHING
from app.tables import Organization
from tests import regions
from tests.web.reading import Page

API = "/api/v1/leavemsg"


async def test_the_province_is_said_where_the_file_knows_it(
    tmp_path: Path,
    configure: Callable[..., Any],
    client: httpx.AsyncClient,
    api: httpx.AsyncClient,
    org: Organization,
    answers: Answers,
) -> None:
    visit = Visit(ip="1.2.3.4")
    left = await messages.leave(org, answers, visit, submission_id="one")

    async def seen() -> tuple[bool, str, bool]:
        page = Page(await client.get(f"/inbox/{left.uid}"))
        program = (await api.get(f"{API}/messages/{left.uid}")).json()
        wish = Wish(format="csv", full=True, locale="zh-CN")
        taken = await export.take(org, EVERYTHING, wish, by="tests")
        text = b"".join([piece async for piece in taken.pieces]).decode()
        title = "归属地" in text.splitlines()[0]
        return "归属地 广东省 深圳市 电信" in page.words, program["location"]["province"], title

    assert await seen() == (False, "", False)
    path = regions.write(tmp_path / "4.xdb", {"1.2.3.0/24": "中国|广东省|深圳市|电信|CN"})
    configure(LEAVEMSG_IP2REGION=path)
    assert await seen() == (True, "广东省", True)
