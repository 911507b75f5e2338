"""Which passwords are fit."""

from __future__ import annotations

import pytest

from app.people import passwords

KNOWN = ("wang.fang@qingfeng.example", "王芳", "清风文具", "qingfeng-shop")


def code(password: str) -> str:
    found = passwords.problems(password, KNOWN)
    assert all(each.pointer == "/password" for each in found)
    return found[0].code if found else ""


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Password2024!",
        "P@ssw0rd123",
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "QWERTYUIOP1!",
        "1qaz2wsx3edc",
        "passwordpassword",
        "dragon dragon 1",
        "abcdefghijk",
        "a1234567890",
        "qq12345678",
        "woaini1314520",
        "iloveyou20131231",
        "2024Welcome!",
        "13812345678",
        "1990-01-01!",
        "password12345678",
        "ｐａｓｓｗｏｒｄ１２３",
        # As people in China do it: 5201314 and a123456 alone are too short already.
        "woaini1314",
        "wo5201314ni",
        "Woaini.1314",
        "a123456789",
        "5201314520",
        "zhang123456",
        "LiuWei19900101",
        "wei13145200",
        "nihao123456",
        "xiaoming888",
        "mima123456",
        "kefu123456",
        "wodemima123",
        "我爱你5201314",
        "laopowoaini",
    ],
)
def test_what_is_tried_first_is_refused_with_what_people_add_to_it(password: str) -> None:
    assert code(password) == "password_common"


@pytest.mark.parametrize(
    "password",
    [
        "wang.fang@qingfeng.example",
        "wangfang2024",
        "Wang-Fang-123",
        "fangwang20240101",
        "qingfeng123456",
        "Q1ngfeng2024!",
        "清风文具清风文具123",
        "王芳王芳王芳 2024",
        "leavemsg2026!",
        "留言留言留言leavemsg",
    ],
)
def test_what_others_know_about_somebody_is_no_secret(password: str) -> None:
    assert code(password) == "password_known"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse 9",
        "四只 猫 在 屋顶 上 唱歌",
        "tom839274615",
        "fang x7k2 9fmq tz3w",
        "48159265358979",
        "one horse ate my socks",
        "password of the blue whale",
        "beijing kaoya zhen haochi",
        "yueliang 37 chuanghu",
        "xiang chi huoguo 83",
        "wang x7k2 9fmq",
    ],
)
def test_what_takes_long_to_guess_is_taken(password: str) -> None:
    assert code(password) == ""


@pytest.mark.parametrize("password", ["a" * 9, "a" * 129])
def test_the_length_counts_first(password: str) -> None:
    assert code(password) == "password_length"


def test_what_is_suggested_is_fit() -> None:
    assert {code(passwords.suggested()) for _ in range(200)} == {""}


def test_nothing_is_known_of_nobody() -> None:
    assert passwords.problems("one horse ate my socks", ["", " ", "@", "a@b.com"]) == []


def test_the_list_is_packed_along() -> None:
    packed = passwords.LIST.read_bytes()
    assert len(packed) < 100_000
    assert len(passwords._listed()) > 19_000
