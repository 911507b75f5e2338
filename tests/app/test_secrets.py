"""Keys derived from the one secret key, and what is encrypted and signed with them."""

import base64
import os
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app import secrets
from app.keys.place import Place

pytestmark = pytest.mark.usefixtures("configure")
OTHER_KEY = "another-" + "x" * 32
KEY = os.environ["LEAVEMSG_SECRET_KEY"]


@pytest.mark.parametrize("value", ["", "秘密", 7, None, {"pass": "p", "list": [1, "二"]}])
def test_what_was_encrypted_comes_back(value: Any) -> None:
    assert secrets.decrypt("row:1", secrets.encrypt("row:1", value)) == value


def test_a_ciphertext_shows_nothing_and_is_never_the_same() -> None:
    first, second = (secrets.encrypt("row:1", "canary") for _ in range(2))
    assert first != second
    assert "canary" not in first


def test_a_ciphertext_copied_to_another_row_is_refused() -> None:
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt("row:2", secrets.encrypt("row:1", "canary"))


@pytest.mark.parametrize("text", ["", "x", "gAAAAA", "秘密"])
def test_what_is_no_ciphertext_is_unreadable(text: str) -> None:
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt("row:1", text)


def test_a_changed_ciphertext_is_refused() -> None:
    text = secrets.encrypt("row:1", "canary")
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt("row:1", text[:-4] + ("AAA=" if text[-4:] != "AAA=" else "BBB="))


def test_another_secret_key_reads_nothing(configure: Callable[..., Any]) -> None:
    text = secrets.encrypt("row:1", "canary")
    configure(LEAVEMSG_SECRET_KEY=OTHER_KEY)
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt("row:1", text)


PLACE = Place(table="channel", column="config", organization="o", row="1", was="channel:1:config")


def earlier(context: str, value: Any) -> str:
    """As `encrypt` wrote it before values named their key."""
    key = base64.urlsafe_b64encode(secrets._key("secrets"))
    return Fernet(key).encrypt(msgspec.json.encode({"c": context, "v": value})).decode()


def earlier_file(context: str, content: bytes) -> bytes:
    box = AESGCM(secrets._key("files")).encrypt(b"n" * 12, content, context.encode())
    return b"\x01" + b"n" * 12 + box


def test_what_was_encrypted_in_the_earlier_form_is_read_in_its_place_alone(
    configure: Callable[..., Any],
) -> None:
    text, sealed = earlier(PLACE.was, {"a": "二"}), earlier_file(PLACE.was, b"photo")
    elsewhere = msgspec.structs.replace(PLACE, was="channel:2:config")
    for others in ({}, {"LEAVEMSG_SECRET_KEY": OTHER_KEY, "LEAVEMSG_OTHER_SECRET_KEYS": KEY}):
        configure(**others)
        assert secrets.decrypt(PLACE, text) == {"a": "二"}
        assert secrets.unseal(PLACE, sealed) == b"photo"
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt(elsewhere, text)
        with pytest.raises(secrets.Unreadable):
            secrets.unseal(elsewhere, sealed)
    configure(LEAVEMSG_SECRET_KEY=OTHER_KEY)
    with pytest.raises(secrets.Unreadable):
        secrets.unseal(PLACE, sealed)


def test_another_listed_key_reads_and_recognises_and_does_not_write(
    configure: Callable[..., Any],
) -> None:
    text, sealed = secrets.encrypt(PLACE, "canary"), secrets.seal(PLACE, b"photo")
    signature, known = secrets.sign("csrf", "session"), secrets.keyed_hash("bucket", "text")
    configure(LEAVEMSG_SECRET_KEY=OTHER_KEY, LEAVEMSG_OTHER_SECRET_KEYS=f"{'z' * 32}\n{KEY}")
    assert secrets.decrypt(PLACE, text) == "canary"
    assert secrets.unseal(PLACE, sealed) == b"photo"
    assert secrets.signed("csrf", "session", signature)
    assert known in secrets.keyed_hashes("bucket", "text")
    assert (
        secrets.keyed_hash("bucket", "text") == secrets.keyed_hashes("bucket", "text")[0] != known
    )
    assert secrets.sign("csrf", "session") != signature
    assert text.startswith(f"2.{secrets.key_id(KEY)}.")
    assert secrets.encrypt(PLACE, "canary").startswith(f"2.{secrets.key_id(OTHER_KEY)}.")
    assert secrets.key_of(secrets.seal(PLACE, b"")) == secrets.key_id(OTHER_KEY)


def test_the_name_of_a_key_cannot_be_exchanged(configure: Callable[..., Any]) -> None:
    """It is bound like the place; and a name that nobody has opens nothing."""
    configure(LEAVEMSG_OTHER_SECRET_KEYS=OTHER_KEY)
    text, sealed = secrets.encrypt(PLACE, "canary"), secrets.seal(PLACE, b"photo")
    for name in (secrets.key_id(OTHER_KEY), "00000000"):
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt(PLACE, f"2.{name}.{text[11:]}")
        with pytest.raises(secrets.Unreadable):
            secrets.unseal(PLACE, b"\x02" + bytes.fromhex(name) + sealed[secrets.HEAD :])


@pytest.mark.parametrize("text", ["2", "2.", "2..", "2.x", "2.x.y", "2.秘.密", "3.x.y"])
def test_what_only_begins_like_a_ciphertext_is_unreadable(text: str) -> None:
    for each in (text, text.replace("x", secrets.key_id(KEY))):
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt(PLACE, each)
    for nothing in (b"", b"\x01", b"\x02", b"\x02\x00\x00\x00\x00", b"photo"):
        with pytest.raises(secrets.Unreadable):
            secrets.unseal(PLACE, nothing)


def test_a_signature_holds_for_its_purpose_and_text_alone() -> None:
    signature = secrets.sign("csrf", "session")
    assert secrets.signed("csrf", "session", signature)
    assert not secrets.signed("form", "session", signature)
    assert not secrets.signed("csrf", "sessions", signature)


@pytest.mark.parametrize("nonsense", ["", "x", "é", "\ud800", "秘" * 1000])
def test_whatever_a_stranger_sends_is_only_a_wrong_signature(nonsense: str) -> None:
    assert not secrets.signed("csrf", "session", nonsense)
    assert not secrets.signed("csrf", nonsense, secrets.sign("csrf", "session"))
    assert len(secrets.plain_hash(nonsense)) == 64


def test_a_keyed_hash_says_the_same_only_under_one_key(configure: Callable[..., Any]) -> None:
    before = secrets.keyed_hash("target", "text")
    assert before == secrets.keyed_hash("target", "text")
    assert before != secrets.keyed_hash("bucket", "text")
    configure(LEAVEMSG_SECRET_KEY=OTHER_KEY)
    assert before != secrets.keyed_hash("target", "text")


def test_random_texts_have_256_bits_and_differ() -> None:
    made = {secrets.random_text() for _ in range(100)}
    assert len(made) == 100
    assert {len(text) for text in made} == {43}
