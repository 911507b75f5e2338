"""The record of processing activities."""

from __future__ import annotations

from msgspec.structs import replace

from app.processing.document import markdown
from app.processing.record import record
from tests.app.processing.test_statement import FACTS, with_recipient


def test_it_names_recipients_and_says_what_transfers_need() -> None:
    for locale, abroad in (("en", "Separate consent"), ("zh-CN", "单独同意")):
        text = markdown(record(locale, with_recipient("api.telegram.org")))
        assert "api.telegram.org" in text
        assert abroad in text
    text = markdown(record("en", with_recipient("hooks.shop.example")))
    assert "Check where these are: hooks.shop.example" in text
    hook, chat = with_recipient("hooks.shop.example"), with_recipient("api.telegram.org")
    both = replace(hook, recipients=[*hook.recipients, *chat.recipients])
    text = markdown(record("en", both))
    assert "Separate consent" in text
    assert "Check where these are: hooks.shop.example" in text
    assert "None by the recipients above" not in text
    assert "None by the recipients above" in markdown(record("en", FACTS))
