"""Whether a phone number, an address or a WeChat id is that of somebody who wrote."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app.messages import same
from app.messages.stored import Stored
from app.secrets import keyed_hash
from app.text import canonical


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


def test_a_mobile_number_finds_who_gave_it_as_their_wechat_and_the_other_way_round() -> None:
    number = Person(phone="13800138000")
    assert same.reached("+86 138 0013 8000", number)
    assert same.reached("wechat@example.com", Person(wechat="wechat@example.com"))
    assert not same.reached("wechat@example.com", Person(wechat="other@example.com"))
    assert not same.reached("zhang_san", number)
    assert not same.reached("", Person())


def row(**said: Any) -> Stored:
    """One of which nothing is known but what is said."""
    blank = {each.name: "" for each in msgspec.structs.fields(Stored) if each.required}
    return Stored(**{**blank, "left_category": None, **said})


PHONE, OTHER, TYPO = "13800138000", "13900139111", "13800138001"
MAIL, WECHAT = "zhang@example.com", "zhang_san88"
VISIT = {"ip": "192.0.2.1", "name": "张三"}
BROWSER = {**VISIT, "user_agent": "Firefox"}
CORRECTS: list[tuple[str, dict[str, str], dict[str, str], bool]] = [
    ("nothing new", {"phone": PHONE, **BROWSER}, {"phone": "+86 " + PHONE, **BROWSER}, False),
    ("a new mail beside the phone", {"phone": PHONE}, {"phone": PHONE, "email": MAIL}, True),
    ("a new WeChat id", {"phone": PHONE}, {"phone": PHONE, "wechat": WECHAT}, True),
    ("a new phone beside the mail", {"email": MAIL}, {"phone": PHONE, "email": MAIL}, True),
    ("the phone as WeChat id", {"phone": PHONE}, {"phone": PHONE, "wechat": PHONE}, False),
    (
        "a signed id",
        {"phone": PHONE, "external_id": "7"},
        {"phone": OTHER, "external_id": "7"},
        True,
    ),
    (
        "another's",
        {"phone": PHONE, "external_id": "7"},
        {"phone": OTHER, "external_id": "8"},
        False,
    ),
    ("two without an id", {"phone": PHONE}, {"phone": OTHER}, False),
    ("the same browser", {"phone": PHONE, **BROWSER}, {"phone": OTHER, **BROWSER}, True),
    ("no browser", {"phone": PHONE, **VISIT}, {"phone": OTHER, **VISIT}, False),
    (
        "another browser",
        {"phone": PHONE, **BROWSER},
        {"phone": OTHER, **BROWSER, "user_agent": "Safari"},
        False,
    ),
    ("a typo", {"phone": PHONE, **VISIT}, {"phone": TYPO, **VISIT}, True),
    (
        "a typo from elsewhere",
        {"phone": PHONE, "name": "张三"},
        {"phone": TYPO, "name": "张三"},
        False,
    ),
    ("of another name", {"phone": PHONE, **VISIT}, {"phone": TYPO, **VISIT, "name": "李"}, False),
    ("of another address", {"phone": PHONE, **VISIT}, {"phone": TYPO, **VISIT, "ip": "::1"}, False),
    ("a typo in WeChat", {"wechat": WECHAT, **VISIT}, {"wechat": WECHAT[:-1], **VISIT}, True),
    ("another WeChat id", {"wechat": WECHAT, **VISIT}, {"wechat": "wang_wu", **VISIT}, False),
    (
        "both differ",
        {"phone": PHONE, "email": MAIL, **BROWSER},
        {"phone": OTHER, "email": "wang@example.com", **BROWSER},
        False,
    ),
    (
        "the mail is left out",
        {"phone": PHONE, "email": MAIL, **BROWSER},
        {"phone": OTHER, **BROWSER},
        True,
    ),
    (
        "the phone is left out",
        {"phone": PHONE, "email": MAIL, **BROWSER},
        {"email": "wang@example.com", **BROWSER},
        True,
    ),
    (
        "there was no mail",
        {"phone": PHONE, **BROWSER},
        {"phone": OTHER, "email": MAIL, **BROWSER},
        True,
    ),
    (
        "there was no phone",
        {"email": MAIL, **BROWSER},
        {"phone": OTHER, "email": "wang@example.com", **BROWSER},
        True,
    ),
]


def test_another_way_to_be_reached_corrects_the_first_of_the_same_visitor() -> None:
    for why, first, second, corrects in CORRECTS:
        assert same.corrects(row(**first), row(**second)) is corrects, why


def test_who_says_the_same_and_nothing_new_says_it_again() -> None:
    first = row(phone=PHONE, email=MAIL, wechat=WECHAT, name="Zhang", fields="{}", category="a")
    for why, change, again in (
        ("all as before", {}, True),
        ("the name in another case", {"name": "ZHANG"}, True),
        ("no name", {"name": ""}, True),
        ("another name", {"name": "Wang"}, False),
        ("no phone", {"phone": ""}, True),
        ("no mail", {"email": ""}, True),
        ("no WeChat id", {"wechat": ""}, True),
        ("another phone", {"phone": OTHER}, False),
        ("another mail", {"email": "wang@example.com"}, False),
        ("another WeChat id", {"wechat": "wang_wu77"}, False),
        ("the mail alone", {"phone": "", "wechat": ""}, True),
        ("no way at all", {"phone": "", "email": "", "wechat": ""}, False),
        ("other answers", {"fields": '{"a":1}'}, False),
        ("another category", {"category": "b"}, False),
        ("a category of the team's", {"category": "b", "left_category": "a"}, True),
    ):
        assert same.again(first, msgspec.structs.replace(first, **change)) is again, why


def test_a_fingerprint_is_of_a_brand_and_a_text_however_it_is_written() -> None:
    brand = uuid.UUID(int=1)
    found = same.fingerprint(brand, "Hello, world")
    assert found == keyed_hash("fingerprint", f"1\n{brand}\n{canonical('Hello, world')}")
    assert found == same.fingerprint(brand, "Hello,  world ")
    assert found != same.fingerprint(brand, "Hello, word")
    assert found != same.fingerprint(uuid.UUID(int=2), "Hello, world")
