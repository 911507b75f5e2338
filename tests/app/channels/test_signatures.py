"""Signatures are what the standard's own libraries check."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from app.channels import signatures

BODY = b'{"type": "message.created"}'


def test_a_shared_secret_signs_as_the_reference_library_does() -> None:
    secret, now = signatures.new_secret(), dt.datetime.now(dt.UTC).replace(microsecond=0)
    both = signatures.signed([secret, signatures.new_secret()], "msg_1", int(now.timestamp()), BODY)
    assert both.split(" ")[0] == Webhook(secret).sign("msg_1", now, BODY.decode())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": both,
    }
    assert Webhook(secret).verify(BODY, headers)


def test_a_private_key_signs_for_whoever_has_the_public_one() -> None:
    key = signatures.new_key()
    public = signatures.public(key)
    version, signature = signatures.sign(key, "msg_1", 1614265330, BODY).split(",")
    assert (version, public[:5]) == ("v1a", "whpk_")
    raw = base64.b64decode(public.removeprefix("whpk_"))
    said = b"msg_1.1614265330." + BODY
    Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signature), said)
    assert signatures.public(signatures.new_secret()) == ""


@pytest.mark.parametrize(
    ("key", "pairs", "wrong"),
    [
        ("", False, False),
        (signatures.SHARED + base64.b64encode(b"x" * 24).decode(), False, False),
        (signatures.SHARED + base64.b64encode(b"x" * 23).decode(), True, True),
        (signatures.PRIVATE + base64.b64encode(b"x" * 64).decode(), True, False),
        (signatures.PRIVATE + base64.b64encode(b"x" * 32).decode(), False, True),
        (signatures.PRIVATE + base64.b64encode(b"x" * 33).decode(), True, True),
        ("whsk_é", True, True),
        ("secret", True, True),
    ],
    ids=str,
)
def test_what_is_no_key_is_said(key: str, pairs: bool, wrong: bool) -> None:
    assert bool(list(signatures.faults("signing_secret", key, pairs=pairs))) == wrong
