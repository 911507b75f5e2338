"""What visitors typed, in the markup of each platform."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels import dialects


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<@all>", "＜@all＞"),
        ("[官网](https://x.example/a_b?c=1&d=2)", "［官网］(https://x.example/a_b?c=1&d=2)"),
        ("![图](x)", "！［图］(x)"),
        ("(http://x.example)(y)", "（http://x.example)(y)"),
        ("**b** `c` a|b \\*", "＊＊b＊＊ ｀c｀ a｜b ＼＊"),
        ("# a\n  ## b\n#c", "＃ a\n＃# b\n＃c"),
        ("a\n---\nb\n===", "a\n－--\nb\n＝=="),
        ("~~~\nx", "～～～\nx"),
        ("\tx\n    y", "x\ny"),
        ("&lt;@all&gt; AT&T a & b &amp", "＆lt;@all＆gt; AT&T a & b ＆amp"),
        ("&lta href=x &#60b &GTx &y=2", "＆lta href=x ＆#60b ＆GTx &y=2"),
        ("dtmd://dingtalkclient/x DTMD://y", "dtmd：//dingtalkclient/x DTMD：//y"),
        ("weixin://x http://x HTTPS://y", "weixin：//x http://x HTTPS://y"),
        ("https://x.example/a_b~c", "https://x.example/a_b~c"),
        ("+86 138-0013-8000 (office) 1. 2.", "+86 138-0013-8000 (office) 1. 2."),
    ],
)
def test_markdown_reads_as_typed_and_means_nothing(typed: str, shown: str) -> None:
    assert dialects.markdown(typed) == shown


def test_feishus_table_of_entities() -> None:
    assert dialects.lark_markdown("&<>*[]()#:+-_~!/\\\"'$`") == (
        "&#38;&#60;&#62;&#42;&#91;&#93;&#40;&#41;&#35;&#58;&#43;&#45;&#95;&sim;&#33;&#47;&#92;&#34;"
        "&#39;&#36;&#96;"
    )


def test_plain_text_still_calls_nobody() -> None:
    assert dialects.no_tags('<at user_id="all"> < @all>') == '＜at user_id="all"> ＜ @all>'


@pytest.mark.parametrize("cut", range(len("dtmd://")))
@pytest.mark.parametrize("dialect", [dialects.markdown, dialects.no_acting_links])
def test_no_acting_link_forms_across_two_values(dialect: Callable[[str], str], cut: int) -> None:
    typed = "dtmd://dingtalkclient/sendMessage?content=hi"

    assert "dtmd://" not in dialect(typed[:cut]) + dialect(typed[cut:])


@pytest.mark.parametrize("cut", range(len("&lt;@all&gt;")))
def test_no_entity_is_left_in_plain_text(cut: int) -> None:
    typed = "&lt;@all&gt;"

    assert "&lt" not in dialects.no_tags(typed[:cut]) + dialects.no_tags(typed[cut:])


@given(st.text())
def test_no_sign_of_markup_is_left(typed: str) -> None:
    assert not set(dialects.markdown(typed)) & set("<>[]`*|\\\t")


@pytest.mark.parametrize("typed", ["\n", "-\n", "- ", "&", "#", " ", "&#", "~", "<@", "a&a;"])
def test_long_nonsense_is_quick(typed: str) -> None:
    start = time.process_time()
    dialects.markdown(typed * 10_000)

    assert time.process_time() - start < 0.2
