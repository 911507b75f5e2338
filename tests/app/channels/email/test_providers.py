"""How to send through the providers that many shops use."""

from __future__ import annotations

import pytest

from app.channels.email import providers


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("shop@qq.com", "smtp.qq.com", "465"),
        ("Shop@FoxMail.com", "smtp.qq.com", "465"),
        ("shop@163.com", "smtp.163.com", "465"),
        ("shop@126.com", "smtp.126.com", "465"),
        ("shop@yeah.net", "smtp.yeah.net", "465"),
        ("shop@aliyun.com", "smtp.aliyun.com", "465"),
        ("shop@sina.com", "smtp.sina.com", "465"),
        ("13800138000@139.com", "smtp.139.com", "465"),
        ("18900000000@189.cn", "smtp.189.cn", "465"),
        ("shop@gmail.com", "smtp.gmail.com", "465"),
        ("shop@outlook.com", "smtp-mail.outlook.com", "587"),
        ("shop@tea.onmicrosoft.com", "smtp.office365.com", "587"),
        ("shop@icloud.com", "smtp.mail.me.com", "587"),
        ("shop@yahoo.com", "smtp.mail.yahoo.com", "465"),
        ("shop@zoho.com", "smtp.zoho.com", "465"),
    ],
)
def test_a_mailbox_names_its_server(address: str, host: str, port: str) -> None:
    filled = providers.filled(address)

    assert (filled["smtp_config/host"], filled["smtp_config/port"]) == (host, port)
    assert filled["smtp_config/auth/user"] == address
    assert providers.steps(host)


@pytest.mark.parametrize("address", ["shop@tea.example", "shop@notqq.com", "qq.com", "", "a@b@c"])
def test_what_nobody_knows_stays_free(address: str) -> None:
    assert providers.filled(address) == {}
    assert providers.completed({"to": address}) == {"to": address}


def test_a_guess_is_only_a_guess() -> None:
    assert providers.guess("shop@tea.example") == "smtp.tea.example"
    assert providers.guess("root@localhost") == ""


def test_a_server_that_was_entered_stays() -> None:
    form = {"smtp_config/host": "mail.example", "smtp_config/auth/user": "shop@qq.com"}

    assert providers.completed(form) == form


def test_without_a_server_the_account_says_which() -> None:
    form = {"to": "shop@qq.com\nb@tea.example", "smtp_config/auth/pass": "code"}

    completed = providers.completed(form)

    assert completed["smtp_config/host"] == "smtp.qq.com"
    assert completed["smtp_config/auth/user"] == "shop@qq.com"
