"""Tokens that say something else than they should."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from app.single_sign_on import metadata
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.shape import Person
from tests.app.single_sign_on.conftest import Console
from tests.fakes.openid import OpenidProvider


async def enter(openid: OpenidProvider, console: Console) -> Person:
    return await console.finish(await openid.sign_in(await console.begin(), "lei"))


async def why(openid: OpenidProvider, console: Console) -> str:
    with pytest.raises(NotSignedIn) as caught:
        await enter(openid, console)
    assert caught.value.code == "provider_wrong"
    return caught.value.why


def parts(token: str) -> list[Any]:
    return [
        json.loads(base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)))
        for each in token.split(".")[:2]
    ]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://evil.example"),
        ("aud", "another-client"),
        ("aud", ["another-client"]),
        ("azp", "another-client"),
        ("nonce", "of another sign-in"),
        ("exp", 1_000_000_000),
        ("nbf", 4_000_000_000),
        ("at_hash", "of another token"),
        ("sub", ""),
        ("sub", 7),
    ],
)
async def test_each_claim_must_be_right(
    openid: OpenidProvider, console: Console, claim: str, value: object
) -> None:
    openid.twist = {claim: value}
    assert (await why(openid, console)) in {f"token_{claim}", "token_aud", "token_azp"}


async def test_a_token_for_several_must_say_that_it_was_given_to_us(
    openid: OpenidProvider, console: Console
) -> None:
    openid.twist = {"aud": ["console", "another-client"]}
    assert await why(openid, console) == "token_azp"
    openid.twist = {"aud": ["console", "another-client"], "azp": "console"}
    assert (await enter(openid, console)).subject == "lei-1"


async def test_a_clock_that_is_a_little_wrong_does_no_harm(
    openid: OpenidProvider, console: Console
) -> None:
    openid.twist = {"exp": int(time.time()) - 20, "iat": int(time.time()) + 20}
    assert (await enter(openid, console)).subject == "lei-1"


async def test_only_a_key_of_the_provider_s_signs(openid: OpenidProvider, console: Console) -> None:
    stranger = RSAKey.generate_key(2048)

    def resign(token: str) -> str:
        header, claims = parts(token)
        return jwt.encode(header, claims, stranger)

    openid.forge = resign
    assert await why(openid, console) == "token_signature"


async def test_neither_no_signature_nor_the_client_s_secret_will_do(
    openid: OpenidProvider, console: Console
) -> None:
    def unsigned(token: str) -> str:
        header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        return f"{header}.{token.split('.')[1]}."

    openid.forge = unsigned
    assert await why(openid, console) == "token_alg"

    for secret in ("s3cret-s3cret-s3cret-s3cret-s3cret", openid.key.as_pem(private=False).decode()):
        key = OctKey.import_key(base64.b64encode(secret.encode()))
        openid.forge = lambda token, key=key: jwt.encode(  # type: ignore[misc]
            {"alg": "HS256", "kid": openid.key.kid}, parts(token)[1], key, algorithms=["HS256"]
        )
        assert await why(openid, console) == "token_alg"


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.b.c", "e30.e30.e30", "x" * 70_000])
async def test_what_is_no_token_is_refused(
    openid: OpenidProvider, console: Console, token: str
) -> None:
    openid.forge = lambda _: token
    assert await why(openid, console) in {"token_malformed", "token_alg"}


async def test_a_new_key_is_found_and_unknown_ones_do_not_make_us_ask_each_time(
    openid: OpenidProvider, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter(openid, console)
    openid.new_key()
    assert await why(openid, console) == "token_key"
    assert openid.asked.count("/keys") == 1

    monkeypatch.setattr(metadata, "LOOK_AGAIN_SECONDS", 0.0)
    assert (await enter(openid, console)).subject == "lei-1"
    assert openid.asked.count("/keys") == 2
    await enter(openid, console)
    assert openid.asked.count("/keys") == 2
    assert openid.asked.count("/.well-known/openid-configuration") == 1
