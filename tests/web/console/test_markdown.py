"""The platforms' Markdown as the preview draws it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.console.markdown import drawn

TAG = re.compile(
    r"</?(?:h[1-6]|p|ul|ol|li|em|strong|code|pre|blockquote|b|span)>|<(?:br|hr) />"
    r'|<span class="colour-(?:ok|warn|muted|other)">|<(?:ol start="[0-9]+"|code class="[^"<>]*")>'
    r'|<a href="[^"<>]*"(?: title="[^"<>]*")? target="_blank" rel="noopener noreferrer">|</a>'
)
PIECES = (
    *(
        "<font color=",
        '"info">',
        "red>",
        "</font>",
        "<@",
        "all",
        ">",
        "<at id=",
        "></at>",
        "**",
        "`",
    ),
    *(
        "[",
        "](",
        ")",
        "javascript:",
        "https://a.example",
        "![",
        "<script>",
        "\n",
        "> ",
        "# ",
        "&#60;",
    ),
)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**新留言**\n姓名：张三", "<p><strong>新留言</strong><br />\n姓名：张三</p>"),
        ("> 请回电\n> 谢谢", "<blockquote>\n<p>请回电<br />\n谢谢</p>\n</blockquote>"),
        ("#### 新留言", "<h4>新留言</h4>"),
        (
            '<font color="warning">**急**</font>',
            '<p><span class="colour-warn"><strong>急</strong></span></p>',
        ),
        ("<font color=#FF0000>急</font>", '<p><span class="colour-other">急</span></p>'),
        ("<@zhangsan> 请看", "<p><b>@zhangsan</b> 请看</p>"),
        ("<at id=all></at>", "<p><b>@all</b></p>"),
        ("&#60;b&#62; &#42;&#42;x&#42;&#42;", "<p>&lt;b&gt; **x**</p>"),
        ("![x](https://a.example/x.png)", None),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ],
)
def test_what_each_sign_becomes(source: str, html: str | None) -> None:
    shown = drawn(source).strip()
    if html is None:
        assert "<img" not in shown
    else:
        assert shown == html


def test_a_link_opens_beside_the_page() -> None:
    assert drawn("[查看](https://a.example/?a=1&b=2)").strip() == (
        '<p><a href="https://a.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">'
        "查看</a></p>"
    )


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map("".join))
def test_no_source_makes_markup_of_its_own(source: str) -> None:
    shown = str(drawn(source))
    assert "<" not in TAG.sub("", shown)
    opened = re.findall(r"<(span|b|a)\b", shown)
    assert sorted(opened) == sorted(re.findall(r"</(span|b|a)>", shown))
