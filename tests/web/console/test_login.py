"""Signing in and out, and the front door."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app.people import sessions
from app.tables import Agent, Organization, Session
from tests.web.reading import Page

OURS = {"Sec-Fetch-Site": "same-origin"}
RIGHT = {"email": "owner@shop.example", "password": "correct horse 9"}


async def test_it_works(visitor: httpx.AsyncClient, owner: Agent) -> None:
    page = Page(await visitor.get("/login?next=/inbox%3Fstatus%3Dall"))
    form = page.attributes("form")[0]
    answer = await visitor.post(form["action"], data=RIGHT, headers=OURS)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/inbox?status=all"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert (await visitor.get("/inbox")).status_code == 200


async def test_a_password_manager_knows_the_fields(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    page = Page(await visitor.get("/login"))

    assert page.attributes("input", name="email")[0]["autocomplete"] == "username"
    assert page.attributes("input", name="password")[0]["autocomplete"] == "current-password"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@shop.example"},
        {"password": "wrong horse 99"},
        {"email": "", "password": ""},
    ],
)
async def test_what_was_wrong_is_not_told(
    visitor: httpx.AsyncClient, owner: Agent, wrong: dict[str, str]
) -> None:
    answer = await visitor.post("/login", data={**RIGHT, **wrong}, headers=OURS)
    page = Page(answer)

    assert answer.status_code == 422
    assert "邮箱或密码不正确" in page.words
    assert page.values["password"] == ""
    assert "set-cookie" not in answer.headers


async def test_too_many_tries_must_wait(visitor: httpx.AsyncClient, owner: Agent) -> None:
    for _ in range(5):
        await visitor.post("/login", data={**RIGHT, "password": "wrong horse 99"}, headers=OURS)
    answer = await visitor.post("/login", data=RIGHT, headers=OURS)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    page = Page(answer)
    assert "密码错误次数过多。" in page.words
    [seconds] = [each["data-countdown"] for each in page.attributes("span") if len(each) > 2]
    assert seconds == answer.headers["retry-after"]


async def test_the_session_before_ends_at_sign_in(visitor: httpx.AsyncClient, owner: Agent) -> None:
    old = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    visitor.cookies.set("sid", old)
    answer = await visitor.post("/login", data=RIGHT, headers=OURS)

    assert await sessions.find(old) is None
    assert answer.cookies["sid"] != old
    assert await Session.count() == 1


async def test_another_site_cannot_sign_somebody_in(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    answer = await visitor.post("/login", data=RIGHT, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert await Session.count() == 0


async def test_signing_out_ends_the_session(client: httpx.AsyncClient) -> None:
    answer = await client.post("/logout")

    assert answer.headers["location"] == "/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert await Session.count() == 0


async def test_signing_out_is_not_a_link(client: httpx.AsyncClient) -> None:
    assert (await client.get("/logout")).status_code == 405
    assert await Session.count() == 1


async def test_the_front_door_leads_to_the_inbox(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["location"] == "/inbox"


async def test_before_the_first_account_the_front_door_says_how_to_make_it(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    assert (await visitor.get("/login")).headers["location"] == "/"
    page = Page(await visitor.get("/?lang=en"))

    assert page.language == "en"
    assert "set-up link" in page.words


async def test_both_languages(visitor: httpx.AsyncClient, owner: Agent) -> None:
    page = Page(await visitor.get("/login?next=/inbox&lang=en"))

    assert page.title.startswith("Sign in")
    [chinese] = page.attributes("a", lang="zh-CN")
    assert chinese["href"] == "/login?next=%2Finbox&lang=zh-CN"


async def wrong(visitor: httpx.AsyncClient, times: int = 5) -> None:
    for _ in range(times):
        await visitor.post("/login", data={**RIGHT, "password": "wrong horse 99"}, headers=OURS)


async def test_a_browser_that_is_known_is_not_kept_out_by_others(
    visitor: httpx.AsyncClient, web: Callable[..., httpx.AsyncClient], owner: Agent
) -> None:
    """Even from the same office."""
    await visitor.post("/login", data=RIGHT, headers=OURS)
    await visitor.post("/logout")
    visitor.cookies.delete("sid")
    await wrong(web(), 20)

    assert (await web().post("/login", data=RIGHT, headers=OURS)).status_code == 429
    assert (await visitor.post("/login", data=RIGHT, headers=OURS)).status_code == 303


async def test_the_mark_of_a_browser_is_its_own_and_says_nothing(
    visitor: httpx.AsyncClient, owner: Agent
) -> None:
    answer = await visitor.post("/login", data=RIGHT, headers=OURS)
    [mark] = [each for each in answer.headers.get_list("set-cookie") if "device=" in each]

    assert "HttpOnly" in mark
    assert "SameSite=lax" in mark
    assert owner.email.partition("@")[0] not in mark
    assert str(owner.id) not in mark


@pytest.mark.parametrize("mark", ["x", "a" * 43 + "." + "b" * 32, "é" * 20, "." * 99, "a" * 9000])
async def test_a_made_up_mark_is_none(visitor: httpx.AsyncClient, owner: Agent, mark: str) -> None:
    await wrong(visitor)
    headers = {**OURS, "Cookie": f"device={mark}".encode("latin-1")}
    assert (await visitor.post("/login", data=RIGHT, headers=headers)).status_code == 429


async def test_good_sign_ins_do_not_count_for_the_address(
    visitor: httpx.AsyncClient, web: Callable[..., httpx.AsyncClient], owner: Agent
) -> None:
    for _ in range(70):
        assert (await web().post("/login", data=RIGHT, headers=OURS)).status_code == 303
