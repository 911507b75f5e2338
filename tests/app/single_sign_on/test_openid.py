"""What an OpenID provider is asked, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from app import outside
from app.settings import Settings
from app.single_sign_on import metadata
from app.single_sign_on import openid as kind
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.shape import GroupRole, Person
from tests.app.single_sign_on.conftest import Console, egress, made
from tests.fakes.openid import OpenidProvider


async def enter(provider: OpenidProvider, console: Console) -> Person:
    return await console.finish(await provider.sign_in(await console.begin(), "lei"))


def changed(console: Console, **values: object) -> None:
    config = replace(console.provider.config, **values)
    console.provider = replace(console.provider, config=config)


async def test_what_the_token_lacks_is_asked_of_userinfo(
    openid: OpenidProvider, console: Console
) -> None:
    openid.brief = True
    openid.people["lei"]["groups"] = ["sales", "ops"]
    changed(console, roles=(GroupRole("sales", "agent"),))
    person = await enter(openid, console)

    assert (person.email, person.verified) == ("lei@shop.example", True)
    assert person.groups == ("sales", "ops")
    assert openid.asked.count("/userinfo") == 1


async def test_userinfo_about_somebody_else_is_refused(
    openid: OpenidProvider, console: Console
) -> None:
    """Token substitution."""
    openid.brief, openid.info = True, {"sub": "somebody-else"}
    with pytest.raises(NotSignedIn, match="userinfo_sub"):
        await enter(openid, console)


async def test_a_token_that_says_all_is_enough(openid: OpenidProvider, console: Console) -> None:
    await enter(openid, console)
    assert openid.asked.count("/userinfo") == 0


@pytest.mark.parametrize("said", [False, "yes", 1, None])
async def test_an_address_is_verified_only_if_the_provider_says_so(
    openid: OpenidProvider, console: Console, said: object
) -> None:
    openid.people["lei"]["email_verified"] = said
    assert not (await enter(openid, console)).verified


@pytest.mark.parametrize(
    ("said", "claim", "found"),
    [
        ({"groups": ["a", "b"]}, "groups", ("a", "b")),
        ({"groups": "a"}, "groups", ("a",)),
        ({"groups": [7, None, "a"]}, "groups", ("a",)),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"https://shop.example/groups": ["a"]}, "https://shop.example/groups", ("a",)),
        ({"realm_access": "x"}, "realm_access.roles", ()),
        ({}, "groups", ()),
        ({"": ["a"]}, "", ("a",)),
    ],
)
def test_groups_are_where_the_provider_puts_them(
    said: dict[str, object], claim: str, found: tuple[str, ...]
) -> None:
    assert kind.groups(said, claim) == found


async def test_a_public_client_has_only_its_verifier(
    openid: OpenidProvider, console: Console
) -> None:
    openid.clients["console"].secret = ""
    console.provider = replace(console.provider, secret="")
    assert (await enter(openid, console)).subject == "lei-1"


@pytest.mark.parametrize(
    ("method", "tries"), [("client_secret_basic", 1), ("client_secret_post", 2)]
)
async def test_a_client_is_known_by_the_method_that_it_was_registered_for(
    openid: OpenidProvider, console: Console, method: str, tries: int
) -> None:
    """Which one that is nobody tells: with the wrong one the code stays unused."""
    openid.said = {
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]
    }
    secret = "a:c/d%&+é s3cret"
    openid.clients["console"].secret, openid.clients["console"].method = secret, method
    console.provider = replace(console.provider, secret=secret)
    assert (await enter(openid, console)).subject == "lei-1"
    assert openid.asked.count("/token") == tries


async def test_written_endpoints_need_no_discovery(
    openid: OpenidProvider, console: Console
) -> None:
    about = openid.metadata()
    names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    changed(console, **{name: about[name] for name in names})
    assert (await enter(openid, console)).subject == "lei-1"
    assert "/.well-known/openid-configuration" not in openid.asked


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"issuer": "https://evil.example"}, "other_issuer"),
        ({"issuer": ["x"]}, "other_issuer"),
        ({"token_endpoint": ""}, "endpoint_missing"),
        ({"jwks_uri": None}, "endpoint_missing"),
        ({"authorization_endpoint": "http://10.0.0.1/"}, "url_scheme"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "url_syntax"),
    ],
)
async def test_a_provider_that_describes_another_is_not_used(
    openid: OpenidProvider, console: Console, said: dict[str, object], why: str
) -> None:
    openid.said = said
    with pytest.raises(NotSignedIn, match=f"provider_misset {why}"):
        await console.begin()


async def test_the_check_finds_a_provider_without_keys(
    openid: OpenidProvider, console: Console
) -> None:
    await kind.check(egress(), console.provider)
    openid.said = {"jwks_uri": f"{openid.url}/nothing"}
    metadata.forget()
    with pytest.raises(NotSignedIn, match="keys_unreadable"):
        await kind.check(egress(), console.provider)


async def test_private_addresses_need_the_operator(
    openid: OpenidProvider, console: Console, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_EGRESS_ALLOW="")
    await outside.close()
    for address in (openid.url, "https://169.254.169.254", "https://localhost", "https://redis"):
        provider = made("openid", issuer=address, client_id="console")
        with pytest.raises(NotSignedIn, match="provider_misset"):
            await Console(provider).begin()
    assert openid.asked == []


async def test_a_provider_that_is_away_is_named_so(configured: None) -> None:
    provider = made("openid", issuer="http://127.0.0.1:9", client_id="console")
    with pytest.raises(NotSignedIn) as caught:
        await Console(provider).begin()
    assert (caught.value.code, caught.value.why) == ("provider_away", "connect_failed")
