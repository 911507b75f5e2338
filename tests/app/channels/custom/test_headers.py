"""Which headers an admin may add to a request."""

from __future__ import annotations

import pytest

from app.egress.client import Client
from app.errors import Invalid
from tests.app.channels.things import robot

URL = "https://receiver.example/hook"


@pytest.mark.parametrize(
    "name",
    [
        *("Host", "content-length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE"),
        *("Trailer", "Upgrade", "Expect", "Proxy-Authorization", "Cookie", "Content-Encoding"),
        *("Accept-Encoding", "webhook-id", "Webhook-Signature", "Idempotency-Key"),
        *("", "a b", "a:b", "a\r\nb", "ü", "x" * 65, "leavemsg-attempt", "(x)"),
    ],
)
def test_a_header_of_ours_or_a_broken_name_is_refused(name: str, egress: Client) -> None:
    with pytest.raises(Invalid) as caught:
        robot("custom", URL, headers={name: "x"}).check(egress)

    assert caught.value.problems[0].code in ("header_name", "header_reserved")


@pytest.mark.parametrize("value", ["中文", "a\r\nX-Evil: 1", "a\nb", "a\x00", "x" * 1025, "\x7f"])
def test_a_value_that_cannot_stand_in_a_header_is_refused(value: str, egress: Client) -> None:
    with pytest.raises(Invalid) as caught:
        robot("custom", URL, headers={"X-Own": value}).check(egress)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [
        ("/headers/X-Own", "header_value")
    ]
