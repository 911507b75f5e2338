"""One notification, checked whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from app.channel_settings.entry import read_entry
from app.channels.custom import Custom
from app.channels.custom.answers import Success
from app.errors import Invalid
from tests.app.channel_settings.conftest import CUSTOM, DINGTALK, EMAIL, FEISHU, FIVE, HOOK, WECOM


@pytest.fixture(autouse=True)
def strict(configure: Callable[..., Any]) -> Callable[..., Any]:
    """The operator opens nothing private."""
    configure(LEAVEMSG_EGRESS_ALLOW="")
    return configure


def faults(raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read_entry(raw)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize("raw", FIVE, ids=lambda raw: str(raw["type"]))
def test_the_documented_examples_need_nothing_else(raw: dict[str, Any]) -> None:
    entry = read_entry(raw)
    assert entry.sender.kind == raw["type"]
    assert (entry.name, entry.enabled, entry.priority) == ("", True, "normal")
    assert (entry.rate_limit_per_minute, entry.template) == (None, "")


def test_the_target_says_the_same_destination_and_shows_nothing() -> None:
    targets = {read_entry(raw).target for raw in FIVE}
    assert len(targets) == 5
    assert read_entry(WECOM).target == read_entry({**WECOM, "name": "x", "enabled": False}).target
    assert not any("YOUR" in target for target in targets)


def test_two_channels_of_one_robot_share_its_bucket() -> None:
    twin = {**WECOM, "name": "the same robot"}
    other = {**WECOM, "webhook_url": WECOM["webhook_url"] + "2"}
    assert read_entry(WECOM).bucket == read_entry(twin).bucket
    assert read_entry(WECOM).bucket != read_entry(other).bucket


@pytest.mark.parametrize("raw", ["wecom", None, [], 7, True])
def test_a_notification_is_an_object(raw: Any) -> None:
    assert faults(raw) == [("", "wrong_type")]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "n" * 65}, ("/name", "too_long")),
        ({"name": 7}, ("/name", "wrong_type")),
        ({"enabled": "true"}, ("/enabled", "wrong_type")),
        ({"priority": "urgent"}, ("/priority", "not_a_choice")),
        ({"priority": ["high"]}, ("/priority", "not_a_choice")),
        ({"rate_limit_per_minute": -1}, ("/rate_limit_per_minute", "out_of_range")),
        ({"rate_limit_per_minute": 1001}, ("/rate_limit_per_minute", "out_of_range")),
        ({"rate_limit_per_minute": True}, ("/rate_limit_per_minute", "wrong_type")),
        ({"rate_limit_per_minute": 1.5}, ("/rate_limit_per_minute", "wrong_type")),
        ({"template": ["x"]}, ("/template", "wrong_type")),
        ({"fallback_for": "x"}, ("/fallback_for", "unknown_uid")),
        ({"fallback_for": 7}, ("/fallback_for", "wrong_type")),
        ({"fallback_after_seconds": -1}, ("/fallback_after_seconds", "out_of_range")),
        ({"fallback_after_seconds": 86_401}, ("/fallback_after_seconds", "out_of_range")),
        ({"type": None}, ("/type", "missing")),
        ({"type": "WeCom"}, ("/type", "unknown_type")),
        ({"webhook_ur": "x"}, ("/webhook_ur", "unknown_key")),
    ],
)
def test_each_mistake_has_its_place(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults({**WECOM, **changes}) == [fault]


def test_mistakes_of_both_halves_are_named_together() -> None:
    found = faults({**WECOM, "name": 7, "webhook_url": "http://example.com", "priority": "x"})
    assert {pointer for pointer, _ in found} == {"/name", "/priority", "/webhook_url"}


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/x?key=a", "https://example.com/cgi-bin/webhook/send?key=a"),
        *("https://127.0.0.2:8443/x", "https://10.0.0.1/x", "https://localhost/x", "ftp://x/y"),
        *("https://169.254.169.254/latest/meta-data", "https://user:pass@example.com/"),
    ],
)
@pytest.mark.parametrize("raw", [WECOM, DINGTALK, FEISHU], ids=lambda raw: str(raw["type"]))
def test_a_robot_lives_at_its_platform_only(raw: dict[str, Any], url: str) -> None:
    assert {pointer for pointer, _ in faults({**raw, "webhook_url": url})} == {"/webhook_url"}


@pytest.mark.parametrize(
    "url", ["http://example.com/x", "https://10.0.0.1/x", "https://[::1]/x", "https://x.internal/"]
)
def test_a_custom_address_is_public_and_encrypted(url: str) -> None:
    assert [pointer for pointer, _ in faults({**CUSTOM, "webhook_url": url})] == ["/webhook_url"]


def test_the_operators_list_opens_private_targets(strict: Callable[..., Any]) -> None:
    strict(LEAVEMSG_EGRESS_ALLOW="127.0.0.1/32:9")
    assert read_entry(HOOK).sender.kind == "custom"
    assert read_entry({**WECOM, "webhook_url": "http://127.0.0.1:9/cgi-bin/webhook/send?key=a"})


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"to": []}, "/to"),
        ({"to": ["nobody"]}, "/to/0"),
        ({"to": "admin@example.com"}, "/to"),
        ({"smtp_config": {"host": "10.0.0.1", "port": 587, "secure": True}}, "/smtp_config/host"),
        ({"smtp_config": {"host": "smtp.example.com", "port": 0}}, "/smtp_config/port"),
        ({"smtp_config": {}}, "/smtp_config/host"),
    ],
)
def test_mistakes_of_a_mail_server_have_their_place(changes: dict[str, Any], pointer: str) -> None:
    assert pointer in {found for found, _ in faults({**EMAIL, **changes})}


def test_a_template_with_an_unknown_variable_is_refused_with_its_place() -> None:
    with pytest.raises(Invalid) as caught:
        read_entry({**WECOM, "template": "Hello {{ visitor.nam }}"})
    (problem,) = caught.value.problems
    assert problem.pointer == "/template"
    assert problem.facts["suggestion"] == "visitor.name"


def test_what_we_said_ourselves_is_ignored_when_it_comes_back() -> None:
    assert read_entry({**WECOM, "uid": "x", "health": {"state": "ok"}}).name == ""


def test_a_name_is_one_clean_line() -> None:
    assert read_entry({**WECOM, "name": " 销售\n群\x00 "}).name == "销售 群"


def test_what_is_left_out_is_taken_from_before() -> None:
    before = {"name": "群", "priority": "low", "rate_limit_per_minute": 3, "enabled": False}
    entry = read_entry(
        {key: value for key, value in WECOM.items() if key != "enabled"}, defaults=before
    )
    assert (entry.name, entry.priority, entry.rate_limit_per_minute) == ("群", "low", 3)
    assert not entry.enabled


@pytest.mark.parametrize("raw", FIVE)
def test_null_leaves_a_key_out(raw: dict[str, Any]) -> None:
    nulls = dict.fromkeys(("name", "enabled", "priority", "template", "fallback_after_seconds"))
    sender = type(read_entry(raw).sender)
    own = {field.encode_name: None for field in msgspec.structs.fields(sender)}
    assert read_entry({**nulls, **own, **raw}) == read_entry(raw)
    assert read_entry({**raw, "rate_limit_per_minute": None}).rate_limit_per_minute is None


def test_null_leaves_a_key_of_the_mail_server_out() -> None:
    server = {"auth": None, "tls_mode": None, "port": None, **EMAIL["smtp_config"]}
    assert read_entry({**EMAIL, "smtp_config": server}) == read_entry(EMAIL)


def test_null_is_a_value_that_a_receiver_may_have_to_answer() -> None:
    raw = {**CUSTOM, "success": {"pointer": "/error", "equals": None}}
    sender = read_entry(raw).sender
    assert isinstance(sender, Custom)
    assert sender.success == Success("/error", None)


def test_null_is_no_answer_where_a_key_is_needed() -> None:
    with pytest.raises(Invalid) as caught:
        read_entry({"type": "wecom", "webhook_url": None})
    assert [each.pointer for each in caught.value.problems] == ["/webhook_url"]
