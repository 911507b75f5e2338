"""What visitors are told of their data."""

from __future__ import annotations

from msgspec.structs import replace

from app.erasure.shape import Retention
from app.processing.document import markdown
from app.processing.facts import Asked, Facts, Recipient
from app.processing.places import runs
from app.processing.statement import statement

FACTS = Facts(
    name="小店",
    addresses=["https://shop.example/w/default"],
    asked=[Asked("Phone", True)],
    consents=[],
    takes_files=False,
    files_at="",
    recipients=[],
    retention=Retention(handled=365),
    is_encrypted=True,
)


def with_recipient(host: str) -> Facts:
    one = Recipient(kind="Custom webhook", name="CRM", host=host, runs=runs(host))
    return replace(FACTS, recipients=[one], consents=["I agree"])


def test_it_says_who_gets_it_and_what_may_be_asked_for() -> None:
    text = markdown(statement("en", FACTS))
    assert "Nobody else gets it" in text
    assert "Phone (required)" in text
    assert "365 days" in text
    assert "agree to" not in text
    told = markdown(statement("en", with_recipient("api.telegram.org")))
    assert "agree to: I agree" in told
    assert "separate consent" in told
    found = with_recipient("api.telegram.org")
    link = replace(found, recipients=[replace(found.recipients[0], shows="link")])
    assert "telegram" not in markdown(statement("en", link)), "it gets nothing of the message"
    assert "隐私声明" in markdown(statement("zh-CN", FACTS))


def test_who_may_only_ask_is_not_told_that_they_erase() -> None:
    asked = markdown(statement("en", replace(FACTS, retention=Retention(by_visitors="ask"))))
    assert "ask to have it erased" in asked
    assert "erase it for good" not in asked
    assert "at once" not in asked
    assert "erase it for good" in markdown(statement("en", FACTS))
