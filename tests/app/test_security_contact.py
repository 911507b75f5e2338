"""Whom somebody tells of a fault in the security."""

from __future__ import annotations

import datetime as dt

import pytest

from app.security_contact import parse, written


def test_mail_and_web_addresses_become_what_the_standard_wants() -> None:
    said = " security@shop.example, https://shop.example/report?x=1,tel:+86-10-1234 ,mailto:a@b.cn,"
    assert parse(said) == (
        "mailto:security@shop.example",
        "https://shop.example/report?x=1",
        "tel:+86-10-1234",
        "mailto:a@b.cn",
    )
    assert parse("") == ()


@pytest.mark.parametrize(
    "text", ["security", "http://shop.example", "a@b", "a b@c.cn", "a@b.cn\nContact: x", "安@全.cn"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_it_says_until_when_and_is_the_same_for_a_day() -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    now = dt.datetime(2026, 11, 30, 12, 0, 1, tzinfo=zone)
    text = written(("mailto:a@b.cn", "https://c.cn"), "https://d.cn", ("zh-CN", "en"), now)
    assert text.splitlines() == [
        "Contact: mailto:a@b.cn",
        "Contact: https://c.cn",
        "Expires: 2027-02-28T00:00:00Z",
        "Preferred-Languages: zh-CN, en",
        "Canonical: https://d.cn/.well-known/security.txt",
    ]
    later = now + dt.timedelta(hours=11)
    assert (
        written(("mailto:a@b.cn", "https://c.cn"), "https://d.cn", ("zh-CN", "en"), later) == text
    )
