"""A browser's name in the words of people."""

from __future__ import annotations

import pytest

from web.http import browsers

MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"{MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/156.0.0.0 Safari/537.36",
            "Chrome 156 · Windows",
        ),
        (
            f"{MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/156.0.0.0 Safari/537.36 Edg/156.0.1",
            "Edge 156 · Windows",
        ),
        (
            f"{MOZILLA} (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36 "
            "MicroMessenger/8.0.56.2800",
            "WeChat 8 · Android",
        ),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari 19 · iPhone",
        ),
        (
            f"{MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox 145 · Linux",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_browsers_are_known_by_what_they_truly_are(user_agent: str, name: str) -> None:
    assert browsers.name(user_agent) == name
