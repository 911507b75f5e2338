"""A form that is not ours: what is recognised, what stays under its own name, what is no answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.errors import Invalid
from app.fields import elsewhere
from app.fields.builtin import built_in
from app.fields.elsewhere import Recognised
from app.fields.shape import Field


def read(*pairs: tuple[str, str], form: Any = None) -> Recognised:
    return elsewhere.read(pairs, form or built_in(), "en-US")


KNOWN = ("content", "name", "phone", "email", "wechat", "category")


def known(found: Recognised) -> dict[str, str]:
    return {key: text for key in KNOWN if (text := getattr(found.answers, key))}


@pytest.mark.parametrize(
    ("pairs", "is_known"),
    [
        ({"name": "Li", "email": "a@shop.example", "message": "Hi"}, "name email content"),
        (
            {"your-name": "Li", "your-email": "a@shop.example", "your-message": "Hi"},
            "name email content",
        ),
        ({"姓名": "李", "手机号": "13800138000", "留言内容": "你好"}, "name phone content"),
        ({"您的称呼": "李", "联系电话:": "13800138000", "需求描述": "你好"}, "name phone content"),
        (
            {"Full Name": "Li", "Phone Number*": "13800138000", "Comments": "Hi"},
            "name phone content",
        ),
        ({"微信号": "zs_88abc", "咨询类型": "售后", "内容": "你好"}, "wechat category content"),
        ({"联系方式": "13800138000", "content": "你好"}, "phone content"),
        ({"联系方式": "a@shop.example", "content": "你好"}, "email content"),
        ({"联系方式": "zs_88abc", "content": "你好"}, "wechat content"),
        ({"_replyto": "a@shop.example", "message": "Hi"}, "email content"),
    ],
)
def test_names_that_forms_have_are_recognised(pairs: dict[str, str], is_known: str) -> None:
    found = read(*pairs.items())
    assert set(known(found)) == set(is_known.split())
    assert found.answers.fields == {}


def test_what_is_not_known_is_kept_under_its_own_name() -> None:
    found = read(("message", "Hi"), ("预算", "5 万"), ("Order No.", "A-1"), ("_subject", "Enquiry"))
    assert found.answers.fields == {"预算": "5 万", "Order No.": "A-1", "_subject": "Enquiry"}


def test_what_is_ticked_several_times_stands_line_by_line() -> None:
    found = read(
        ("message", "Hi"), ("service[]", "Design"), ("service[]", "Build"), ("service[]", "")
    )
    assert found.answers.fields == {"service": "Design\nBuild"}


def test_a_second_field_of_a_kind_keeps_its_name() -> None:
    found = read(("message", "Hi"), ("phone", "13800138000"), ("mobile", "13900139000"))
    assert (found.answers.phone, found.answers.fields) == ("13800138000", {"mobile": "13900139000"})


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([("first_name", "Ada"), ("last_name", "Lovelace")], "Ada Lovelace"),
        ([("名", "三"), ("姓", "张")], "张三"),
        ([("firstName", "Ada")], "Ada"),
    ],
)
def test_a_name_in_two_parts_is_one(pairs: list[tuple[str, str]], name: str) -> None:
    assert read(("message", "Hi"), *pairs).answers.name == name


def test_a_field_of_the_shops_own_is_recognised_by_key_and_label() -> None:
    field = Field(key="order", kind="text", label={"zh-CN": "订单号", "en-US": "Order number"})
    form = replace(built_in(), fields=(*built_in().fields, field), number=3)
    for name in ("order", "订单号", "Order number"):
        found = read(("message", "Hi"), (name, "A-1"), form=form)
        assert found.answers.fields == {"order": "A-1"}
        assert found.answers.labels["order"].text["zh-CN"] == "订单号"


def test_what_steers_other_services_is_no_answer_and_is_named() -> None:
    found = read(
        ("access_key", "x"),
        ("_cc", "boss@shop.example"),
        ("g-recaptcha-response", "x"),
        ("message", "Hi"),
        ("_next", "/thanks"),
    )
    assert (found.answers.fields, found.next) == ({}, "/thanks")
    assert found.ignored == ["access_key", "_cc", "g-recaptcha-response"]


@pytest.mark.parametrize("name", ["_gotcha", "botcheck", "_honeypot"])
def test_who_fills_in_the_trap_is_no_person(name: str) -> None:
    assert read(("message", "Hi"), (name, "x")).trapped
    assert not read(("message", "Hi"), (name, " ")).trapped


def test_without_a_message_the_other_fields_say_it() -> None:
    found = read(("email", "a@shop.example"), ("size", "XL"))
    assert found.answers.content == "(The form has no field for a message)"
    assert found.answers.fields == {"size": "XL"}


def test_a_long_answer_to_an_unknown_question_is_the_message() -> None:
    found = read(("email", "a@shop.example"), ("Tell us all", "x" * 3000))
    assert found.answers.content == f"Tell us all:\n{'x' * 3000}"


def test_a_form_that_asks_for_no_contact_needs_none() -> None:
    assert read(("message", "Hi")).answers.content == "Hi"


def test_a_form_that_asks_for_one_gets_one() -> None:
    with pytest.raises(Invalid) as error:
        read(("message", "Hi"), ("email", ""), ("phone", ""))
    assert [(each.pointer, each.code) for each in error.value.problems] == [
        ("/contact", "contact_required")
    ]


def test_a_contact_that_reaches_nobody_is_kept_as_written_beside_one_that_does() -> None:
    found = read(("message", "Hi"), ("Tel", "ask my wife"), ("email", "a@shop.example"))
    assert (found.answers.phone, found.answers.fields) == ("", {"Tel": "ask my wife"})


def test_the_only_contact_must_reach_somebody_and_is_called_as_in_the_form() -> None:
    with pytest.raises(Invalid) as error:
        read(("message", "Hi"), ("Tel", "ask my wife"))
    assert [each.pointer for each in error.value.problems] == ["/Tel"]


def test_of_two_that_reach_nobody_one_is_at_fault_and_none_is_lost() -> None:
    with pytest.raises(Invalid) as error:
        read(("message", "Hi"), ("Tel", "ask my wife"), ("Mail", "none"))
    assert [each.pointer for each in error.value.problems] == ["/Mail"]


def test_a_name_in_two_parts_is_said_once_beside_what_cannot_be_read() -> None:
    parts = ("first_name", "Ada"), ("last_name", "Lovelace")
    found = read(*parts, ("message", "Hi"), ("Tel", "none"), ("email", "a@shop.example"))
    assert (found.answers.name, found.answers.fields) == ("Ada Lovelace", {"Tel": "none"})
    long = ("first_name", "A" * 60), ("last_name", "L" * 60)
    found = read(*long, ("message", "Hi"), ("email", "a@shop.example"))
    assert (found.answers.name, found.answers.fields) == ("", {"name": f"{'A' * 60} {'L' * 60}"})


def test_the_case_of_a_name_does_not_matter() -> None:
    found = read(("message", "Hi"), ("Access_Key", "x"), ("_Gotcha", "x"), ("_Next", "/thanks"))
    assert (found.trapped, found.next, found.answers.fields) == (True, "/thanks", {})
    assert found.ignored == ["Access_Key", "_Gotcha"]


def test_a_long_name_is_kept_as_a_field() -> None:
    found = read(("message", "Hi"), ("name", "x" * 80))
    assert (found.answers.name, found.answers.fields) == ("", {"name": "x" * 80})


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(Invalid) as error:
        read(("message", " "), ("_next", "/x"))
    assert [each.code for each in error.value.problems] == ["required"]


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=12))
def test_no_form_is_too_odd_and_nothing_visible_is_lost(pairs: list[tuple[str, str]]) -> None:
    try:
        found = read(*pairs)
    except Invalid:
        return
    answers = found.answers
    kept = "".join([*known(found).values(), *answers.fields.values(), *answers.written.values()])
    for name, text in pairs:
        if name.isascii() and name.isalpha() and text.isascii() and text.isalpha():
            assert text.lower() in kept.lower() or name.lower() in elsewhere.NO_ANSWERS
