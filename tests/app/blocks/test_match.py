"""Whom and what an entry of the block list means."""

from __future__ import annotations

import datetime as dt

import pytest

from app.blocks.match import Caught, Matcher, Sender
from app.blocks.shape import Block, Kind

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


def caught(blocks: list[Block], **sender: str) -> Caught | None:
    return Matcher(blocks).caught(Sender(**sender), NOW)


@pytest.mark.parametrize(
    ("kind", "text", "meant", "not_meant"),
    [
        (
            "phone",
            "138-0013-8000",
            [{"phone": "+86 13800138000"}, {"wechat": "13800138000"}],
            [{"phone": "13800138001"}, {"text": "13800138000"}, {}],
        ),
        (
            "wechat",
            "zs_88abc",
            [{"wechat": "ZS_88abc"}],
            [{"wechat": "zs_88abcd"}, {"phone": "zs_88abc123"}],
        ),
        (
            "email",
            "Zhang@Spam.example",
            [{"email": "<zhang@spam.example>"}],
            [{"email": "li@spam.example"}, {"email": "zhang@ham.example"}],
        ),
        (
            "email",
            "@spam.example",
            [{"email": "zhang@SPAM.example"}],
            [{"email": "zhang@not-spam.example"}, {"email": "a@b.spam.example"}],
        ),
        (
            "ip",
            "203.0.113.7",
            [{"ip": "203.0.113.7"}, {"ip": "::ffff:203.0.113.7"}],
            [{"ip": "203.0.113.70"}],
        ),
        ("ip", "203.0.113.0/24", [{"ip": "203.0.113.9"}], [{"ip": "203.0.114.9"}, {"ip": "::1"}]),
        ("ip", "::ffff:203.0.113.0/120", [{"ip": "203.0.113.9"}], [{"ip": "203.0.114.9"}]),
        ("ip", "fe80::1%eth0", [{"ip": "fe80::1"}, {"ip": "fe80::1%eth1"}], [{"ip": "fe80::2"}]),
        ("ip", "2001:db8::/32", [{"ip": "2001:db8:7::1"}], [{"ip": "2001:db9::1"}]),
        ("words", "代开发票\nfapiao", [{"text": "可 ＦaＰiao 吗"}], [{"text": "发票"}]),
    ],
)
def test_it_means_a_sender_however_they_are_written(
    kind: Kind, text: str, meant: list[dict[str, str]], not_meant: list[dict[str, str]]
) -> None:
    block = Block(uid="1", kind=kind, text=text, reason="ads")
    assert [each for each in meant if caught([block], **each) is None] == []
    assert [each for each in not_meant if caught([block], **each)] == []


def test_it_says_which_entry_and_of_words_which_one() -> None:
    blocks = [
        Block(uid="1", kind="words", text="casino\n代开发票"),
        Block(uid="2", kind="phone", text="138 0013 8000", reason="广告"),
    ]
    assert caught(blocks, phone="13800138000", text="casino") == Caught(
        "2", "phone", "138 0013 8000", "广告"
    )
    assert caught(blocks, text="代开发票吗") == Caught("1", "words", "代开发票", "")


def test_an_expired_entry_catches_nothing_and_hides_none() -> None:
    over = Block(uid="1", kind="phone", text="13800138000", expires_at=NOW)
    holds = Block(
        uid="2", kind="wechat", text="13800138000", expires_at=NOW + dt.timedelta(seconds=1)
    )
    assert caught([over], phone="13800138000") is None
    found = caught([over, holds], phone="13800138000")
    assert found is not None
    assert found.block == "2"


def test_a_long_list_is_looked_up_and_not_walked_through() -> None:
    matcher = Matcher([Block(kind="phone", text=f"138{n:08}") for n in range(1000)])
    assert len(matcher._named) == 1000
    assert not matcher._networks
