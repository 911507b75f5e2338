"""docs/any-form.md: its form works as it stands, and what it says of names is so."""

from __future__ import annotations

import httpx

from app.fields.elsewhere import KNOWN, NO_ANSWERS, plain
from app.tables import Message, Organization
from app.widget import change
from tests.documents import blocks, read, sections, table
from tests.web.reading import Page
from web.console import snippets

TEXT = read("docs/any-form.md")
BASE = "https://desk.example.com"


def test_the_form_is_the_one_of_the_settings() -> None:
    [found] = [each for each in snippets.all_of(BASE, "default", "en") if each.id == "form"]
    assert found.parts[1][1] in TEXT


async def test_the_form_works_as_it_stands(org: Organization, visitor: httpx.AsyncClient) -> None:
    await change.restrict(org.id, ["https://shop.example"], by="tests")
    page = Page(blocks(TEXT, "html")[0])
    sent = {**page.values, "name": "Li", "phone": "13800138000", "message": "Hello"}
    from_site = {"Origin": "https://shop.example", "Referer": "https://shop.example/x"}
    answer = await visitor.post("/f/default", data=sent, headers=from_site)
    assert answer.headers["location"] == "https://shop.example/thanks.html"
    row = await Message.objects().first()
    assert row is not None
    assert (row.content, row.name, row.phone) == ("Hello", "Li", "13800138000")


def test_the_names_it_lists_are_known() -> None:
    listed = [row[0] for row in table(sections(TEXT)["What becomes of a field"])][:6]
    for row in listed:
        for name in row.replace("…", "").partition(";")[0].split(","):
            said = name.strip(" `")
            assert plain(said) in KNOWN or said in {"_replyto", "contact", "联系方式"}, said
    for name in ("_cc", "ccemail", "webhook", "access_key", "from_name", "_format", "_language"):
        assert name in NO_ANSWERS
