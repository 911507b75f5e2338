"""A channel from pasted text alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app import outside
from app.channel_settings.pasted import connect, read_pasted
from app.errors import Invalid
from app.tables import Organization
from tests.fakes.vendors import FakeVendors

ROBOT = "https://oapi.dingtalk.com/robot/send?access_token=" + "a" * 64


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


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


async def test_it_is_added_once_and_tested_each_time(org: Organization, fakes: FakeVendors) -> None:
    found = read_pasted(fakes.add_bot("wecom", "k"))
    one, other = [await connect(org.id, found, outside.egress(), by="tests") for _ in range(2)]

    assert (one.ok, one.switched_on) == (True, True)
    assert (other.uid, other.switched_on) == (one.uid, False)
    assert len(fakes.calls()) == 2
