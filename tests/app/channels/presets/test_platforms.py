"""Presets against platforms that take nothing but what their pages say."""

from __future__ import annotations

from typing import Any

import pytest

from app.channels import kinds
from app.channels.presets.answers import acceptance
from app.channels.presets.kind import Preset
from app.errors import SendError
from tests.app.channels.presets.platforms import PLATFORMS, Account
from tests.app.channels.presets.test_presets import NOW, PRESETS, answer
from tests.app.channels.things import notice, parcel

KEYS = {
    "pushplus": ("token", ""),
    "wxpusher": ("token", ""),
    "serverchan": ("key", ""),
    "ntfy": ("topic", "token"),
    "twilio": ("account", "token"),
    "aliyun_sms": ("access_key_id", "access_key_secret"),
}
"""The fields by which the platform knows its customer."""
TOKEN = {"ntfy": {"token": "tk_0123456789abcdef"}}


def sender_of(name: str, **changes: Any) -> Preset:
    raw = {"type": name, **PRESETS[name].specimen(), **TOKEN.get(name, {}), **changes}
    made = kinds.parse(raw)
    assert isinstance(made, Preset)
    return made


def account_of(name: str, trouble: str = "") -> Account:
    values = sender_of(name).values()
    key, secret = KEYS[name]
    to = tuple(values.get("uids", ()))
    return Account(values[key], values.get(secret, ""), to, trouble)


def outcome(name: str, account: Account, *, long: bool = False, **changes: Any) -> tuple[str, str]:
    """How a notice goes there: what follows, and the field that is at fault."""
    sender = sender_of(name, **changes)
    told = parcel(notice(content="很长的话 & more " * 3000)) if long else parcel()
    said = PLATFORMS[name](sender.made(told, nonce="n", now=NOW), account)
    try:
        acceptance(answer(*said), sender.recipe, told, sender.secrets())
    except SendError as error:
        return error.outcome, error.facts.get("field", "")
    return "ok", ""


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_notice_of_any_length_is_taken_and_a_stranger_is_not(name: str) -> None:
    mine = account_of(name)
    assert outcome(name, mine) == outcome(name, mine, long=True) == ("ok", "")

    _, secret = KEYS[name]
    other = mine._replace(**({"secret": "another"} if secret else {"key": "another"}))
    refused = outcome(name, other)
    assert refused == ("permanent_config", secret or KEYS[name][0])


REFUSED = [
    ("pushplus", "unverified", "permanent_config", ""),
    ("pushplus", "limited", "rate_limited", ""),
    ("pushplus", "poor", "permanent_config", ""),
    ("pushplus", "ip", "permanent_config", ""),
    ("pushplus", "busy", "retry", ""),
    ("serverchan", "quota", "rate_limited", ""),
    ("serverchan", "quota_new", "rate_limited", ""),
    ("ntfy", "slow", "rate_limited", ""),
    ("ntfy", "quota", "rate_limited", ""),
    ("ntfy", "reserved", "permanent_config", "topic"),
    *(("twilio", str(code), "permanent_config", "to") for code in (21608, 21610, 21612, 21614)),
    ("twilio", "20429", "rate_limited", ""),
    ("twilio", "21606", "permanent_config", "sender"),
    ("aliyun_sms", "isv.BUSINESS_LIMIT_CONTROL", "rate_limited", ""),
    ("aliyun_sms", "isv.OUT_OF_SERVICE", "permanent_config", ""),
    ("aliyun_sms", "isv.SIGN_STATE_ILLEGAL", "permanent_config", "sign_name"),
    ("aliyun_sms", "isv.SMS_TEMPLATE_ILLEGAL", "permanent_config", "template_code"),
    ("aliyun_sms", "isv.DENY_IP_RANGE", "permanent_config", ""),
    ("aliyun_sms", "isv.SOMETHING_NEW", "retry", ""),
]


def test_what_is_wrong_there_is_never_green_and_says_where() -> None:
    for name, trouble, follows, field in REFUSED:
        found = outcome(name, account_of(name, trouble))
        assert found == (follows, field), (name, trouble)


def test_one_of_several_receivers_that_is_unknown_is_no_success() -> None:
    uids = [*sender_of("wxpusher").values()["uids"], "UID_unknown0000000000000"[:24]]

    assert outcome("wxpusher", account_of("wxpusher"), uids=uids) == ("permanent_config", "uids")
