"""One answer to one field, as typed and as kept."""

from typing import Any

import pytest

from app.fields.shape import Kind
from app.fields.values import Wrong, hear, read
from tests.app.fields.conftest import own
from tests.texts import choice, texts

CHOICES = (choice("个人", "A person"), choice("公司", "A company"))


def fault(kind: Kind, raw: Any, **more: Any) -> str:
    with pytest.raises(Wrong) as caught:
        read(own("x", kind, **more), raw, "zh-CN")
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "0086 138 0013 8000", "13800138000"),
        ("phone", "\u202d电话：１３８００１３８０００\u202c", "电话：１３８００１３８０００"),
        ("phone", "0755-12345678转801", "0755-12345678转801"),
        ("phone", "13800138000、13900139000", "13800138000、13900139000"),
        ("phone", "010-8888 8888", "010-8888 8888"),
        ("email", "张三 <a@b.cn>", "a@b.cn"),
        ("email", "Ann@EXAMPLE.com", "Ann@example.com"),
        ("wechat", " zhang_san1 ", "zhang_san1"),
        ("wechat", "ｚｈａｎｇ１２３", "zhang123"),
        ("number", "１,２３４", "1234"),
        ("number", "+3.50", "3.50"),
        ("number", "-7", "-7"),
        ("date", "2026/1/5", "2026-01-05"),
        ("number", "1.5万", "15000"),
        ("date", "２０２６年１１月２２日", "2026-11-22"),
        ("url", "www.example.com/a", "https://www.example.com/a"),
        ("text", "  两   词 ", "两 词"),
        ("textarea", "一\r\n二\n", "一\n二"),
        ("consent", "on", "yes"),
        ("consent", False, ""),
        ("text", "\u200b \u202e", ""),
        ("text", 12, "12"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind: Kind, typed: Any, kept: str) -> None:
    assert read(own("x", kind), typed, "zh-CN") == kept


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("phone", "call me", "phone_format"),
        ("email", "nobody", "email_format"),
        ("wechat", "张三", "wechat_format"),
        ("wechat", "abc", "wechat_format"),
        ("number", "twelve", "number_format"),
        ("number", "1e9", "number_format"),
        ("number", "9" * 40, "too_long"),
        ("date", "2026-02-30", "date_format"),
        ("date", "0000-00-00", "date_format"),
        ("url", "javascript:alert(1)", "url_format"),
        ("url", "http://[::1", "url_format"),
        ("consent", "maybe", "not_offered"),
        ("text", "字" * 2001, "too_long"),
        ("text", ["a"], "wrong_type"),
        ("checkboxes", {"a": 1}, "wrong_type"),
    ],
)
def test_what_does_not_fit_its_kind_is_refused(kind: Kind, typed: Any, code: str) -> None:
    assert fault(kind, typed, choices=CHOICES) == code


@pytest.mark.parametrize("kind", ["radio", "select", "checkboxes"])
def test_only_what_is_offered_can_be_chosen(kind: Kind) -> None:
    raw: Any = ["别的"] if kind == "checkboxes" else "别的"
    assert fault(kind, raw, choices=CHOICES) == "not_offered"


def test_ticked_choices_come_in_the_order_of_the_form() -> None:
    field = own("x", "checkboxes", choices=CHOICES)
    assert read(field, ["公司", "个人", "公司"], "zh-CN") == "个人\n公司"


def test_numbers_and_lengths_have_limits() -> None:
    assert fault("number", "2", least=3) == "number_small"
    assert fault("number", "5", most=4.5) == "number_big"
    assert fault("text", "ab", min_length=3) == "too_short"
    assert fault("text", "abcd", max_length=3) == "too_long"


def test_what_is_required_is_missing_when_it_is_empty() -> None:
    assert fault("text", " ", required=True) == "required"
    assert fault("checkboxes", [], required=True, choices=CHOICES) == "required"
    assert fault("consent", "", required=True) == "consent_required"


def test_a_hidden_field_is_never_the_visitors_fault() -> None:
    field = own("x", "hidden", required=True)
    assert read(field, "", "zh-CN") == ""
    assert len(read(field, "a" * 5000, "zh-CN")) == 2000


def test_a_fields_own_words_replace_ours_in_the_visitors_language() -> None:
    field = own("x", "text", preset="postcode", error=texts("六位数字", "Six digits"))
    for language, said in (("zh-CN", "六位数字"), ("en", "Six digits")):
        with pytest.raises(Wrong) as caught:
            read(field, "x", language)
        assert caught.value.detail == said


REFUSED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("text", "", {"required": True}, "required"),
    ("radio", "", {"required": True, "choices": CHOICES}, "required"),
    ("checkboxes", [], {"required": True, "choices": CHOICES}, "required"),
    ("select", "别的", {"choices": CHOICES}, "not_offered"),
    ("consent", "", {"required": True}, "consent_required"),
    ("phone", "call me", {}, "phone_format"),
    ("number", "twelve", {}, "number_format"),
    ("date", "soon", {}, "date_format"),
    ("text", "x", {"preset": "digits"}, "pattern"),
]


@pytest.mark.parametrize(("kind", "typed", "more", "code"), REFUSED)
def test_a_fields_own_words_are_said_whyever_it_is_refused(
    kind: Any, typed: Any, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(Wrong) as caught:
        read(own("x", kind, error=texts("照这样填", "Like this"), **more), typed, "en")
    assert (caught.value.code, caught.value.detail, caught.value.facts) == (code, "Like this", {})


@pytest.mark.parametrize(
    ("kind", "typed", "more", "limit"),
    [
        ("text", "abcd", {"max_length": 3}, "3"),
        ("text", "ab", {"min_length": 3}, "3"),
        ("number", "1", {"least": 1500000}, "1500000"),
        ("number", "5", {"most": 0.25}, "0.25"),
    ],
)
def test_own_words_never_hide_the_limit(
    kind: Any, typed: str, more: dict[str, Any], limit: str
) -> None:
    with pytest.raises(Wrong) as caught:
        read(own("x", kind, error=texts("照这样填", ""), **more), typed, "zh-CN")
    assert caught.value.facts == {"words": "照这样填", "limit": limit}
    assert "{words}" in caught.value.detail
    assert "{limit}" in caught.value.detail


def test_own_words_do_not_hide_a_programs_mistake() -> None:
    assert fault("text", ["a"], error=texts("照这样填", "")) == "wrong_type"
    with pytest.raises(Wrong) as caught:
        read(own("x", error=texts("照这样填", "")), ["a"], "zh-CN")
    assert caught.value.detail != "照这样填"


def test_without_words_of_its_own_a_missing_answer_is_said_in_ours() -> None:
    with pytest.raises(Wrong) as caught:
        read(own("x", "text", required=True), "", "zh-CN")
    assert caught.value.facts == {"label": "字段x"}


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        ("email", "张三 <a@b.cn>", "张三 <a@b.cn>"),
        ("email", "a@b.cn", ""),
        ("number", "1.5万", "1.5万"),
        ("date", "2026年1月5日", "2026年1月5日"),
        ("phone", "+86 138-0013-8000", "+86 138-0013-8000"),
        ("phone", "0755-12345678转801", ""),
    ],
)
def test_what_was_typed_is_kept_where_less_is_used(kind: Kind, typed: str, written: str) -> None:
    assert hear(own("x", kind), typed, "zh-CN").written == written


def test_what_is_in_doubt_is_taken_and_asked_about() -> None:
    said = hear(own("x", "phone"), "138-0013-80", "zh-CN")
    assert said.kept == "138-0013-80"
    assert said.doubt is not None
    assert said.doubt.code == "phone_short"
