"""From a form to a channel's JSON and back."""

from __future__ import annotations

from typing import Any

import pytest

from web.console import filled

MAIL = {
    "smtp_config/host": "smtp.shop.example",
    "smtp_config/port": "465",
    "smtp_config/secure": "on",
    "smtp_config/auth/user": "a@shop.example",
    "smtp_config/auth/pass": "code",
    "smtp_config/tls_mode": "auto",
    "to": "a@shop.example，b@shop.example\nc@shop.example;",
    "from": "",
}
HOOK = {
    "webhook_url": "https://crm.example/hook",
    "method": "PUT",
    "timeout": "10",
    "headers_0_name": "Authorization",
    "headers_0_value": "",
    "headers_1_name": "",
    "headers_2_name": "X-New",
    "headers_2_value": "1",
    "success/pointer": "/code",
    "success/equals": "0",
}


def test_mail() -> None:
    assert filled.raw("email", MAIL, {}) == {
        "type": "email",
        "to": ["a@shop.example", "b@shop.example", "c@shop.example"],
        "smtp_config": {
            "host": "smtp.shop.example",
            "port": 465,
            "secure": True,
            "auth": {"user": "a@shop.example", "pass": "code"},
            "tls_mode": "auto",
            "allow_plaintext": False,
        },
        "attach_json": False,
    }


def test_mail_without_a_user_has_no_sign_in() -> None:
    nobody = {**MAIL, "smtp_config/auth/user": "", "smtp_config/auth/pass": ""}

    assert filled.raw("email", nobody, {})["smtp_config"]["auth"] is None


def test_a_password_without_a_user_is_left_for_the_check_to_see() -> None:
    half = {**MAIL, "smtp_config/auth/user": ""}

    assert filled.raw("email", half, {})["smtp_config"]["auth"] == {"pass": "code"}


def test_headers_left_empty_keep_what_is_saved() -> None:
    saved = {"headers": {"Authorization": "••••abcd", "X-Old": "••••"}}
    raw = filled.raw("custom", HOOK, saved)

    assert raw["headers"] == {"Authorization": "••••abcd", "X-New": "1"}
    assert raw["success"] == {"pointer": "/code", "equals": 0}
    assert (raw["method"], raw["timeout"]) == ("PUT", 10)


def test_there_is_always_room_for_more_headers() -> None:
    saved = {"headers": {f"X-{n}": "••••" for n in range(9)}}

    assert len(filled.header_rows({}, saved)) == 9 + filled.EMPTY_ROWS
    assert filled.header_rows({}, {})[0] == ("", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0", 0), ("true", True), ("ok", "ok"), ("{}", "{}")),
        *((text, text) for text in ("[" * 20_000, "9" * 5_000, '{"a":' * 9_000)),
        ("1e999", float("inf")),
    ],
)
def test_a_value_means_what_it_looks_like(text: str, value: Any) -> None:
    raw = filled.raw("custom", {**HOOK, "success/equals": text}, {})

    assert raw["success"]["equals"] == value


def test_nothing_is_a_value_too() -> None:
    raw = filled.raw("custom", {**HOOK, "success/equals": "null"}, {})

    assert raw["success"] == {"pointer": "/code", "equals": None}
    assert filled.shown("custom", raw)["success/equals"] == "null"
    assert filled.shown("custom", {**raw, "success": None})["success/equals"] == ""


def test_without_a_place_there_is_no_condition() -> None:
    assert filled.raw("custom", {**HOOK, "success/pointer": ""}, {})["success"] is None


@pytest.mark.parametrize("text", ["ten", "-1", "1.5", "٣", "²"])
def test_what_is_no_number_is_left_for_the_check_to_see(text: str) -> None:
    assert filled.whole_number(text) == text


def test_digits_of_a_chinese_keyboard_are_digits() -> None:
    assert filled.whole_number(" ３０ ") == 30


def test_a_saved_channel_fills_its_form_without_its_secrets() -> None:
    entry = {"webhook_url": "https://x/hook/••••", "keywords": ["a", "b"], "mention_all": True}
    shown = filled.shown("dingtalk", {**entry, "secret": "••••abcd", "format": "text"})

    assert (shown["webhook_url"], shown["secret"]) == ("", "")
    assert (shown["keywords"], shown["mention_all"], shown["format"]) == ("a\nb", "on", "text")
    assert filled.masks("dingtalk", entry)["webhook_url"] == "https://x/hook/••••"
