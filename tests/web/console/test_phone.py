"""The code that opens a message on the phone."""

from __future__ import annotations

from xml.etree import ElementTree

import httpx

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from tests.conftest import BASE_URL
from tests.web.console.conftest import Leave
from tests.web.reading import Page
from web.console.phone import drawn


async def test_a_message_has_a_code_of_its_address_and_a_page_to_print(
    client: httpx.AsyncClient,
    org: Organization,
    other_org: Organization,
    answers: Answers,
    visit: Visit,
    leave: Leave,
) -> None:
    left = await leave("周六能送货吗？")
    here = f"/inbox/{left.uid}"
    page = Page(await client.get(here))
    assert page.attributes("img", src=f"{here}/code.svg", loading="lazy")
    code = await client.get(f"{here}/code.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text == drawn(f"{BASE_URL}{here}")
    assert code.text != drawn(f"{BASE_URL}/inbox")
    squares = ElementTree.fromstring(code.text)
    assert squares.get("viewBox")
    assert not [each for each in squares.iter() if each.get("style") or each.get("class")]
    paper = Page(await client.get(f"{here}/paper"))
    assert "周六能送货吗？" in paper.words
    assert f"{BASE_URL}{here}" in paper.words
    assert code.text in paper.html

    theirs = await messages.leave(other_org, answers, visit, submission_id="x")
    for part in ("code.svg", "paper"):
        assert (await client.get(f"/inbox/{theirs.uid}/{part}")).status_code == 404
