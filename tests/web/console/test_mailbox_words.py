"""What is pasted at a provider."""

from __future__ import annotations

from app.mail.posted.providers import PROVIDERS
from web.console.mailbox_words import STEPS, address, choices, warning


def test_every_provider_that_posts_has_its_steps() -> None:
    assert set(STEPS) == set(PROVIDERS) - {"imap"}
    assert [key for key, _ in choices("zh-CN")] == list(STEPS)


def test_the_secret_stands_before_the_host_but_for_who_signs() -> None:
    base, path = "https://shop.example/leave", "/inbound/1"
    assert address(base, path, "postmark", "s") == "https://leavemsg:s@shop.example/leave/inbound/1"
    assert address(base, path, "postmark", "") == "https://shop.example/leave/inbound/1"
    assert address(base, path, "mailgun", "s") == "https://shop.example/leave/inbound/1/mime"


def test_an_address_that_no_provider_reaches_is_told() -> None:
    for near in (
        "http://localhost:8080",
        "https://192.168.1.2",
        "https://[::1]",
        "https://desk.local",
        "https://desk.lan",
    ):
        assert "LEAVEMSG_BASE_URL" in warning("en", near), near
        assert "cannot reach" in warning("en", near), near
    assert "not https" in warning("en", "http://desk.shop.example")
    for good in ("https://desk.shop.example/leave", "https://8.8.8.8"):
        assert warning("en", good) == "", good
