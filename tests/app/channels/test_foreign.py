"""What others send back is read as far as it can be read."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels import foreign
from app.channels.secrecy import shown
from app.egress import Answer


@pytest.mark.parametrize(
    "body",
    [
        "关键词不匹配".encode(),
        "关键词不匹配".encode("utf-8-sig"),
        "关键词不匹配".encode("gb18030"),
        "关键词不匹配".encode("utf-16"),
        "关键词不匹配".encode("utf-32"),
    ],
)
def test_words_are_read_in_the_encoding_they_are_written_in(body: bytes) -> None:
    assert foreign.words(body) == "关键词不匹配"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_words_that_were_cut_within_a_character_end_before_it(encoding: str) -> None:
    assert foreign.words("关键词".encode(encoding)[:-1]) == "关键"


@given(st.binary())
def test_any_bytes_have_words(body: bytes) -> None:
    assert isinstance(foreign.words(body), str)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf{"ok":true}', {"ok": True}),
        (b"1" * 300, int("1" * 300)),
        (b"1" * 5000, float("inf")),
        (b"1e999", float("inf")),
        (b'{"a":{"b":1},"c":{"b":2}}', {"a": {"b": 1}, "c": {"b": 2}}),
    ],
)
def test_a_value_is_read(body: bytes, value: Any) -> None:
    assert foreign.value(body) == value


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"<html>", b"NaN", b"-Infinity", b'{"a":1,"a":1}', b'{"a":1}{"a":1}'),
        *(b"[" * 20_000, b"[" * 20_000 + b"]" * 20_000, b'{"a":' * 9_000, b"\xff\xfe\x00"),
    ],
)
def test_what_is_no_value_or_two_is_none(body: bytes) -> None:
    with pytest.raises(foreign.Unreadable):
        foreign.value(body)


@given(st.one_of(st.binary(), st.text(alphabet='[]{}",:0123456789eE.-truefalsn ').map(str.encode)))
def test_nothing_raises_anything_else(body: bytes) -> None:
    with contextlib.suppress(foreign.Unreadable):
        foreign.value(body)


def test_a_secret_is_hidden_in_every_encoding() -> None:
    body = b"\x81s3cret \x81s3cret"

    assert "3cret" not in shown(Answer(200, {}, body, False, 1), ["s3cret"])


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"1", b"null", b'{"a": 1, "a": 2}'])
def test_what_is_no_object_has_no_entries(body: bytes) -> None:
    assert foreign.entries(body) == {}


def test_the_entries_of_an_object_are_its_own() -> None:
    assert foreign.entries(b'\xef\xbb\xbf{"errcode": 0}') == {"errcode": 0}
