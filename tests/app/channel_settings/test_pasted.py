"""A channel from pasted text alone."""

from __future__ import annotations

import pytest

from app.channel_settings.pasted import read_pasted
from app.errors import Invalid

ROBOT = "https://oapi.dingtalk.com/robot/send?access_token=" + "a" * 64


def test_an_address_in_a_sentence_is_a_channel() -> None:
    found = read_pasted(f"地址：{ROBOT} 加签：SEC{'0b' * 32}")

    assert (found["type"], found["webhook_url"]) == ("dingtalk", ROBOT)
    assert found["secret"] == f"SEC{'0b' * 32}"


def test_a_mailbox_says_its_kind_and_wants_more() -> None:
    found = read_pasted("support@qq.com")

    assert found["type"] == "email"
    assert "webhook_url" not in found


@pytest.mark.parametrize(
    "text", ["", "你好", "http://", "ftp://a.b/c", "http://a.example/" + "x" * 9000]
)
def test_anything_else_has_one_fault_that_says_what_to_do(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_pasted(text)

    assert [each.pointer for each in caught.value.problems] == ["/pasted"]
