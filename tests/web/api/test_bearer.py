"""Tokens of programs: what a header must look like, and what a token is good for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx
import pytest

from app.people import token_log, tokens
from app.tables import Organization, Token
from web.api import bearer

CONFIG = "/api/v1/leavemsg/config"
Web = Callable[..., httpx.AsyncClient]

MALFORMED = (
    *("", " ", "Bearer", "Bearer ", "Bearer  {}", "Bearer {} ", " Bearer {}", "Bearer\t{}"),
    *("Basic {}", "Token {}", "bearer{}", "Bearer{}", "{}", "Bearer: {}", "Bearer={}", "Bearer,{}"),
    *("Bearer {},", "Bearer {}, Bearer {}", "Bearer {} {}", 'Bearer "{}"', "Bearer '{}'"),
    *("Bearer {};", "Bearer {}\x7f", "Bearer {}=x", "Bearer é", "Bearer {}x", "Bearer x{}"),
    *("Bearer lm_", "Bearer lm__", "Bearer " + "a" * 9000, "Bearer ../../etc/passwd"),
    *("Bearer null", "Bearer undefined", "Bearer %s", "Bearer \u2028", "Ｂearer {}"),
)


async def test_a_header_that_is_not_exactly_right_is_no_token(
    visitor: httpx.AsyncClient, token: str
) -> None:
    for form in MALFORMED:
        value = form.replace("{}", token).encode("utf-8")
        answer = await visitor.get(CONFIG, headers={b"authorization": value})

        assert answer.status_code == 401, form
        assert answer.headers["www-authenticate"].startswith('Bearer realm="leavemsg"')


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(scheme: str) -> None:
    assert bearer.HEADER.fullmatch(f"{scheme} lm_abc_def")


async def test_two_headers_are_not_one(visitor: httpx.AsyncClient, token: str) -> None:
    twice = [("Authorization", f"Bearer {token}")] * 2

    assert (await visitor.get(CONFIG, headers=twice)).status_code == 401


async def test_a_token_in_the_address_or_a_cookie_is_not_seen(web: Web, token: str) -> None:
    client = web(cookies={"Authorization": token, "sid": token})

    assert (await client.get(f"{CONFIG}?access_token={token}")).status_code == 401


async def test_a_session_of_the_console_is_nothing_here(client: httpx.AsyncClient) -> None:
    assert (await client.get(CONFIG)).status_code == 401


async def test_a_wrong_token_is_told_apart_from_none(
    visitor: httpx.AsyncClient, token: str
) -> None:
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")

    none = await visitor.get(CONFIG)
    bad = await visitor.get(CONFIG, headers={"authorization": f"Bearer {wrong}"})

    assert (none.json()["code"], bad.json()["code"]) == ("token_required", "token_invalid")
    assert bad.headers["www-authenticate"].endswith('error="invalid_token"')


async def test_an_expired_token_is_none(web: Web, token: str) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    await Token.update({Token.expires_at: past}, force=True)

    client = web(headers={"authorization": f"Bearer {token}"})

    assert (await client.get(CONFIG)).status_code == 401


async def test_a_missing_scope_is_named(web: Web, org: Organization) -> None:
    token = await tokens.create(org.id, "reader", ["messages:read"])

    answer = await web(headers={"authorization": f"Bearer {token}"}).get(CONFIG)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert "config:read" in answer.json()["detail"]
    assert 'scope="config:read"' in answer.headers["www-authenticate"]


async def test_who_calls_is_asked_before_what_is_sent(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(CONFIG, content=b"{", headers={"content-type": "text/plain"})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/" + CONFIG, CONFIG + "/", CONFIG.replace("/v1", "//v1"), "/w/.." + CONFIG, "/." + CONFIG],
)
async def test_no_spelling_of_an_address_gets_past_the_token(
    visitor: httpx.AsyncClient, path: str
) -> None:
    url = httpx.URL("http://localhost:8080", raw_path=path.encode())

    assert (await visitor.get(url)).status_code in {401, 404}


async def logged(token: str) -> list[tuple[str, str, int, str]]:
    await token_log.flush()
    row = await Token.objects().where(Token.public_id == token.split("_")[1]).first()
    assert row is not None
    found = await token_log.of(row.id)
    return [(each.method, each.route, each.status, each.address) for each in found]


async def test_a_request_is_logged_without_its_query(api: httpx.AsyncClient, token: str) -> None:
    await api.get("/api/v1/leavemsg/query/org?q=13800138000&limit=1")
    await api.get("/api/v1/leavemsg/messages/01a20416-0000-7000-8000-000000000000")
    assert await logged(token) == [
        ("GET", "/api/v1/leavemsg/messages/{uid}", 404, "127.0.0.1"),
        ("GET", "/api/v1/leavemsg/query/org", 200, "127.0.0.1"),
    ]


async def test_an_address_that_is_not_allowed_is_told_and_logged(
    web: Web, org: Organization
) -> None:
    token = await tokens.create(org.id, "crm", ["all"], networks="203.0.113.0/24")
    answer = await web(headers={"authorization": f"Bearer {token}"}).get(CONFIG)
    assert (answer.status_code, answer.json()["code"]) == (403, "address_not_allowed")
    assert "127.0.0.1" in answer.json()["detail"]
    assert await logged(token) == [("GET", CONFIG, 403, "127.0.0.1")]
    row = await tokens.one(org.id, token.split("_")[1])
    assert row.used_at is None


@pytest.mark.parametrize("sent", ["203.0.113.7", "::ffff:203.0.113.7", "9.9.9.9, 203.0.113.7"])
async def test_behind_a_proxy_the_address_is_the_one_that_it_saw(
    web: Web, org: Organization, configure: Callable[..., object], sent: str
) -> None:
    configure(LEAVEMSG_TRUSTED_PROXIES="127.0.0.1/32")
    token = await tokens.create(org.id, "crm", ["all"], networks="203.0.113.7")
    headers = {"authorization": f"Bearer {token}", "x-forwarded-for": sent}
    assert (await web(headers=headers).get(CONFIG)).status_code == 200
    assert (await tokens.one(org.id, token.split("_")[1])).used_from == "203.0.113.7"
    headers["x-forwarded-for"] = "203.0.113.7, 9.9.9.9"
    assert (await web(headers=headers).get(CONFIG)).status_code == 403


async def test_nobody_makes_up_an_address_without_a_trusted_proxy(
    web: Web, org: Organization
) -> None:
    token = await tokens.create(org.id, "crm", ["all"], networks="203.0.113.7")
    headers = {"authorization": f"Bearer {token}", "x-forwarded-for": "203.0.113.7"}
    assert (await web(headers=headers).get(CONFIG)).status_code == 403


async def test_who_still_uses_a_revoked_token_is_seen_and_who_guesses_is_not(
    web: Web, org: Organization, token: str
) -> None:
    await tokens.revoke(org.id, token.split("_")[1])
    for shown in (token, token[:-1] + ("A" if token[-1] != "A" else "B")):
        answer = await web(headers={"authorization": f"Bearer {shown}"}).get(CONFIG)
        assert answer.status_code == 401
    assert [status for _, _, status, _ in await logged(token)] == [401]
