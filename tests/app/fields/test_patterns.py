"""Patterns of admins: quick whatever they are, and refused in words that help."""

import time

import pytest

from app.errors import Invalid
from app.fields import patterns

BOMBS = [
    r"(a+)+$",
    r"([a-zA-Z]+)*$",
    r"(a|aa)+$",
    r"(a|a?)+$",
    r"(.*a){20}$",
    r"(.*){1,32}[bc]",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"([0-9]+)*\.[0-9]*x",
    r"(x+x+)+y",
    r"(\w*)*\d",
]
EVIL = ["a" * 2000 + "!", "aB" * 1000, "0" * 2000, "x" * 2000, "字" * 2000]


def refused(pattern: str) -> str:
    with pytest.raises(Invalid) as caught:
        patterns.check(pattern)
    (problem,) = caught.value.problems
    return problem.code


@pytest.mark.parametrize("pattern", BOMBS)
def test_no_pattern_takes_long(pattern: str) -> None:
    patterns.check(pattern)
    for text in EVIL:
        started = time.process_time()
        patterns.matches(pattern, text)
        assert time.process_time() - started < 0.05


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(?=a)b", "pattern_lookaround"),
        ("(?<!a)b", "pattern_lookaround"),
        (r"(a)\1", "pattern_back_reference"),
        ("(?P<n>a)(?P=n)", "pattern_back_reference"),
        (r"abc\Z", "pattern_anchor"),
        ("a++", "pattern_possessive"),
        ("(?>a)", "pattern_possessive"),
        ("a{1,1001}", "pattern_too_big"),
        ("((a{100}){100}){100}", "pattern_too_big"),
        ("(", "pattern_syntax"),
        ("[z-a]", "pattern_syntax"),
        ("\ud800", "pattern_syntax"),
        ("a" * 257, "pattern_too_long"),
    ],
)
def test_what_re2_leaves_out_is_named(pattern: str, code: str) -> None:
    assert refused(pattern) == code


def test_chinese_is_written_as_everybody_writes_it() -> None:
    assert patterns.matches(r"[\u4e00-\u9fa5]{2,4}", "张三")
    assert patterns.matches(r"\p{Han}+", "张三")
    assert not patterns.matches(r"[\u4e00-\u9fa5]{2,4}", "Zhang")


def test_a_literal_backslash_before_u_stays_one() -> None:
    assert patterns.translated(r"\\u4e00") == r"\\u4e00"
    assert patterns.translated(r"\\\u4e00") == r"\\\x{4e00}"


def test_the_whole_answer_must_fit() -> None:
    assert not patterns.matches("[0-9]{6}", "5180001")
    assert not patterns.matches("[0-9]{6}", "518000\n")


def test_full_width_digits_are_made_narrow() -> None:
    assert patterns.fitting("[0-9]{6}", "５１８０００") == "518000"
    assert patterns.fitting("[0-9]{6}", "abc") is None


@pytest.mark.parametrize(
    ("preset", "good", "bad"),
    [
        ("mobile", "13800138000", "12800138000"),
        ("order", "AB-12345", "!"),
        ("postcode", "518000", "51800"),
        ("id_card", "11010519491231002X", "123"),
        ("credit_code", "91350100M000100Y43", "91350100M000100Y4"),
        ("plate", "粤B12345", "B12345"),
        ("digits", "0042", "4 2"),
        ("chinese", "欧阳·娜", "Ann"),
    ],
)
def test_presets_fit_what_they_are_called(preset: str, good: str, bad: str) -> None:
    patterns.check(patterns.PRESETS[preset].pattern)
    assert patterns.matches(patterns.PRESETS[preset].pattern, good)
    assert not patterns.matches(patterns.PRESETS[preset].pattern, bad)
