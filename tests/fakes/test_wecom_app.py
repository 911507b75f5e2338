from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.fakes.vendors import FakeVendors

CORP, SECRET = "ww0123456789abcdef", "s3cret"
TEXT = {"touser": "li", "msgtype": "text", "agentid": 1000002, "text": {"content": "新留言"}}
CARD = {"title": "新留言", "description": "内容", "url": "https://desk.example/1", "btntxt": "认领"}


@pytest.fixture
def app(fakes: FakeVendors) -> FakeVendors:
    known = {"users": ["li", "wang"], "parties": ["2"], "tags": []}
    fakes.add_bot("wecom_app", CORP, secret=SECRET, **known)
    return fakes


async def asked(client: httpx.AsyncClient, fakes: FakeVendors, **query: str) -> dict[str, Any]:
    given = {"corpid": CORP, "corpsecret": SECRET, **query}
    found: dict[str, Any] = (await client.get(f"{fakes.url}/cgi-bin/gettoken", params=given)).json()
    return found


async def call(
    client: httpx.AsyncClient, fakes: FakeVendors, body: Any, path: str = "send", token: str = ""
) -> dict[str, Any]:
    token = token or (await asked(client, fakes))["access_token"]
    where = f"{fakes.url}/cgi-bin/message/{path}?access_token={token}"
    response = await client.post(where, json=body)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


async def test_a_token_is_the_same_until_it_ends(
    app: FakeVendors, client: httpx.AsyncClient
) -> None:
    first = await asked(client, app)
    assert (first["errcode"], first["expires_in"]) == (0, 7200)
    assert (await asked(client, app))["access_token"] == first["access_token"]
    assert (await asked(client, app, corpid="ww1"))["errcode"] == 40013
    assert (await asked(client, app, corpsecret="x"))["errcode"] == 40001

    app.clock.advance(7201)
    assert (await call(client, app, TEXT, token=first["access_token"]))["errcode"] == 42001
    assert (await call(client, app, TEXT, token="other"))["errcode"] == 40014
    assert (await asked(client, app))["access_token"] != first["access_token"]


async def test_it_takes_what_the_page_describes(
    app: FakeVendors, client: httpx.AsyncClient
) -> None:
    taken = await call(client, app, {**TEXT, "touser": "LI|zhao", "toparty": "2", "totag": "9"})
    assert (taken["errcode"], taken["invaliduser"], taken["invalidtag"]) == (0, "zhao", "9")
    assert taken["msgid"]
    nobody = await call(client, app, {**TEXT, "touser": "zhao"})
    assert (nobody["errcode"], nobody["invaliduser"]) == (81013, "zhao")
    assert (await call(client, app, {**TEXT, "touser": "@all"}))["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agentid": 1}, 40056),
        ({"agentid": "1000002"}, 40056),
        ({"agentid": True}, 40056),
        ({"touser": ""}, 82001),
        ({"touser": ["li"]}, 40058),
        ({"msgtype": "html"}, 40008),
        ({"text": {"content": " "}}, 44004),
        ({"text": {"content": "字" * 683}}, 45002),
        ({"msgtype": "textcard"}, 44004),
        ({"msgtype": "textcard", "textcard": CARD}, 0),
        ({"msgtype": "textcard", "textcard": {**CARD, "url": ""}}, 40058),
        ({"msgtype": "textcard", "textcard": {**CARD, "btntxt": "查看并处理"}}, 45002),
        ({"msgtype": "textcard", "textcard": {**CARD, "description": "字" * 513}}, 45002),
    ],
)
async def test_it_is_as_strict_as_the_page(
    app: FakeVendors, client: httpx.AsyncClient, changes: dict[str, Any], code: int
) -> None:
    assert (await call(client, app, {**TEXT, **changes}))["errcode"] == code


async def test_an_address_that_is_not_trusted_is_named(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    fakes.add_bot("wecom_app", CORP, secret=SECRET, ip_allow=["203.0.113.9"])

    refused = await call(client, fakes, TEXT)

    assert refused["errcode"] == 60020
    assert "from ip: 127.0.0.1, more info at" in refused["errmsg"]


async def test_what_was_sent_can_be_recalled_once_and_within_a_day(
    app: FakeVendors, client: httpx.AsyncClient
) -> None:
    first, second = [(await call(client, app, TEXT))["msgid"] for _ in range(2)]

    assert (await call(client, app, {"msgid": first}, "recall"))["errcode"] == 0
    assert (await call(client, app, {"msgid": first}, "recall"))["errcode"] == 40058
    app.clock.advance(86_401)
    assert (await call(client, app, {"msgid": second}, "recall"))["errcode"] == 40058


async def test_one_who_gets_too_many_gets_no_more_and_nobody_says_so(
    app: FakeVendors, client: httpx.AsyncClient
) -> None:
    for _ in range(31):
        assert (await call(client, app, TEXT))["errcode"] == 0

    assert [user for user, _ in app.apps.office.dropped] == ["li"]


async def test_an_app_has_a_secret(fakes: FakeVendors) -> None:
    with pytest.raises(ValueError, match="has a secret"):
        fakes.add_bot("wecom_app", CORP)
