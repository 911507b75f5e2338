"""Amazon SNS is answered, and nobody else is called."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import Invalid
from app.mail.posted import subscribed


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.us-east-1.amazonaws.com.evil.example/",
        "https://sns.us-east-1.amazonaws.com@evil.example/",
        "https://evil.example/sns.us-east-1.amazonaws.com",
        "https://sns.us-east-1.amazonaws.com:8443/",
        "https://[",
    ],
)
async def test_only_amazon_is_asked(url: str) -> None:
    egress: Any = None  # It is not even looked at.
    with pytest.raises(Invalid) as error:
        await subscribed.confirm(egress, {"SubscribeURL": url})
    assert [(p.pointer, p.code) for p in error.value.problems] == [("/SubscribeURL", "url_host")]


def test_who_asks() -> None:
    assert subscribed.asks({"Type": "SubscriptionConfirmation"})
    assert not subscribed.asks({"Type": "Notification"})
