"""Phone numbers as people write them: what they come to, and what is asked back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import Unreadable, phones

MOBILE = "13800138000"

ONE_MOBILE = (
    *("13800138000", "138 0013 8000", "138-0013-8000", "138.0013.8000", "138·0013·8000"),
    *("+86 138-0013-8000", "+8613800138000", "0086 138 0013 8000", "8613800138000"),
    *("86 138 0013 8000", "(+86)13800138000", "(86) 13800138000", "+86 (0)13800138000"),
    *("013800138000", "１３８ ００１３ ８０００", "＋８６－１３８００１３８０００"),
    *("١٣٨٠٠١٣٨٠٠٠", "१३८००१३८०००", "一三八〇〇一三八〇〇〇", "138oo138ooo"),
    *("电话：13800138000", "手机: 138 0013 8000", "Tel. 13800138000", "tel:+8613800138000"),
    *("13800138000微信同号", "13800138000（微信同号）", "138 0013 8000 (office)"),
    *("18点后打13800138000", "\u202d13800138000\u202c", "138\u200b00138000", "138,0013,8000"),
)


@pytest.mark.parametrize("text", ONE_MOBILE)
def test_a_mobile_is_the_same_however_it_is_written(text: str) -> None:
    found = phones.read(text)

    assert found.keys == {MOBILE}
    assert found.doubt is None
    assert phones.dial(text).removeprefix("0") == MOBILE


@pytest.mark.parametrize(
    ("text", "dial"),
    [
        ("0755-12345678转801", "075512345678,801"),
        ("0755-12345678轉801", "075512345678,801"),
        ("0755 1234 5678 分机801", "075512345678,801"),
        ("0755-12345678-801", "075512345678,801"),
        ("+86-755-12345678-801", "+8675512345678,801"),
        ("0086-755-12345678-801", "+8675512345678,801"),
        ("+86 (0)10 1234 5678-12", "+861012345678,12"),
        ("(021) 5555 0100 ext. 22", "02155550100,22"),
        ("379.620.4294x1673", "3796204294,1673"),
        ("+1 (555) 867-5309 x 12", "+15558675309,12"),
        ("1-415-555-2671 #7", "14155552671,7"),
        ("400-800-1234转5", "4008001234,5"),
        ("400-8001234-5", "4008001234,5"),
        ("18400000000-1234", "18400000000,1234"),
    ],
)
def test_an_extension_is_dialled_after_a_pause(text: str, dial: str) -> None:
    assert phones.dial(text) == dial
    assert phones.read(text).doubt is None


@pytest.mark.parametrize(
    ("text", "dial"),
    [
        ("010-8888 6666", "01088886666"),
        ("8888 6666", "88886666"),
        ("+852 9123 4567", "+85291234567"),
        ("00852-9123-4567", "+85291234567"),
        ("(02) 2345-6789", "0223456789"),
        ("+886 912 345 678", "+886912345678"),
        ("03-1234-5678", "0312345678"),
        ("+81 90-1234-5678", "+819012345678"),
        ("030/1234567", "0301234567"),
        ("+49 (0)30 901820", "+4930901820"),
        ("0151 23456789", "015123456789"),
        ("(415) 555-2671", "4155552671"),
        ("1-800-FLOWERS", "18003569377"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("0755-12345678/79", "075512345678"),
        ("95588123", "95588123"),
    ],
)
def test_landlines_and_foreign_numbers_are_free(text: str, dial: str) -> None:
    assert phones.dial(text) == dial
    assert phones.read(text).doubt is None


@pytest.mark.parametrize(
    "text",
    [
        "13800138000、13900139000",
        "13800138000/13900139000",
        "13800138000 13900139000",
        "138 0013 8000，139 0013 9000",
        "13800138000 或 13900139000",
        "+8613800138000 +8613900139000",
        "13800138000\n13900139000",
    ],
)
def test_two_numbers_are_two(text: str) -> None:
    assert phones.read(text).keys == {MOBILE, "13900139000"}


@pytest.mark.parametrize(
    ("text", "code", "n"),
    [
        ("138-0013-80", "phone_short", "2"),
        ("1380013800", "phone_short", "1"),
        ("+86 138 0013 80", "phone_short", "2"),
        ("86 138 0013 800", "phone_short", "1"),
        ("电话：138-0013-80", "phone_short", "2"),
        ("13800138001 2", "phone_long", "1"),
        ("138001380012345", "phone_long", "4"),
        ("13800138000、139001390", "phone_short", "2"),
        ("12345", "phone_short", "5"),
        ("1234567890123456", "phone_long", "16"),
    ],
)
def test_what_is_probably_a_slip_is_asked_back(text: str, code: str, n: str) -> None:
    doubt = phones.read(text).doubt

    assert doubt is not None
    assert (doubt.code, doubt.facts["n"]) == (code, n)


@pytest.mark.parametrize("text", ["微信 zhang_san1", "zhang@example.com", "WhatsApp me @ann"])
def test_another_way_to_be_reached_is_asked_about_and_not_refused(text: str) -> None:
    found = phones.read(text)

    assert found.numbers == ()
    assert found.doubt is not None
    assert found.doubt.code == "phone_none"


@pytest.mark.parametrize("text", ["", "call me", "1234", "+", "-", "x", "000000000", "1380013" * 5])
def test_what_reaches_nobody_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        phones.read(text)
    assert phones.dial(text) == ""


def test_the_same_number_is_found_between_others() -> None:
    assert phones.same("+86 138-0013-8000", "电话：13800138000、010-88886666")
    assert phones.same("0755-12345678", "+86 755 1234 5678")
    assert not phones.same("0755-12345678转801", "0755-12345678转802")
    assert not phones.same("", "")


def test_a_slip_is_told_from_another_number() -> None:
    assert phones.slipped("138-0013-80", "13800138000")
    assert phones.slipped("13800138001", "13800138000")
    assert phones.slipped("13800183000", "13800138000")
    assert not phones.slipped("13800138000", "13900139000")
    assert not phones.slipped("13800138000", "call me")


@given(st.text(alphabet=st.characters()) | st.text(alphabet="0123456789+-x转()/ .,、@o一86"))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        found = phones.read(text)
    except Unreadable:
        found = None
    assert phones.same(text, text) == bool(phones.keys(text))
    assert phones.dial(text) == "" if found is None else isinstance(found.keys, frozenset)


@given(st.from_regex(phones.MOBILE_ALONE, fullmatch=True))
def test_mobile_numbers_are_read_at_once_as_all_others_would_be(text: str) -> None:
    assert phones.read(text) == phones.read(f" {text} ")
    assert phones.tidy(text) == phones.tidy(f" {text} ")
