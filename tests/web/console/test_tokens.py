"""API tokens, as a browser without scripts uses them."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from app.people import token_log, tokens
from app.people.token_shape import SCOPES
from app.tables import Organization, Token
from tests.web.reading import Page
from web.console import token_words

HERE = "/settings/tokens"
Web = Callable[..., httpx.AsyncClient]
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}\u202eabc"


async def made(client: httpx.AsyncClient, **form: object) -> str:
    """The token that the page shows."""
    typed = {"name": "CRM", "scopes": ["messages:read"], "days": "90", **form}
    answer = await client.post(f"{HERE}/new", data=typed)
    assert answer.status_code == 200, answer.text
    return Page(answer).attributes("input", id="token")[0]["value"]


async def ends(name: str, value: dt.datetime) -> None:
    await Token.update({name: value}, force=True)


def test_every_scope_has_its_sentence() -> None:
    assert list(token_words.MAY) == list(SCOPES)


async def test_who_has_none_is_told_what_they_are_for(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    assert "还没有程序可以访问" in page.words
    new = Page(await client.get(f"{HERE}/new"))
    ticked = [each["value"] for each in new.attributes("input", name="scopes") if "checked" in each]
    assert ticked == ["messages:read", "messages:contacts", "config:read"]
    assert new.values["days"] == "90"
    assert "读取留言和通知" in new.words
    # Contacts are ticked, which an agent's token need not have.
    assert "除非确实需要，请取消勾选上面的手机号" in new.words


async def test_a_token_is_shown_once_with_a_command_that_works(
    client: httpx.AsyncClient, web: Web
) -> None:
    answer = await client.post(
        f"{HERE}/new", data={"name": "CRM", "scopes": ["submit"], "days": "30"}
    )
    page = Page(answer)
    token = page.attributes("input", id="token")[0]["value"]
    shown = re.search(r'<code id="curl">(.+?)</code>', answer.text)
    assert shown
    _, option, header, address = shlex.split(unescape(shown[1]))
    assert option == "-H"
    name, _, value = header.partition(": ")
    told = await web().get(address, headers={name: value})
    assert told.json()["scopes"] == ["submit"]
    assert told.json()["rotated"] is False
    for path in (HERE, f"{HERE}/{token.split('_')[1]}"):
        again = await client.get(path)
        assert token.split("_")[2] not in again.text
        assert f"…{token[-4:]}" in again.text
        assert "owner@shop.example" in again.text


async def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    client: httpx.AsyncClient,
) -> None:
    typed = {"name": " ", "days": "四百", "networks": "localhost"}
    answer = await client.post(f"{HERE}/new", data=typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert {"#name", "#scopes", "#days", "#networks"} <= set(page.links())
    assert (page.values["days"], page.values["networks"]) == ("四百", "localhost")
    assert not [each for each in page.attributes("input", name="scopes") if "checked" in each]


async def test_digits_of_any_width_are_days(client: httpx.AsyncClient, org: Organization) -> None:
    await made(client, days="３０")
    (row,) = await tokens.listed(org.id)
    assert row.expires_at is not None
    assert (row.expires_at - row.created_at).days == 30


async def test_a_hostile_name_is_only_text(client: httpx.AsyncClient) -> None:
    token = await made(client, name=HOSTILE)
    for path in (HERE, f"{HERE}/{token.split('_')[1]}", "/inbox"):
        shown = (await client.get(path)).text
        assert "<script>alert" not in shown
        assert "49" not in Page(shown).title


async def test_a_token_is_rotated_and_both_secrets_are_seen(
    client: httpx.AsyncClient, web: Web, org: Organization
) -> None:
    token = await made(client)
    here = f"{HERE}/{token.split('_')[1]}"
    values = Page(await client.get(here)).values
    answer = await client.post(f"{here}/rotate", data={**values, "until": ""})
    assert answer.status_code == 422
    assert "#until" in Page(answer).links()
    page = Page(await client.post(f"{here}/rotate", data=values))
    again = page.attributes("input", id="token")[0]["value"]
    assert "之前的密钥可以用到" in page.words
    for secret in (token, again):
        asked = web(headers={"authorization": f"Bearer {secret}"})
        assert (await asked.get("/api/v1/leavemsg/token")).json()["rotated"] is (secret == token)
    shown = Page(await client.get(here)).words
    assert f"…{token[-4:]}" in shown
    assert f"…{again[-4:]}" in shown
    assert "还有程序在用它" in shown
    assert (await client.post(f"{here}/rotate", data=values)).status_code == 409
    answer = await client.post(f"{here}/end-old")
    assert answer.headers["location"] == f"{here}?done=ended"
    old = web(headers={"authorization": f"Bearer {token}"})
    assert (await old.get("/api/v1/leavemsg/token")).status_code == 401


async def test_revoking_ends_it_at_once_and_twice_is_as_once(
    client: httpx.AsyncClient, web: Web
) -> None:
    token = await made(client)
    here = f"{HERE}/{token.split('_')[1]}"
    for _ in range(2):
        assert (await client.post(f"{here}/revoke")).status_code == 303
    asked = web(headers={"authorization": f"Bearer {token}"})
    assert (await asked.get("/api/v1/leavemsg/token")).status_code == 401
    page = Page(await client.get(here))
    assert "已撤销" in page.words
    assert not [each for each in page.attributes("form") if each.get("action", "").startswith(here)]
    assert (
        await client.post(f"{here}/rotate", data={"until": "2030-01-01T00:00"})
    ).status_code in {
        404,
        422,
    }


async def test_the_last_requests_are_listed_also_refused_ones(
    client: httpx.AsyncClient, web: Web
) -> None:
    token = await made(client, networks="203.0.113.0/24")
    asked = web(headers={"authorization": f"Bearer {token}"})
    await asked.get("/api/v1/leavemsg/query/org?q=secret-words")
    await token_log.flush()
    page = Page(await client.get(f"{HERE}/{token.split('_')[1]}"))
    assert "GET /api/v1/leavemsg/query/org" in page.words
    assert "403" in page.words
    assert "127.0.0.1" in page.words
    assert "secret-words" not in page.html


async def test_what_expires_soon_is_said_on_every_page_to_admins(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await made(client, name="仓库")
    assert "仓库" not in (await client.get("/inbox")).text
    await ends("expires_at", dt.datetime.now(dt.UTC) + dt.timedelta(days=13))
    assert "最早的是「仓库」" in Page(await client.get("/inbox")).words
    assert "最早的是" not in Page(await client.get("/inbox?lang=en")).words
    await made(client, name="second", days="3")
    assert f"{HERE}" in Page(await client.get("/inbox")).links()
    await ends("expires_at", dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    assert "仓库" not in (await client.get("/inbox")).text


@pytest.mark.parametrize("path", ["/nobody", "/%00", "/lm_x"])
async def test_what_is_none_of_ours_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(HERE + path)).status_code in {400, 404}
