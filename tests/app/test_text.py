"""Cleaning, comparing and cutting what people typed."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import text
from app.messages import same

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇨🇳"
KEYCAP = "1️⃣"


def test_cleaning_keeps_what_is_said_and_drops_what_hides() -> None:
    dirty = "a\r\nb\rc\u2028d\x00e\u202ef\ud83dg\u200bh\ufeff 😀"

    assert text.clean(dirty) == "a\nb\nc\ndef\ufffdgh 😀"


def test_a_line_has_no_line_break() -> None:
    assert text.clean_line("张三\r\nBcc: x@y.z") == "张三 Bcc: x@y.z"


def test_halves_of_a_surrogate_pair_are_joined() -> None:
    assert text.clean("\ud83d\ude00") == "😀"


@pytest.mark.parametrize("kept", [FAMILY, FLAG, KEYCAP, "می‌خواهم", "a\tb", "ไม่ได้"])
def test_cleaning_keeps_what_other_scripts_need(kept: str) -> None:
    assert text.clean(kept) == kept


def test_a_letter_carries_no_more_than_ten_marks() -> None:
    assert len(text.clean("e" + "\u0301" * 500)) <= 11


def test_what_was_typed_changes_only_in_its_line_ends_and_around_it() -> None:
    odd = "a\u202eb\u200b\ufeff" + "e" + "\u0301" * 50 + " \ufa19"

    assert text.typed(f" \n{odd}\r\n{odd}\r") == f"{odd}\n{odd}"
    assert text.typed_line(f" {odd}\r\n {odd}") == f"{odd} {odd}"


@given(st.text(alphabet=st.characters(codec=None)))
def test_what_is_left_without_controls_can_be_encoded_and_has_none(typed: str) -> None:
    left = text.without_controls(typed)

    assert not text.has_controls(left)
    assert "\x00" not in left.encode().decode()
    assert text.has_controls(typed) == (left != typed)


@given(st.text())
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    once = text.clean(typed)

    assert text.clean(once) == once


@given(st.text())
def test_clean_text_survives_every_encoder(typed: str) -> None:
    cleaned = text.clean(typed)

    assert json.loads(json.dumps(cleaned)) == cleaned.encode().decode()
    assert "\x00" not in cleaned
    assert len(text.clean_line(typed).splitlines()) <= 1


@pytest.mark.parametrize(
    ("typed", "limit", "size", "digest"),
    [
        ("中" * 683, 2048, 2046, "dc2513eb74b1e70d"),
        ("中" * 682, 2048, 2046, "eca8a6dc1405ecf0"),
        ("a" * 2049, 2048, 2048, "eaa8b9ac3c177534"),
        (FAMILY * 100, 2048, 2028, "ed31686004463794"),
        (FLAG * 600, 4096, 4091, "b8b9d0d959bc5589"),
        (KEYCAP * 700, 4096, 4091, "dbbd966c8796c7bc"),
        ("e\u0301" * 900, 2048, 2046, "d0720eaac31e0ee9"),
        ("ab" + FAMILY, 20, 5, "c35b019150acbcfa"),
    ],
)
def test_cutting_counts_bytes_and_never_splits_a_character(
    typed: str, limit: int, size: int, digest: str
) -> None:
    cut = text.clip(typed, limit).encode()

    assert len(cut) == size
    assert hashlib.sha256(cut).hexdigest()[:16] == digest


def test_nothing_is_left_where_not_even_the_marker_fits() -> None:
    assert text.clip("中", 2) == ""


def test_a_limit_can_be_in_characters() -> None:
    assert text.clip(FAMILY * 5, 3, cost=text.in_characters) == FAMILY * 2 + "…"


@given(st.text(), st.integers(min_value=0, max_value=60))
def test_a_cut_text_fits_and_is_a_beginning(typed: str, limit: int) -> None:
    typed = text.clean(typed)
    cut = text.clip(typed, limit)

    assert text.in_bytes(cut) <= limit
    assert cut == typed or typed.startswith(cut.removesuffix("…"))


@given(st.text(alphabet="a中😀\u0301\u200d\n", max_size=50), st.integers(min_value=0, max_value=60))
def test_fitting_finds_what_cutting_finds(typed: str, limit: int) -> None:
    typed = text.clean(typed)

    assert text.fit(typed, lambda s: text.in_bytes(s) <= limit) == text.clip(typed, limit)


def test_fitting_says_when_nothing_fits() -> None:
    assert text.fit("abc", lambda _: False) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("请问ＡＢＣ多少钱？", "请问abc多少钱?"),
        ("Hello   World", "hello\u3000world\n"),
        ("ﬁne", "FINE"),
        ("he\u200bl\u00adlo\ufe0f", "hello"),
        ("STRASSE", "straße"),
        ("ｶﾞ", "ガ"),
    ],
)
def test_the_same_said_in_other_ways_is_the_same(one: str, other: str) -> None:
    assert text.canonical(one) == text.canonical(other)


@pytest.mark.parametrize(("one", "other"), [("多少钱?", "多少钱!"), ("a b", "ab"), ("1", "11")])
def test_something_else_is_not_the_same(one: str, other: str) -> None:
    assert text.canonical(one) != text.canonical(other)


def test_the_canonical_form_does_not_change_between_releases() -> None:
    """Stored fingerprints are made of it: a change here needs a new `same.CANON`."""
    said = text.canonical("  Ｈéllo\t世界！ ①②③ Ⅻ ℃ \u202eabc\u202c ")

    assert said == "héllo 世界! 123 xii °c abc"
    assert same.CANON == "1"


@pytest.mark.parametrize(
    "typed", ["\n" * 5000, "中" * 5000, FAMILY * 700, "e\u0301" * 2500, "<" * 5000]
)
def test_long_texts_are_cleaned_and_cut_quickly(typed: str) -> None:
    start = time.process_time()
    text.clip(text.clean(typed), 2048)
    text.canonical(typed)

    assert time.process_time() - start < 0.2


def test_what_is_invisible_is_all_that_does_not_print() -> None:
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    plain = [char for char in everything if char.isprintable() and text.without_invisible(char)]
    assert not text._INVISIBLE.search("".join(plain))


def test_only_what_people_see_is_visible() -> None:
    assert [text.visible(each) for each in ("", " \n\t", "\u200b\ufeff", "\x00", "\u2028")] == [
        False
    ] * 5
    assert all(text.visible(each) for each in ("a", " 好 ", "\u0301", "，", "😀", "$", "1"))


def test_controls_are_found_and_leave_nothing_in_their_place() -> None:
    assert text.without_controls("a\x00b\x1b\ud83dc\n\td") == "abc\n\td"
    assert text.has_controls("a\x00")
    assert not text.has_controls("a\n\tb")


def test_what_is_invisible_is_left_out_of_searches_but_lines_stay() -> None:
    assert text.without_invisible("a\nb") == "a\nb"
    assert text.without_invisible("a\n\u200bb\ufe0f") == "a\nb"
    assert text.folded("Ａ\u200bＢ ß") == "ab ss"


def test_what_fits_exactly_is_not_cut_and_a_marker_may_stand_alone() -> None:
    assert text.clip("abc", 3) == "abc"
    assert text.clip("abcd", 3) == "…"
    assert text.clip("abcd", 2) == ""
    assert text.clip("abcde", 4) == "a…"
    assert text.fit("abcd", lambda cut: len(cut) <= 4) == "abcd"
    assert text.fit("abcde", lambda cut: len(cut) <= 4) == "abc…"
    assert text.fit("abcde", lambda cut: len(cut) <= 1) == "…"


def test_what_is_kept_fits_also_where_a_longer_beginning_is_smaller() -> None:
    """Whatever may fit, as where escaping depends on the neighbour."""
    beginnings = ["…", "a…", "ab…", "abc…", "abcd…"]
    for number in range(2 ** len(beginnings)):
        may = {each for place, each in enumerate(beginnings) if number >> place & 1}
        found = text.fit("abcd", may.__contains__)
        assert found is None or found in may, may
