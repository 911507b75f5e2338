"""One answer to one field, as typed and as kept."""

from typing import Any

import pytest

from app.fields import Choice, Texts
from app.fields.shape import Kind
from app.fields.values import Wrong, read
from tests.app.fields.conftest import own

CHOICES = (Choice("个人", "A person"), Choice("公司", "A company"))


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
        ("phone", "010-8888 8888", "010-8888 8888"),
        ("email", "Ann@EXAMPLE.com", "Ann@example.com"),
        ("wechat", " zhang_san1 ", "zhang_san1"),
        ("wechat", "ｚｈａｎｇ１２３", "zhang123"),
        ("number", "１,２３４", "1234"),
        ("number", "+3.50", "3.50"),
        ("number", "-7", "-7"),
        ("date", "2026/1/5", "2026-01-05"),
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
    field = own("x", "text", preset="postcode", error=Texts("六位数字", "Six digits"))
    for language, said in (("zh-CN", "六位数字"), ("en", "Six digits")):
        with pytest.raises(Wrong) as caught:
            read(field, "x", language)
        assert caught.value.detail == said


def test_a_missing_answer_is_said_in_our_words() -> None:
    field = own("x", "text", required=True, error=Texts("六位数字", "Six digits"))
    with pytest.raises(Wrong) as caught:
        read(field, "", "zh-CN")
    assert caught.value.facts == {"label": "字段x"}
