"""Sentences that the record and the statement share."""

from __future__ import annotations

from app.erasure.shape import OwnRetention, Retention
from app.processing import said
from app.processing.facts import Recipient
from app.processing.places import runs


def test_how_long_is_said_of_each_kind_of_message() -> None:
    own = [OwnRetention(category="退货", days=30), OwnRetention(category="投诉")]
    kept = Retention(handled=365, spam=30, categories=own, how="anonymise")
    lines = list(said.kept("en", kept))
    text = "\n".join(lines)
    assert "Handled messages: 365 days after they were handled" in lines
    assert "until somebody has" in text
    assert "“退货”: 30 days" in text
    assert "“投诉”: until" in text
    assert "anonymised" in text
    assert "at once" in lines[-1]
    assert "once it is checked" in [*said.kept("en", Retention(by_visitors="ask"))][-1]
    assert "anonymised" not in "\n".join(said.kept("en", Retention()))


def test_what_is_stored_of_addresses_is_what_visitors_are_told() -> None:
    for kept, first in (
        (Retention(), "network address (IP) and"),
        (Retention(addresses_days=30), "network address (IP), after 30 days"),
        (Retention(addresses="network", addresses_days=30), "the network that"),
        (Retention(addresses="none"), "browser"),
    ):
        assert said.automatic("en", kept)[0].startswith(first), kept


def test_a_recipient_is_named_with_its_company_and_host() -> None:
    host = "qyapi.weixin.qq.com"
    one = Recipient(kind="WeCom", name="销售群", host=host, runs=runs(host))
    assert said.named("en", one).endswith("销售群")
    assert said.who("en", one) == f"Tencent (WeCom) ({host})"
    assert said.where("en", one) == "in mainland China"
    unknown = Recipient(kind="WeCom", name="", host="", runs=runs(""))
    assert said.who("en", unknown) == "【】"
