"""Reading a configuration: every fault at once, each with its place."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from app.channels import kinds
from app.errors import Invalid, Problem
from tests.app.channels.things import FOLDERS

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=YOUR_KEY"
EXAMPLES: list[dict[str, Any]] = [
    {"type": "wecom", "webhook_url": WECOM},
    {
        "type": "wecom_app",
        "corpid": "ww0123456789abcdef",
        "agentid": 1000002,
        "secret": "YOUR_SECRET",
        "to_users": ["zhangsan"],
    },
    {
        "type": "dingtalk",
        "webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=YOUR_TOKEN",
    },
    {
        "type": "feishu",
        "webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/YOUR_WEBHOOK_ID",
    },
    {
        "type": "email",
        "smtp_config": {
            "host": "smtp.example.com",
            "port": 587,
            "secure": True,
            "auth": {"user": "your-email@example.com", "pass": "your-password"},
        },
        "to": ["admin@example.com", "support@example.com"],
    },
    {
        "type": "custom",
        "webhook_url": "https://your-server.com/webhook/leavemsg",
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Authorization": "Bearer YOUR_TOKEN"},
    },
]


def faults(raw: Any) -> list[Problem]:
    with pytest.raises(Invalid) as caught:
        kinds.parse(raw)
    return caught.value.problems


def places(raw: Any) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in faults(raw)]


@pytest.mark.parametrize("raw", EXAMPLES, ids=lambda raw: raw["type"])
def test_the_documented_examples_are_read_as_they_are(raw: dict[str, Any]) -> None:
    kept = kinds.encode(kinds.parse(raw))

    assert {name: kept[name] for name in raw if name != "smtp_config"} == {
        name: value for name, value in raw.items() if name != "smtp_config"
    }
    assert kept.get("smtp_config", {}).items() >= raw.get("smtp_config", {}).items()


def test_the_type_must_be_there_and_known() -> None:
    assert places({}) == [("/type", "missing")]
    for value in (7, True, ["wecom"], {"a": 1}):
        assert places({"type": value}) == [("/type", "wrong_type")]
    assert faults({"type": "WeCon"})[0].facts["suggestion"] == "wecom"
    assert "suggestion" not in faults({"type": "pigeon"})[0].facts


def test_a_misspelt_key_is_named_with_the_right_one() -> None:
    [unknown, missing] = faults({"type": "wecom", "webhok_url": "x"})

    assert (unknown.pointer, unknown.code) == ("/webhok_url", "unknown_key")
    assert unknown.facts["near"] == "webhook_url"
    assert (missing.pointer, missing.code) == ("/webhook_url", "missing")


def test_every_fault_is_named_with_its_place() -> None:
    smtp = {"host": 1, "port": 99999, "auth": {"usr": "x"}, "tls_mode": "ssl", "secure": "yes"}
    raw = {"type": "email", "smtp_config": smtp, "to": [], "attach_json": None}

    assert places(raw) == [
        ("/smtp_config/host", "wrong_type"),
        ("/smtp_config/port", "out_of_range"),
        ("/smtp_config/auth/usr", "unknown_key"),
        ("/smtp_config/auth/user", "missing"),
        ("/smtp_config/tls_mode", "not_a_choice"),
        ("/smtp_config/secure", "wrong_type"),
        ("/to", "too_short"),
        ("/attach_json", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"webhook_url": ""}, ("/webhook_url", "too_short")),
        ({"webhook_url": "x" * 2049}, ("/webhook_url", "too_long")),
        ({"webhook_url": None}, ("/webhook_url", "wrong_type")),
        ({"mention_users": ["a", "b c"]}, ("/mention_users/1", "pattern")),
        ({"mention_users": ["<@all>"]}, ("/mention_users/0", "pattern")),
        ({"mention_users": ["a"] * 51}, ("/mention_users", "too_long")),
        ({"mention_users": "lisi"}, ("/mention_users", "wrong_type")),
        ({"webhook_url": WECOM[:-8] + "••••1234"}, ("/webhook_url", "secret_masked")),
    ],
)
def test_a_value_that_cannot_be_is_refused(change: dict[str, Any], place: tuple[str, str]) -> None:
    assert places({"type": "wecom", "webhook_url": WECOM, **change}) == [place]


def test_every_fault_has_a_sentence_that_can_be_filled() -> None:
    raw = {"type": "custom", "method": "GET", "headers": {"A": 1}, "timeout": 99, "x": 1}

    for problem in faults(raw):
        assert problem.detail.format_map(problem.facts)


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_kind_names_the_platforms_own_page(kind: str) -> None:
    module = sys.modules[kinds.KINDS[kind].__module__]

    assert "https://" in (module.__doc__ or "")
