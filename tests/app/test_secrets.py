"""Keys derived from the one secret key, and what is encrypted and signed with them."""

from collections.abc import Callable
from typing import Any

import pytest

from app import secrets

pytestmark = pytest.mark.usefixtures("configure")
OTHER_KEY = "another-" + "x" * 32


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
