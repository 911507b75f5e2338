"""Whether a phone number, an address or a WeChat id is that of somebody who wrote."""

from __future__ import annotations

import msgspec

from app.messages import same


class Person(msgspec.Struct):
    phone: str = ""
    email: str = ""
    wechat: str = ""


def test_somebody_is_reached_by_each_of_their_ways_however_it_is_written() -> None:
    phone, mail, wechat = (
        Person(phone="13800138000"),
        Person(email="Zhang@Example.com"),
        Person(wechat="zhang_san88"),
    )
    for by, found in (
        ("+86 138 0013 8000", [phone]),
        ("zhang@example.com", [mail]),
        ("ZHANG_SAN88", [wechat]),
        ("13900139000", []),
        ("wang@example.com", []),
        ("wang_wu77", []),
    ):
        assert [each for each in (phone, mail, wechat) if same.reached(by, each)] == found, by
    assert same.reached("13800138000", Person(wechat="13800138000"))
