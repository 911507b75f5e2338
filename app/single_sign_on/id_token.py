"""An ID token: signed by its provider, for us, for this one sign-in, now."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.egress.way import Egress
from app.single_sign_on import faults, metadata
from app.single_sign_on.metadata import Keys, Metadata

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""By a key pair. With HS256 whoever has the client's secret could write tokens, with "none"
anybody."""
KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
LEEWAY = 60
"""Seconds that two clocks may differ."""
LONGEST = 64 * 1024
SUBJECT_MAX = 255
KEYS_TRIED = 8


async def claims(
    egress: Egress,
    about: Metadata,
    token: str,
    *,
    client_id: str,
    nonce: str,
    access_token: str = "",
) -> dict[str, Any]:
    """What it says. Raises NotSignedIn for whatever is not right with it."""
    # Loaded with the first sign-in by a provider.
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    header, said = await _opened(egress, about, token)
    options: Any = {
        "iss": {"essential": True, "value": about.issuer},
        "aud": {"essential": True, "value": client_id},
    }
    params = {"client_id": client_id, "nonce": nonce, "access_token": access_token}
    try:
        CodeIDToken(said, header, options, params).validate(leeway=LEEWAY)
    except JoseError as error:
        raise faults.wrong(
            f"token_{faults.word(getattr(error, 'claim', '') or error.error)}"
        ) from None
    except (TypeError, ValueError):
        raise faults.wrong("token_malformed") from None
    audience = said.get("aud")
    if isinstance(audience, list) and len(audience) > 1 and said.get("azp") != client_id:
        raise faults.wrong("token_azp")
    subject = said.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX:
        raise faults.wrong("token_sub")
    return said


async def _opened(
    egress: Egress, about: Metadata, token: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise faults.wrong("token_alg")
    for anew in (False, True):
        fitting = _fitting(await metadata.keys(egress, about.jwks_uri, anew=anew), algorithm, kid)
        if fitting and (said := _verified(token, fitting, algorithm)) is not None:
            return header, said
    raise faults.wrong("token_signature" if fitting else "token_key")


def _header(token: str) -> dict[str, Any]:
    if not token or len(token) > LONGEST or token.count(".") != 2:
        raise faults.wrong("token_malformed")
    first = token.partition(".")[0]
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise faults.wrong("token_malformed")
    return found


def _fitting(keys: Keys, algorithm: str, kid: object) -> Sequence[Mapping[str, Any]]:
    """Keys that may have signed it. One without an id may be any of them."""
    kind = KEY_TYPES[algorithm[:2]]
    return [
        key
        for key in keys
        if key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ][:KEYS_TRIED]


def _verified(
    token: str, keys: Sequence[Mapping[str, Any]], algorithm: str
) -> dict[str, Any] | None:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    for key in keys:
        try:
            made = JWKRegistry.import_key(dict(key))
            return dict(jwt.decode(token, made, algorithms=[algorithm]).claims)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return None
