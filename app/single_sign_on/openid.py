"""Any OpenID provider: authorization code with PKCE, OpenID Connect Core 1.0, RFC 7636, RFC 9207.

https://openid.net/specs/openid-connect-core-1_0.html
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from app.egress.way import Egress
from app.single_sign_on import faults, id_token, metadata, wire
from app.single_sign_on.metadata import Metadata
from app.single_sign_on.shape import Back, Begun, Person, Provider

GROUPS_MAX = 500
BASIC, POST, NOTHING = "client_secret_basic", "client_secret_post", "none"


async def address(egress: Egress, provider: Provider, begun: Begun) -> str:
    """Where the browser goes. Raises NotSignedIn."""
    config, about = provider.config, await metadata.of(egress, provider.config)
    digest = hashlib.sha256(begun.verifier.encode("ascii")).digest()
    asked = {
        "response_type": "code",
        "client_id": config.client_id,
        "redirect_uri": begun.redirect_uri,
        "scope": config.scopes,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return wire.with_query(about.authorization_endpoint, asked)


async def person(egress: Egress, provider: Provider, begun: Begun, back: Back) -> Person:
    """Raises NotSignedIn."""
    config, about = provider.config, await metadata.of(egress, provider.config)
    # An answer of another provider's (mix-up): its code is not sent to this one.
    if (back.iss or about.names_itself) and back.iss != about.issuer:
        raise faults.wrong("other_issuer")
    tokens = await _tokens(egress, provider, about, begun, back.code)
    access = wire.text(tokens, "access_token")
    said = await id_token.claims(
        egress,
        about,
        wire.text(tokens, "id_token"),
        client_id=config.client_id,
        nonce=begun.nonce,
        access_token=access,
    )
    if about.userinfo_endpoint and access and _lacks(provider, said):
        said = {**await _userinfo(egress, about, access, said["sub"]), **said}
    return Person(
        subject=said["sub"],
        email=wire.text(said, "email"),
        verified=said.get("email_verified") is True or said.get("email_verified") == "true",
        name=wire.text(said, "name") or wire.text(said, "preferred_username"),
        groups=groups(said, config.groups_claim),
    )


async def check(egress: Egress, provider: Provider) -> None:
    """That it is there, is who it should be and has keys. Raises NotSignedIn."""
    about = await metadata.of(egress, provider.config)
    if not await metadata.keys(egress, about.jwks_uri):
        raise faults.misset("keys_unreadable")


async def _tokens(
    egress: Egress, provider: Provider, about: Metadata, begun: Begun, code: str
) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun.redirect_uri,
        "code_verifier": begun.verifier,
    }
    for method in _methods(provider, about):
        headers, more = _client(method, provider.config.client_id, provider.secret)
        url = about.token_endpoint
        reply = await wire.ask(egress, "POST", url, form={**form, **more}, headers=headers)
        if reply.is_ok:
            return reply.body
        error = faults.word(reply.body.get("error", f"http_{reply.status}"))
        # The client is checked before its code is: with the other method it can be tried again.
        if error != "invalid_client":
            break
    raise faults.again(error) if error == "invalid_grant" else faults.misset(error)


def _methods(provider: Provider, about: Metadata) -> Sequence[str]:
    """How the client may show who it is. Which of them it was registered for is not told."""
    if not provider.secret:
        return (NOTHING,)
    return [each for each in (BASIC, POST) if each in about.auth_methods] or (BASIC,)


def _client(method: str, name: str, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and fields by which a client shows who it is (RFC 6749 2.3.1)."""
    if method == BASIC:
        pair = f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}, {}
    own = {"client_id": name}
    return {}, own if method == NOTHING else {**own, "client_secret": secret}


def _lacks(provider: Provider, said: Mapping[str, Any]) -> bool:
    """Whether something is asked for that the token does not have: many put it into userinfo."""
    wants_email = "email" in provider.config.scopes.split()
    wants_groups = bool(provider.config.roles)
    return (wants_email and "email" not in said) or (
        wants_groups and _at(said, provider.config.groups_claim) is None
    )


async def _userinfo(
    egress: Egress, about: Metadata, access: str, subject: str
) -> Mapping[str, Any]:
    reply = await wire.ask(
        egress, "GET", about.userinfo_endpoint, headers={"Authorization": f"Bearer {access}"}
    )
    if not reply.is_ok:
        raise faults.misset(f"userinfo_http_{reply.status}")
    # Of somebody else's token (OpenID Connect Core 5.3.2).
    if reply.body.get("sub") != subject:
        raise faults.wrong("userinfo_sub")
    return reply.body


def groups(said: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    """The names in a claim that is a list, or one name; with dots in one within another, as
    Keycloak's "realm_access.roles"."""
    found = _at(said, claim)
    listed = found if isinstance(found, list) else [found]
    return tuple(each for each in listed[:GROUPS_MAX] if isinstance(each, str))


def _at(said: Mapping[str, Any], claim: str) -> Any:
    if not claim or claim in said:
        return said.get(claim)
    found: Any = said
    for part in claim.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
