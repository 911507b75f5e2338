"""Forms of any site, as the published examples of such services have them, with only the address
changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from app.blocks import change as blocks
from app.blocks.shape import Block
from app.settings import Settings
from app.tables import Message, Organization
from app.widget import change
from tests.web.reading import Page

HERE = "/f/default"
SITE = "https://shop.example"
FROM_SITE = {"Origin": SITE, "Referer": f"{SITE}/contact/", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
async def listed(org: Organization) -> None:
    await change.restrict(org.id, [SITE, "https://www.shop.example"], by="tests")


async def the_only() -> Message:
    [found] = await Message.objects()
    return found


def fields(row: Message) -> dict[str, str]:
    return msgspec.json.decode(row.fields, type=dict[str, str])


FORMSPREE = {"email": "li@shop.example", "message": "Hello"}
BASIN = {"first-name": "Li", "last-name": "Wang", "email": "li@shop.example", "_gotcha": ""}
WEB3FORMS = {
    "access_key": "YOUR_ACCESS_KEY_HERE",
    "name": "Li",
    "email": "li@shop.example",
    "message": "Hello",
    "botcheck": "",
}


@pytest.mark.parametrize("example", [FORMSPREE, BASIN, WEB3FORMS])
@pytest.mark.parametrize("multipart", [False, True])
async def test_published_examples_work_with_the_address_changed(
    visitor: httpx.AsyncClient, listed: None, example: dict[str, str], multipart: bool
) -> None:
    body: dict[str, Any] = (
        {"files": {name: (None, text) for name, text in example.items()}}
        if multipart
        else {"data": example}
    )
    answer = await visitor.post(HERE, headers=FROM_SITE, **body)

    assert answer.status_code == 303
    shown = Page(await visitor.get(answer.headers["location"]))
    row = await the_only()
    assert row.reference in shown.words
    assert row.email == "li@shop.example"
    assert (row.page_url, row.status) == (f"{SITE}/contact/", "pending")
    assert fields(row) == {}


async def test_the_answer_by_script_is_as_the_examples_expect(
    visitor: httpx.AsyncClient, listed: None
) -> None:
    headers = {**FROM_SITE, "Accept": "application/json", "Accept-Language": "en"}
    for body in ({"json": WEB3FORMS}, {"data": FORMSPREE}):
        answer = await visitor.post(HERE, headers=headers, **body)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == SITE
        told = answer.json()
        assert (told["ok"], told["success"]) == (True, True)
        assert told["next"].startswith("http://localhost:8080/w/default/r/LM-")
    assert (await visitor.post(HERE, headers=headers, json=WEB3FORMS)).json()["ignored"] == [
        "access_key",
        "botcheck",
    ]
    faults = await visitor.post(HERE, headers=headers, json={"email": "x", "message": "Hi"})
    assert (faults.status_code, faults.json()["ok"]) == (422, False)
    assert [each["field"] for each in faults.json()["errors"]] == ["email"]


async def test_a_page_may_ask_before(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.options(HERE, headers={"Origin": SITE})
    assert answer.status_code == 204
    assert "Content-Type" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("wished", "leads"),
    [
        ("https://shop.example/thanks.html", "https://shop.example/thanks.html"),
        ("/thanks", "https://shop.example/thanks"),
        ("thanks", "https://shop.example/contact/thanks"),
        ("https://www.shop.example/danke", "https://www.shop.example/danke"),
        ("https://evil.example/", ""),
        ("//evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://shop.example@evil.example/", ""),
        ("http://[", ""),
    ],
)
async def test_afterwards_it_leads_to_a_page_of_the_site_and_to_no_other(
    visitor: httpx.AsyncClient, listed: None, wished: str, leads: str
) -> None:
    body = {**FORMSPREE, "_next": wished}
    answer = await visitor.post(HERE, headers=FROM_SITE, data=body)
    assert answer.status_code == 303
    target = answer.headers["location"]
    assert target == leads if leads else target.startswith("/w/default/r/")


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Origin": "https://other.example"}, "https://other.example"),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, "does not say which site"),
        ({"Referer": "https://other.example/x"}, "https://other.example"),
    ],
)
async def test_from_a_site_that_is_not_listed_it_is_kept_and_sent_by_a_press(
    visitor: httpx.AsyncClient, listed: None, headers: dict[str, str], says: str
) -> None:
    body = {**FORMSPREE, "预算": "5 万", "_cc": "x@evil.example"}
    asked = await visitor.post(HERE, headers={**headers, "Accept-Language": "en"}, data=body)
    assert asked.status_code == 403
    assert await Message.count() == 0
    page = Page(asked)
    assert says in page.words
    ours = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}
    for _ in range(2):
        again = await visitor.post(HERE, headers=ours, data=page.values)
        assert again.status_code == 303
    row = await the_only()
    assert (row.content, fields(row)) == ("Hello", {"预算": "5 万"})


async def test_a_program_names_no_site_and_passes(visitor: httpx.AsyncClient, listed: None) -> None:
    assert (await visitor.post(HERE, data=FORMSPREE)).status_code == 303


async def test_what_cannot_be_sent_comes_back_whole(
    visitor: httpx.AsyncClient, listed: None
) -> None:
    body = {"Tel": "ask my wife", "留言": "<b>你好</b>\n两行", "订单": "A-1"}
    answer = await visitor.post(HERE, headers=FROM_SITE, data=body)
    assert answer.status_code == 422
    page = Page(answer)
    assert "<b>" not in page.html.replace("&lt;b&gt;", "")
    assert {name: text for name, text in page.values.items() if name in body} == body
    ours = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}
    sent = await visitor.post(HERE, headers=ours, data={**page.values, "Tel": "13800138000"})
    assert sent.status_code == 303
    row = await the_only()
    assert (row.phone, fields(row)) == ("13800138000", {"订单": "A-1"})
    assert row.page_url == f"{SITE}/contact/"


async def test_files_are_refused_by_words_and_the_rest_is_kept(
    visitor: httpx.AsyncClient, listed: None
) -> None:
    headers = {**FROM_SITE, "Accept": "application/json", "Accept-Language": "en"}
    files = {"attachment": ("photo.png", b"x" * 200_000, "image/png")}
    answer = await visitor.post(HERE, headers=headers, data=FORMSPREE, files=files)
    assert answer.status_code == 200
    assert "photo.png" in answer.json()["warnings"][0]["message"]
    assert (await the_only()).content == "Hello"


async def test_the_same_judgement_as_in_the_form(
    visitor: httpx.AsyncClient, listed: None, org: Organization
) -> None:
    await visitor.post(HERE, headers=FROM_SITE, data={**FORMSPREE, "_gotcha": "x"})
    await visitor.post(
        HERE, headers=FROM_SITE, data={**FORMSPREE, "message": "http://a http://b http://c"}
    )
    await blocks.add(org.id, [Block(kind="words", text="casino")], by="tests")
    await visitor.post(HERE, headers=FROM_SITE, data={**FORMSPREE, "message": "casino"})
    await visitor.post(HERE, headers=FROM_SITE, data={**FORMSPREE, "message": "Good day"})
    await visitor.post(HERE, headers=FROM_SITE, data={**FORMSPREE, "message": "Good day"})
    rows = await Message.select(Message.spam_reason, Message.repeat_of).order_by(Message.id)
    assert [row["spam_reason"] for row in rows] == ["trap", "links", "blocked", "", ""]
    assert rows[4]["repeat_of"] is not None


async def test_the_limit_of_an_address_holds_and_keeps_the_text(
    visitor: httpx.AsyncClient, listed: None, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    await visitor.post(HERE, headers=FROM_SITE, data=FORMSPREE)
    answer = await visitor.post(HERE, headers=FROM_SITE, data={**FORMSPREE, "message": "again"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert Page(answer).values["message"] == "again"


async def test_the_same_key_is_the_same_message(visitor: httpx.AsyncClient, listed: None) -> None:
    headers = {**FROM_SITE, "Idempotency-Key": "one", "Accept": "application/json"}
    first = (await visitor.post(HERE, headers=headers, data=FORMSPREE)).json()
    again = (await visitor.post(HERE, headers=headers, data=FORMSPREE)).json()
    assert first["reference"] == again["reference"]
    await the_only()


async def test_it_is_of_its_own_organization(
    visitor: httpx.AsyncClient, listed: None, other_org: Organization
) -> None:
    answer = await visitor.post("/f/other", headers=FROM_SITE, data=FORMSPREE)
    assert answer.status_code == 403
    assert (await visitor.post("/f/nobody", headers=FROM_SITE, data=FORMSPREE)).status_code == 404
    assert await Message.count() == 0


async def test_who_opens_the_address_finds_the_form(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/default")


async def test_what_cannot_be_read_at_all_is_said_to_scripts(
    visitor: httpx.AsyncClient, listed: None
) -> None:
    json, form = "application/json", "multipart/form-data; boundary=x"
    for kind, body, code in (
        (json, b"{", "malformed_json"),
        (json, b"[" * 100, "too_deep"),
        (json, b'{"a":1,"a":2}', "duplicate_key"),
        (form, b"--x\r\n", "malformed"),
        (form, b"--y--\r\n", "malformed"),
        ("text/xml", b"<a/>", "unsupported_media_type"),
    ):
        headers = {**FROM_SITE, "Accept": json, "Content-Type": kind}
        answer = await visitor.post(HERE, content=body, headers=headers)
        assert 400 <= answer.status_code < 500
        assert answer.json()["errors"][0]["code"] == code
        assert answer.headers["access-control-allow-origin"] == SITE
        page = await visitor.post(HERE, content=body, headers={**headers, "Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
    assert not await Message.count()
