"""What an OpenID provider says about itself: its endpoints and its keys.

Both are remembered for an hour in this process. A key that is not known is looked up anew, but not
more often than every half minute, whatever anybody sends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.single_sign_on import faults, wire
from app.single_sign_on.shape import Config

PATH = "/.well-known/openid-configuration"
KEPT_SECONDS = 3600.0
LOOK_AGAIN_SECONDS = 30.0
MOST = 200
"""Remembered providers. More than that is somebody who tries addresses: all are forgotten."""

Keys = tuple[dict[str, Any], ...]


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """`names_itself`: its answers to the browser have `iss` (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    auth_methods: tuple[str, ...] = ()
    names_itself: bool = False


_known: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, Keys]] = {}


def forget() -> None:
    """For an admin who tries a change, and for tests."""
    _known.clear()
    _keys.clear()


async def of(egress: Egress, config: Config) -> Metadata:
    """Raises NotSignedIn."""
    if config.has_endpoints:
        return Metadata(
            issuer=config.issuer,
            authorization_endpoint=config.authorization_endpoint,
            token_endpoint=config.token_endpoint,
            jwks_uri=config.jwks_uri,
            userinfo_endpoint=config.userinfo_endpoint,
        )
    at, found = _known.get(config.issuer, (0.0, None))
    if found is not None and time.monotonic() - at < KEPT_SECONDS:
        return found
    reply = await wire.ask(egress, "GET", config.issuer.rstrip("/") + PATH)
    if not reply.is_ok:
        raise faults.misset(f"discovery_http_{reply.status}")
    made = _read(egress, config.issuer, reply.body)
    _keep(_known, config.issuer, made)
    return made


async def keys(egress: Egress, jwks_uri: str, *, anew: bool = False) -> Keys:
    """`anew`: one was not among them. Raises NotSignedIn."""
    at, found = _keys.get(jwks_uri, (0.0, None))
    fresh = LOOK_AGAIN_SECONDS if anew else KEPT_SECONDS
    if found is not None and time.monotonic() - at < fresh:
        return found
    reply = await wire.ask(egress, "GET", jwks_uri)
    listed = reply.body.get("keys")
    if not reply.is_ok or not isinstance(listed, list):
        raise faults.misset("keys_unreadable")
    made = tuple(each for each in listed if isinstance(each, dict))
    _keep(_keys, jwks_uri, made)
    return made


def _keep(where: dict[str, Any], name: str, value: Any) -> None:
    if len(where) >= MOST:
        where.clear()
    where[name] = (time.monotonic(), value)


def _read(egress: Egress, issuer: str, said: Mapping[str, Any]) -> Metadata:
    # Another's metadata would send codes, and the secret with them, to another.
    if wire.text(said, "issuer") != issuer:
        raise faults.misset("other_issuer")
    methods = said.get("token_endpoint_auth_methods_supported")
    found = Metadata(
        issuer=issuer,
        authorization_endpoint=wire.text(said, "authorization_endpoint"),
        token_endpoint=wire.text(said, "token_endpoint"),
        jwks_uri=wire.text(said, "jwks_uri"),
        userinfo_endpoint=wire.text(said, "userinfo_endpoint"),
        auth_methods=tuple(map(str, methods)) if isinstance(methods, list) else (),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )
    if not (found.authorization_endpoint and found.token_endpoint and found.jwks_uri):
        raise faults.misset("endpoint_missing")
    try:
        # The browser is sent there: what nobody may open from here, it should not open either.
        egress.check_url(found.authorization_endpoint)
    except UrlRefused as error:
        raise faults.misset(error.code) from None
    return found
