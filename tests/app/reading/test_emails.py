"""E-mail addresses as people write and paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import Unreadable, emails

WRITTEN = [
    *("zhang@qq.com", " zhang@qq.com ", "zhang@QQ.com", "mailto:zhang@qq.com?subject=x"),
    *("张三 <zhang@qq.com>", '"Zhang, San" <zhang@qq.com>', "<zhang@qq.com>", "(zhang@qq.com)"),
    *("zhang@qq.com.", "zhang@qq.com,", "zhang@qq.com。", "zhang@qq.com；", "“zhang@qq.com”"),
    *(
        "zhang @qq.com",
        "zhang@ qq . com",
        "zhang＠qq。com",
        "ｚｈａｎｇ＠ｑｑ．ｃｏｍ",
        "zhang@qq,com",
    ),
    *("邮箱：zhang@qq.com", "邮箱zhang@qq.com", "E-mail: zhang@qq.com", "zhang(at)qq[dot]com"),
    *("张三 zhang@qq.com", "zhang@qq.com (work)", "zhang\u200b@qq.com"),
    *("zhang@qq.com, li@qq.com", "zhang@qq.com/li@qq.com", "zhang@qq.com 或 li@qq.com"),
]


@pytest.mark.parametrize("text", WRITTEN)
def test_what_stands_around_an_address_is_no_part_of_it(text: str) -> None:
    assert emails.read(text) == emails.Email("zhang@qq.com", None)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("张三@例子.中国", "张三@xn--fsqu00a.xn--fiqs8s"),
        ("li@例子.测试", "li@xn--fsqu00a.xn--0zwm56d"),
        ("Ann@MÜNCHEN.de", "Ann@xn--mnchen-3ya.de"),
        ("пример@почта.рф", "пример@xn--80a1acny.xn--p1ai"),
        ("first..last@docomo.ne.jp", "first..last@docomo.ne.jp"),
        ("last.@docomo.ne.jp", "last.@docomo.ne.jp"),
        ("o'brien+tag@x.co.uk", "o'brien+tag@x.co.uk"),
        ("ops@mail.corp.local", "ops@mail.corp.local"),
    ],
)
def test_addresses_that_few_programs_take_are_taken(text: str, address: str) -> None:
    assert emails.read(text) == emails.Email(address, None)


@pytest.mark.parametrize(
    ("text", "code", "address"),
    [
        ("zhang@gmail.con", "email_slip", "zhang@gmail.com"),
        ("zhang@gamil.com", "email_slip", "zhang@gmail.com"),
        ("zhang san@qq.com", "email_words", "san@qq.com"),
        ("a@example.com\nBcc: x@example.com", "email_words", "a@example.com"),
    ],
)
def test_what_is_probably_a_slip_is_asked_back(text: str, code: str, address: str) -> None:
    doubt = emails.read(text).doubt

    assert doubt is not None
    assert (doubt.code, doubt.facts["address"]) == (code, address)


@pytest.mark.parametrize(
    "text",
    ["", "nobody", "a@b", "@", "@@", "a@", "@b.com", "a@b..com", "a@-b.com", "x" * 70 + "@b.com"],
)
def test_what_no_server_takes_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        emails.read(text)
    assert emails.address(text) == ""


def test_two_spellings_of_one_mailbox_are_the_same() -> None:
    assert emails.same("张三 <Zhang@QQ.com>", "zhang@qq.com")
    assert emails.same("li@例子.测试", "li@xn--fsqu00a.xn--0zwm56d")
    assert not emails.same("", "")
    assert emails.shown("li@xn--fsqu00a.xn--0zwm56d") == "li@例子.测试"


@given(st.text(alphabet=st.characters()) | st.text(alphabet="ab@.<>, ()\"'例张:;。-"))
def test_no_text_breaks_the_reader(text: str) -> None:
    address = emails.address(text)
    assert not any(char.isspace() for char in address.rpartition("@")[2])
    assert emails.shown(address) or not emails.shown(text)


@given(st.from_regex(emails.USUAL, fullmatch=True))
def test_usual_addresses_are_read_at_once_as_all_others_would_be(text: str) -> None:
    assert emails.read(text) == emails.read(f" {text} ")
