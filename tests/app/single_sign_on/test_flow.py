"""A sign-in at a real provider, and what is refused on the way back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from app.single_sign_on import flow, pending
from app.single_sign_on.faults import NotSignedIn
from tests.app.single_sign_on.conftest import Console, made
from tests.fakes.openid import OpenidProvider


async def refused(console: Console, back: str) -> tuple[str, str]:
    with pytest.raises(NotSignedIn) as caught:
        await console.finish(back)
    return caught.value.code, caught.value.why


async def test_who_signs_in_at_the_provider_is_known_by_it(
    openid: OpenidProvider, console: Console
) -> None:
    person = await console.finish(await openid.sign_in(await console.begin(), "lei"))

    assert (person.subject, person.email, person.verified, person.name) == (
        *("lei-1", "lei@shop.example", True, "韩梅梅"),
    )


async def test_the_address_binds_state_nonce_and_verifier_to_this_browser(
    openid: OpenidProvider, console: Console
) -> None:
    asked = dict(parse_qsl(urlsplit(await console.begin()).query))
    kept = pending.opened(console.kept)

    assert kept is not None
    assert (asked["state"], asked["nonce"]) == (kept.state, kept.nonce)
    assert asked["code_challenge_method"] == "S256"
    assert kept.verifier not in urlencode(asked)
    assert asked["redirect_uri"] == f"http://localhost:8080/login/with/{console.provider.uid}/back"


async def test_another_browser_cannot_end_what_this_one_began(
    openid: OpenidProvider, console: Console
) -> None:
    """Login CSRF: somebody sends a link that ends their own sign-in in your browser."""
    back = await openid.sign_in(await console.begin(), "lei")
    console.kept = ""
    assert await refused(console, back) == ("sign_in_over", "pending")
    console.kept = "gAAAAA" + "x" * 100
    assert await refused(console, back) == ("sign_in_over", "pending")

    await console.begin()
    assert await refused(console, back) == ("sign_in_over", "state")


async def test_a_sign_in_ends_once(openid: OpenidProvider, console: Console) -> None:
    """With the same cookie and address, and with a new cookie for the same code."""
    back = await openid.sign_in(await console.begin(), "lei")
    await console.finish(back)
    assert await refused(console, back) == ("sign_in_over", "used")

    code = dict(parse_qsl(urlsplit(back).query))["code"]
    state = dict(parse_qsl(urlsplit(await console.begin()).query))["state"]
    replayed = f"?{urlencode({'code': code, 'state': state})}"
    assert await refused(console, replayed) == ("sign_in_over", "invalid_grant")


async def test_a_code_of_another_sign_in_does_not_fit(
    openid: OpenidProvider, console: Console
) -> None:
    """Code injection: the provider asks for the verifier of the browser that began it."""
    stolen = dict(parse_qsl(urlsplit(await openid.sign_in(await console.begin(), "lei")).query))
    state = dict(parse_qsl(urlsplit(await console.begin()).query))["state"]

    injected = f"?{urlencode({'code': stolen['code'], 'state': state})}"
    assert await refused(console, injected) == ("sign_in_over", "invalid_grant")


async def test_an_answer_of_another_provider_is_not_taken(
    openid: OpenidProvider, console: Console
) -> None:
    """Mix-up: its code would go to this provider, or this one's to another."""
    openid.names_itself = True
    back = await openid.sign_in(await console.begin(), "lei")
    other = back.replace(urlencode({"iss": openid.url}), "iss=https%3A%2F%2Fevil.example")
    assert other != back
    assert await refused(console, other) == ("provider_wrong", "other_issuer")
    assert openid.codes, "no code was spent"

    back = await openid.sign_in(await console.begin(), "lei")
    nameless = back.replace(f"&{urlencode({'iss': openid.url})}", "")
    assert await refused(console, nameless) == ("provider_wrong", "other_issuer")

    assert await console.finish(await openid.sign_in(await console.begin(), "lei"))


async def test_what_is_kept_is_for_one_provider(openid: OpenidProvider, console: Console) -> None:
    back = await openid.sign_in(await console.begin(), "lei")
    console.provider = made("openid", issuer=openid.url, client_id="console")

    assert await refused(console, back) == ("sign_in_over", "provider")


async def test_who_goes_back_is_told_so(openid: OpenidProvider, console: Console) -> None:
    back = await openid.sign_in(await console.begin(), "")
    assert await refused(console, back) == ("sign_in_denied", "access_denied")

    state = dict(parse_qsl(urlsplit(await console.begin()).query))["state"]
    assert await refused(console, f"?state={state}") == ("sign_in_denied", "none")

    state = dict(parse_qsl(urlsplit(await console.begin()).query))["state"]
    hostile = urlencode({"state": state, "error": "<script>", "error_description": "call 110"})
    assert await refused(console, f"?{hostile}") == ("provider_misset", "?")


async def test_the_secret_and_the_redirect_address_are_checked_by_the_provider(
    openid: OpenidProvider, console: Console
) -> None:
    openid.client("console", "another", flow.redirect_uri(console.provider.uid))
    back = await openid.sign_in(await console.begin(), "lei")

    assert await refused(console, back) == ("provider_misset", "invalid_client")
