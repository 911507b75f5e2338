"""Secrets as they are shown, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.channels import kinds, masks
from app.channels.sender import Sender
from app.errors import Invalid
from tests.app.channels.things import ALL, FOLDERS, SIGN_SECRET, TOKEN, made, name_of, robot

Variant = tuple[str, dict[str, Any]]

every = pytest.mark.parametrize("variant", ALL, ids=name_of)
each_kind = pytest.mark.parametrize("kind", FOLDERS)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
OTHER = WECOM.replace("qyapi.weixin.qq.com", "wecom.corp.example")


@each_kind
def test_the_configuration_survives_storing(kind: str) -> None:
    sender = made((kind, {}))

    plain = json.loads(json.dumps(kinds.encode(sender)))

    assert kinds.parse(plain) == sender


@every
def test_what_leaves_the_product_holds_no_secret(variant: Variant) -> None:
    sender = secretive(variant)
    shown = json.dumps(kinds.masked(sender), ensure_ascii=False)

    assert list(secrets_in(shown)) == []
    assert kinds.unmask(kinds.masked(sender), sender) == kinds.encode(sender)


def secretive(variant: Variant) -> Sender:
    kind, options = variant
    if kind == "email":
        return made(variant, password=SIGN_SECRET)
    if kind in ("dingtalk", "feishu"):
        return made(variant, secret=SIGN_SECRET)
    if kind == "custom":
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"https://receiver.example/in/{TOKEN}?t={SIGN_SECRET}"
        return robot(kind, url, headers=headers, signing_secret="whsec_" + "A" * 44)
    return made(variant)


def secrets_in(shown: str) -> Iterator[str]:
    yield from (secret for secret in (TOKEN, SIGN_SECRET, "A" * 44) if secret in shown)


@every
def test_one_destination_has_one_name(variant: Variant) -> None:
    sender = secretive(variant)
    other = made((variant[0], {}))
    if variant[0] == "custom":
        other = robot("custom", f"https://receiver.example/in/{TOKEN}?t={SIGN_SECRET}")

    assert sender.target() == other.target()
    assert sender.credential() == other.credential()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (WECOM + "693a91f6-7abc-4bc4-97a0-0ec2fefaa91c", WECOM + "••••a91c"),
        (WECOM + "short", WECOM + "••••"),
        (
            "https://open.feishu.cn/open-apis/bot/v2/hook/7000-a91c-long",
            "https://open.feishu.cn/open-apis/bot/v2/hook/••••long",
        ),
    ],
)
def test_an_address_stays_recognisable(url: str, shown: str) -> None:
    kind = "feishu" if "feishu" in url else "wecom"

    assert kinds.masked(robot(kind, url))["webhook_url"] == shown


def test_a_custom_address_shows_its_words_and_hides_its_keys() -> None:
    sender = robot("custom", f"https://hooks.example/in/v1/{TOKEN}?a=b&c=")

    shown = kinds.masked(sender)["webhook_url"]

    assert shown == "https://hooks.example/in/v1/••••ffee?a=••••&c="


def test_headers_hide_their_values_but_not_how_the_request_is_written() -> None:
    headers = {"Content-Type": "application/json", "X-Key": "k" * 12, "X-Pin": "1234"}
    shown = kinds.masked(robot("custom", "https://a.example/", headers=headers))

    assert shown["headers"] == {
        "Content-Type": "application/json",
        "X-Key": "••••kkkk",
        "X-Pin": "••••",
    }


def test_what_is_left_out_is_unchanged() -> None:
    old = made(("dingtalk", {}), secret=SIGN_SECRET)

    new = kinds.unmask({"type": "dingtalk", "format": "text"}, old)

    assert kinds.parse(new).secret == SIGN_SECRET
    assert kinds.parse(new).webhook_url == old.webhook_url


def test_what_is_emptied_is_gone() -> None:
    old = made(("dingtalk", {}), secret=SIGN_SECRET)

    assert kinds.unmask({"type": "dingtalk", "secret": ""}, old)["secret"] == ""


def test_what_is_typed_anew_replaces_the_old() -> None:
    old = made(("feishu", {}), secret=SIGN_SECRET)

    new = kinds.unmask({"type": "feishu", "secret": "fresh"}, old)

    assert new["secret"] == "fresh"


def test_a_masked_password_inside_the_mail_settings_comes_back() -> None:
    old = made(("email", {}), password=SIGN_SECRET)
    shown = kinds.masked(old)
    shown["to"] = ["b@example.com"]

    assert kinds.unmask(shown, old)["smtp_config"]["auth"]["pass"] == SIGN_SECRET


def test_a_masked_header_comes_back_whatever_its_case() -> None:
    old = robot("custom", "https://a.example/", headers={"Authorization": f"Bearer {TOKEN}"})

    new = kinds.unmask({"type": "custom", "headers": {"authorization": "••••ffee"}}, old)

    assert new["headers"] == {"authorization": f"Bearer {TOKEN}"}
    assert kinds.unmask({"type": "custom"}, old)["headers"] == old.headers
    assert kinds.unmask({"type": "custom", "headers": {}}, old)["headers"] == {}


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ({"headers": {"Authorization": "••••ffee"}}, "/headers/Authorization"),
        ({"signing_secret": "••••AAAA"}, "/signing_secret"),
    ],
)
def test_another_host_needs_the_secret_again(raw: dict[str, Any], pointer: str) -> None:
    old = secretive(("custom", {}))

    with pytest.raises(Invalid) as caught:
        kinds.unmask({"type": "custom", "webhook_url": "https://evil.example/", **raw}, old)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [(pointer, "secret_needed")]


def test_another_host_gets_no_secret_that_was_left_out() -> None:
    new = kinds.unmask(
        {"type": "custom", "webhook_url": "https://evil.example/"}, secretive(("custom", {}))
    )

    assert set(new) == {"type", "webhook_url"}


@pytest.mark.parametrize("auth", [{"user": "x"}, {"user": "x", "pass": "••••e7e7"}])
def test_another_mail_server_needs_the_password_again(auth: dict[str, str]) -> None:
    old = made(("email", {}), password=SIGN_SECRET)
    smtp = {"host": "smtp.evil.example", "port": 587, "auth": auth}

    with pytest.raises(Invalid) as caught:
        kinds.unmask({"type": "email", "smtp_config": smtp, "to": ["a@example.com"]}, old)

    assert caught.value.problems[0].pointer == "/smtp_config/auth/pass"


def test_a_mask_that_belongs_to_nothing_is_no_secret() -> None:
    old = made(("wecom", {}))
    raw = kinds.unmask({"type": "wecom", "webhook_url": OTHER + "••••ffee"}, old)

    with pytest.raises(Invalid) as caught:
        kinds.parse(raw)

    assert caught.value.problems[0].code == "secret_masked"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://new.example/in?token=abc", "https://new.example/in?token=••••"),
        (
            "https://new.example/hook/0123456789abcdef",
            "https://new.example/hook/••••cdef",
        ),
        ("/moved/0123456789abcdef?key=1#x", "/moved/••••cdef?key=••••#••••"),
        ("https://me:secret@new.example/in", "https://new.example/in"),
        ("//new.example/secret-path", "••••path"),
    ],
)
def test_an_address_is_recognisable_and_of_no_use(url: str, shown: str) -> None:
    assert masks.mask_url(url) == shown


def test_the_place_of_a_masked_header_is_a_pointer() -> None:
    (left,) = masks.left_masked({"headers": {"X~Key": "••••1234"}})
    assert (left.pointer, left.code) == ("/headers/X~0Key", "secret_masked")
