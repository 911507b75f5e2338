"""What a visitor must answer: every fault at once, and clean answers."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid, Problem
from app.fields import Field, Group, built_in, check, rules
from tests.texts import texts

GOOD: dict[str, Any] = {"content": "我想咨询一下产品价格", "phone": "13800138000"}


def faults(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        check.check(built_in(), {**GOOD, **changes})
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def test_content_and_one_contact_are_enough() -> None:
    found = check.check(built_in(), GOOD)
    assert (found.content, found.phone) == (GOOD["content"], GOOD["phone"])
    assert (found.name, found.email, found.category, found.fields) == ("", "", "", {})


def test_every_fault_is_named_at_once() -> None:
    found = faults(content=" ", phone="call me", email="nobody", name="n" * 65, fields={"a": []})
    assert found == [
        ("/content", "required"),
        ("/name", "too_long"),
        ("/phone", "phone_format"),
        ("/email", "email_format"),
        ("/fields/a", "wrong_type"),
    ]


def test_the_caller_says_where_an_answer_stands() -> None:
    with pytest.raises(Invalid) as caught:
        check.check(built_in(), {**GOOD, "content": ""}, pointer=lambda name: f"/message/{name}")
    assert caught.value.problems[0].pointer == "/message/content"


@pytest.mark.parametrize("nothing", ["", "   ", "\n\u3000\t", "\u200b\u200d\ufeff", "\u202e", None])
def test_a_message_of_nothing_visible_is_missing(nothing: Any) -> None:
    assert faults(content=nothing) == [("/content", "required")]


def test_an_emoji_is_a_message() -> None:
    assert check.check(built_in(), {**GOOD, "content": "👍"}).content == "👍"


def test_without_any_contact_nobody_can_be_reached() -> None:
    assert faults(phone="", email=None, wechat=" ") == [("/contact", "contact_required")]


def test_a_wechat_id_is_enough() -> None:
    found = check.check(built_in(), {"content": "你好", "wechat": "微信：zs_88abc"})
    assert (found.wechat, found.written) == ("zs_88abc", {"wechat": "微信：zs_88abc"})


def test_the_phone_number_may_be_the_wechat_id() -> None:
    found = check.check(built_in(), {**GOOD, "wechat": "同手机号"})
    assert (found.wechat, found.written) == ("13800138000", {"wechat": "同手机号"})
    told = check.check(built_in(), {**GOOD, "phone": "13800138000（微信同号）"})
    assert told.wechat == "13800138000"
    for phone, wechat in (("微信：zs_88abc", "zs_88abc"), ("telegram zs_88abc", "")):
        assert check.check(built_in(), {**GOOD, "phone": phone}).wechat == wechat
    assert faults(phone="", email="a@b.example", wechat="微信同号") == [
        ("/wechat", "wechat_format")
    ]
    assert faults(phone="abc", wechat="微信同号") == [("/phone", "phone_format")]


def test_a_form_with_a_field_of_its_own_for_it_stays_as_it_is() -> None:
    """The first such field of an older form has the key that is a standard field's now, a second
    one, or one that was renamed, another."""
    wx = Field(key="wx", kind="wechat", label=texts("微信", "WeChat"))
    form = msgspec.structs.replace(built_in(), number=1)
    others = [each for each in form.fields if each.key != "wechat"]
    older = msgspec.structs.replace(form, fields=(*others, wx))
    text = msgspec.structs.replace(wx, key="wechat", kind="text")

    renamed = check.check(form, {**GOOD, "fields": {"wechat": "wx zs_88abc"}})
    own = check.check(older, {**GOOD, "fields": {"wx": "zs_88abc"}})
    free = msgspec.structs.replace(form, fields=(*others, text))
    other = check.check(free, {**GOOD, "fields": {"wechat": "晚上加"}})

    assert (renamed.wechat, renamed.fields) == ("zs_88abc", {})
    assert (own.wechat, own.fields) == ("zs_88abc", {"wx": "zs_88abc"})
    assert (other.wechat, other.fields) == ("", {"wechat": "晚上加"})
    assert rules.problems(free) == []


@pytest.mark.parametrize(("name", "value"), [("phone", "abc"), ("email", "abc"), ("email", 7)])
def test_a_wrong_contact_is_one_fault_and_not_also_a_missing_one(name: str, value: Any) -> None:
    found = faults(**{"phone": "", name: value})
    assert [pointer for pointer, _ in found] == [f"/{name}"]


@pytest.mark.parametrize("at_least", [1, 2])
def test_a_rule_speaks_in_its_own_words(at_least: int) -> None:
    own = Group(
        key="contact", label=texts("联系"), at_least=at_least, error=texts("留个电话", "Call?")
    )
    form = msgspec.structs.replace(built_in(), groups=(own,))
    for language, said in (("zh-CN", "留个电话"), ("en", "Call?")):
        with pytest.raises(Invalid) as caught:
            check.check(form, {"content": "好"}, language=language)
        assert [(each.pointer, each.detail) for each in caught.value.problems] == [
            ("/contact", said)
        ]


@pytest.mark.parametrize("name", list(check.LIMITS))
def test_the_limits_are_counted_in_characters(name: str) -> None:
    limit = check.LIMITS[name]
    assert (f"/{name}", "too_long") in faults(**{name: "字" * (limit + 1)})
    assert len([p for p, _ in faults(**{name: "字" * (limit + 1)}) if p == f"/{name}"]) == 1


def test_five_thousand_emoji_fit() -> None:
    assert len(check.check(built_in(), {**GOOD, "content": "😀" * 5000}).content) == 5000


@pytest.mark.parametrize("value", [1, True, [], {}, 1.5])
@pytest.mark.parametrize("name", list(check.LIMITS))
def test_an_answer_must_be_text(name: str, value: Any) -> None:
    assert (f"/{name}", "wrong_type") in faults(**{name: value})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("86 138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("021－5555 0100", "021-5555 0100"),
        ("(010) 8888 6666", "(010) 8888 6666"),
        ("+49 30 901820", "+49 30 901820"),
        ("0151 23456789", "0151 23456789"),
        ("138-0013-80", "138-0013-80"),
        ("0755-12345678转801", "0755-12345678转801"),
        ("138\u200b0013\u202a8000", "13800138000"),
        ("10086", "10086"),
    ],
)
def test_a_phone_is_kept_as_one_would_dial_it(typed: str, kept: str) -> None:
    assert check.check(built_in(), {**GOOD, "phone": typed}).phone == kept


@pytest.mark.parametrize("typed", ["1234", "abc", "138001380001380013800138001380013800", "+", "-"])
def test_what_nobody_can_dial_is_refused(typed: str) -> None:
    assert [p for p, _ in faults(phone=typed)] == ["/phone"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" zhangsan@example.com ", "zhangsan@example.com"),
        ("zhangsan＠Example.COM", "zhangsan@example.com"),
        ("张三@example.com", "张三@example.com"),
        ("li@例子.测试", "li@xn--fsqu00a.xn--0zwm56d"),
        ("a@b", None),
        ("a b@example.com", "b@example.com"),
        ("a@example.com\nBcc: x@example.com", "a@example.com"),
    ],
)
def test_an_email_is_kept_as_it_is_mailed(typed: str, kept: str | None) -> None:
    if kept is None:
        assert faults(email=typed) == [("/email", "email_format")]
    else:
        assert check.check(built_in(), {**GOOD, "email": typed}).email == kept


def test_doubts_do_not_stand_in_the_way_and_name_their_place() -> None:
    found = check.check(built_in(), {**GOOD, "phone": "138-0013-80", "email": "a@gmail.con"})
    assert [(each.pointer, each.code) for each in found.doubts] == [
        ("/phone", "phone_short"),
        ("/email", "email_slip"),
    ]
    assert (found.phone, found.email) == ("138-0013-80", "a@gmail.con")


def test_own_fields_may_be_text_numbers_or_yes_and_no() -> None:
    fields = {"订单号": "A-1", "数量": 3, "VIP": True, "nothing": ""}
    found = check.check(built_in(), {**GOOD, "fields": fields}).fields
    assert found == {"订单号": "A-1", "数量": "3", "VIP": "true", "nothing": ""}


@pytest.mark.parametrize("value", [None, [], {"a": 1}])
def test_other_values_of_own_fields_are_refused(value: Any) -> None:
    assert faults(fields={"a": value}) == [("/fields/a", "wrong_type")]


@pytest.mark.parametrize("fields", [[], "text", 0, False])
def test_own_fields_are_an_object(fields: Any) -> None:
    assert faults(fields=fields) == [("/fields", "wrong_type")]


@pytest.mark.parametrize(
    ("name", "text", "code", "limit"),
    [
        ("a", "x" * 2001, "too_long", "2000"),
        ("n" * 65, "x", "too_long", "64"),
        (" ", "x", "required", None),
    ],
)
def test_a_fault_of_an_own_field_names_its_limit(
    name: str, text: str, code: str, limit: str | None
) -> None:
    with pytest.raises(Invalid) as caught:
        check.check(built_in(), {**GOOD, "fields": {name: text}})
    (problem,) = caught.value.problems
    assert (problem.code, problem.facts.get("limit")) == (code, limit)


def test_there_are_at_most_fifty_own_fields() -> None:
    assert faults(fields={str(n): "x" for n in range(51)}) == [("/fields", "too_many")]


def test_what_a_person_wrote_stays_as_it_is() -> None:
    odd = "a\u202eb\u2066c\u200b\ufeff e\u0301\u0301 \u795e\ufa19"
    typed = {"content": f" {odd}\r\n{odd}\n", "name": " 张\n三\u200f ", "fields": {"k": odd}}
    found = check.check(built_in(), {**GOOD, **typed})
    assert found.content == f"{odd}\n{odd}"
    assert found.name == "张 三\u200f"
    assert found.fields == {"k": odd}


@pytest.mark.parametrize("bad", ["\x00", "\x1b[2J", "\x7f", "\x9b", "\ud83d"])
def test_control_characters_and_half_characters_are_refused(bad: str) -> None:
    code = "control_characters"
    found = faults(content=f"a{bad}b", name=bad, fields={"k": f"{bad}x"})
    assert found == [("/content", code), ("/name", code), ("/fields/k", code)]


@given(
    st.dictionaries(
        st.sampled_from([*check.LIMITS, "fields", "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_whatever_comes_is_answered_with_answers_or_faults(raw: dict[str, Any]) -> None:
    problems: list[Problem] = []
    reachable = False
    try:
        found = check.check(built_in(), raw)
        reachable = bool(found.content and (found.phone or found.email))
    except Invalid as error:
        problems = error.problems
    assert reachable != bool(problems)
