"""Templates: one pass, no language."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid, Problem
from app.notices import templates
from app.notices.notice import Notice

NOTICE = Notice(
    uid="0190",
    reference="LM-7K3F9Q",
    created_at=dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC),
    name="张三",
    content="多少钱？\n急",
    link="https://desk.example/inbox/0190",
    fields=(("公司 名称", "ACME"), ("预算", "")),
    keyed=(("company", "ACME"), ("budget", "")),
)
VALUES = templates.values(NOTICE, locale="zh-CN", timezone="Asia/Shanghai")


def as_is(value: str) -> str:
    return value


def faults(template: str) -> list[Problem]:
    with pytest.raises(Invalid) as caught:
        templates.check(template)
    return caught.value.problems


def test_variables_are_filled() -> None:
    assert templates.render("{{visitor.name}}：{{ message.reference }}", VALUES, as_is) == (
        "张三：LM-7K3F9Q"
    )


def test_every_value_is_escaped_and_nothing_else() -> None:
    filled = templates.render("<b>{{visitor.name}}</b>", {"visitor.name": "<"}, lambda v: "&lt;")

    assert filled == "<b>&lt;</b>"


def test_a_missing_value_takes_the_default() -> None:
    template = "{{visitor.email | default(\"未填\")}} {{visitor.name|default('未填')}}"

    assert templates.render(template, VALUES, as_is) == "未填 张三"


def test_a_template_from_before_there_was_a_wechat_id_tells_it_all_the_same() -> None:
    said = msgspec.structs.replace(NOTICE, wechat="zs_88abc")
    told = templates.values(said, locale="zh-CN", timezone="Asia/Shanghai")

    def filled(template: str) -> str:
        values = templates.with_wechat(template, told, "zh-CN")
        return templates.render(template, values, as_is)

    assert filled("{{message.fields}}") == "微信号：zs_88abc\n> 公司 名称：ACME"
    assert filled("{{fields.wechat}}") == "zs_88abc"
    assert filled("{{visitor.wechat}}\n{{message.fields}}") == "zs_88abc\n公司 名称：ACME"


def test_a_value_can_be_cut_by_characters() -> None:
    assert templates.render("{{message.content | clip(3)}}", VALUES, as_is) == "多少…"


def test_filters_work_one_after_the_other() -> None:
    template = '{{ visitor.email | default("很长的说明") | clip(3) }}'

    assert templates.render(template, VALUES, as_is) == "很长…"


def test_a_line_of_empty_variables_is_left_out() -> None:
    template = "姓名：{{visitor.name}}\n电话：{{visitor.phone}}\n完"

    assert templates.render(template, VALUES, as_is) == "姓名：张三\n完"


def test_the_second_line_of_a_value_stays_in_the_quotation() -> None:
    assert templates.render("> {{message.content}}", VALUES, as_is) == "> 多少钱？\n> 急"


def test_the_second_line_of_a_value_can_not_pass_for_ours() -> None:
    assert templates.render("内容：{{message.content}}", VALUES, as_is) == "内容：多少钱？\n> 急"


def test_own_fields_are_found_by_key_and_by_label() -> None:
    assert templates.render("{{fields.company}}", VALUES, as_is) == "ACME"
    assert templates.render("{{fields.公司 名称}}", VALUES, as_is) == "ACME"
    assert templates.render("{{message.fields}}", VALUES, as_is) == "公司 名称：ACME"


def test_the_time_is_the_organizations() -> None:
    assert VALUES["message.time"] == "2024-01-15 18:30 (UTC+8)"
    assert templates.local_time(NOTICE.created_at, "Asia/Kolkata").endswith("16:00 (UTC+5:30)")
    assert templates.local_time(NOTICE.created_at, "America/New_York").endswith("05:30 (UTC-5)")
    assert templates.local_time(NOTICE.created_at, "No/Where").endswith("10:30 (UTC)")


def test_a_value_is_never_looked_at_again() -> None:
    values = {"visitor.name": "{{message.content}}", "message.content": "secret"}

    assert templates.render("{{visitor.name}}", values, as_is) == "{{message.content}}"


@pytest.mark.parametrize(
    "typed",
    [
        *("{{config}}", "{{7*7}}", "{% for x in y %}", "${7*7}", "#{7*7}", "%n$s"),
        *("{0.__class__}", "{{visitor.__class__}}", "{{ visitor.name.upper() }}", "{{", "}}"),
    ],
)
def test_what_is_no_variable_stays_as_it_is_written(typed: str) -> None:
    assert templates.render(typed, VALUES, as_is) == typed


def test_every_variable_may_be_used() -> None:
    names = [name for name in templates.VARIABLES if "<" not in name]
    templates.check(" ".join("{{" + name + "}}" for name in names))
    templates.check("{{fields.公司 名称}}")


def test_an_unknown_variable_is_named_with_its_place_and_a_suggestion() -> None:
    [problem] = faults("第一行\n您好 {{visitor.nmae}}")

    assert problem.code == "template_unknown_variable"
    assert problem.facts == {
        "line": "2",
        "column": "4",
        "name": "visitor.nmae",
        "suggestion": "visitor.name",
    }


@pytest.mark.parametrize(
    "typed",
    [
        "<@{{visitor.name}}>",
        "< @ {{visitor.name}}>",
        "<{{visitor.name}}>",
        '<at user_id="{{visitor.name}}"></at>',
        "<at id={{visitor.name}}></at>",
        "<a\nhref={{message.page_url}}>x</a>",
        "[x]({{message.page_url}})",
        "![x]({{message.page_url}})",
        "[x](\n{{message.page_url}})",
        "[x](/a(b){{message.page_url}})",
        "[x]({{message.link}}{{visitor.name}})",
        '[x](/y "{{visitor.name}}")',
        "https://crm.example/?q={{visitor.phone}}",
        "https://{{message.reference | clip(3)}}{{visitor.name}}",
        "dtmd://x/{{fields.公司 名称}}",
    ],
)
def test_no_visitor_says_where_a_link_leads_or_who_is_called(typed: str) -> None:
    problem = faults(f"标题\n{typed}")[-1]
    name = problem.facts["name"]
    column = typed.rindex("{{") - typed.rfind("\n", 0, typed.rindex("{{"))

    assert problem.code == "template_place"
    assert name in typed
    assert (problem.facts["line"], problem.facts["column"]) == (
        str(2 + typed.count("\n")),
        str(column),
    )
    templates.check(typed, marked_up=False)


@pytest.mark.parametrize(
    "typed",
    [
        "[open]({{message.link}}) ({{visitor.phone}})",
        "[{{visitor.name}}](https://shop.example/a(b)) {{visitor.phone}}",
        "[电话]{{visitor.phone}} <@zhangsan> {{visitor.name}}",
        "https://shop.example/ {{visitor.name}}",
        "官网https://shop.example，电话{{visitor.phone}}",
        "a < b: {{visitor.name}}",
        '<a href="{{message.link}}">{{visitor.name}}</a>',
        "{{message.link | clip(3)}}: {{visitor.name}}",
    ],
)
def test_beside_a_link_or_a_mention_a_visitors_words_may_stand(typed: str) -> None:
    templates.check(typed)


def test_in_json_a_program_decides_what_a_value_does() -> None:
    templates.check_json('{"a": "<@{{visitor.name}}> https://x.example/{{visitor.name}}"}')


def test_every_fault_is_named_at_once() -> None:
    codes = [problem.code for problem in faults("{{a.b}} {{visitor.name | upper(1)}} {{ 7*7 }}")]

    assert codes == ["template_unknown_variable", "template_syntax", "template_syntax"]


@pytest.mark.parametrize(
    "typed",
    [
        *("{{", "{{visitor.name", "{{visitor.name}", "{{ visitor.name | default(x) }}"),
        *("{{visitor.name | clip('x')}}", "{{visitor.name | default(3)}}", "{{}}"),
    ],
)
def test_a_half_written_variable_is_refused(typed: str) -> None:
    assert {problem.code for problem in faults(typed)} == {"template_syntax"}


@pytest.mark.parametrize("typed", ["中" * 2731, "{{visitor.name}}" * 101])
def test_a_template_has_a_limit(typed: str) -> None:
    assert faults(typed)[0].code == "template_too_long"


def test_json_is_filled_inside_its_strings_only() -> None:
    template = '{"a": ["{{visitor.name}}", 1, true, null], "{{visitor.name}}": "x"}'

    filled = json.loads(templates.render_json(template, {"visitor.name": '",\n"b": "'}))

    assert filled == {"a": ['",\n"b": "', 1, True, None], "{{visitor.name}}": "x"}


def shape(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: shape(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [shape(item) for item in tree]
    return type(tree)


@given(st.dictionaries(st.sampled_from(sorted(templates.VARIABLES)), st.text()))
def test_no_value_changes_the_shape_of_json(values: dict[str, str]) -> None:
    template = '{"a": "{{visitor.name}} {{visitor.phone}}", "b": [{"c": "{{message.content}}"}]}'
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in values.items()}

    filled = json.loads(templates.render_json(template, clean))

    assert shape(filled) == shape(json.loads(template))
    assert filled["b"][0]["c"] == clean.get("message.content", "")


@pytest.mark.parametrize(
    "typed", ["{", "[1,]", "NaN", "[Infinity]", "1e999", "[" * 4000, "x", '{"a": 1} 2']
)
def test_what_is_no_json_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        templates.check_json(typed)

    assert caught.value.problems[0].code == "template_not_json"


def test_an_unknown_variable_in_json_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        templates.check_json('{"a": "{{visitor.nmae}}"}')

    assert caught.value.problems[0].facts["suggestion"] == "visitor.name"


def test_the_largest_template_with_the_longest_values_is_quick() -> None:
    template = "{{message.content}}\n" * 100
    start = time.process_time()
    templates.render(template, {"message.content": "x" * 5000}, as_is)

    assert time.process_time() - start < 0.05


def test_a_hundred_kilobytes_of_braces_are_quick() -> None:
    start = time.process_time()
    templates.render("{{" * 50_000, VALUES, as_is)
    faults("{{ visitor.name | " * 400)

    assert time.process_time() - start < 0.5
