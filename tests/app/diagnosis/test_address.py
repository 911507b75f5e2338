"""The address of the installation, and by what a request came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app import settings
from app.diagnosis import address
from app.diagnosis.address import Came

Configure = Callable[..., Any]


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://localhost:8080", "warn"),
        ("https://desk.example.com", "ok"),
        ("https://10.0.0.5", "warn"),
    ],
)
def test_who_can_open_it(configure: Configure, url: str, state: str) -> None:
    configure(LEAVEMSG_BASE_URL=url)
    assert [each.state for each in address.look(settings.current())] == [state]


def test_the_world_on_plain_http_fails(configure: Configure) -> None:
    configure(LEAVEMSG_BASE_URL="http://desk.example.com", LEAVEMSG_ALLOW_INSECURE_HTTP=1)
    assert [each.state for each in address.look(settings.current())] == ["fail"]


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("", False),
        ("redis://redis:6379/0", False),
        ("redis://10.0.0.7:6379/0", False),
        ("redis://:secret@cache.example.com:6379/0", False),
        ("redis://cache.example.com:6379/0", True),
        ("redis://8.8.8.8/0", True),
    ],
)
def test_a_redis_for_everybody_is_told(configure: Configure, url: str, *, warned: bool) -> None:
    configure(REDIS_URL=url)
    found = address.redis(settings.current())
    assert [each.state for each in found] == ["warn"] * warned


def test_a_request_that_came_as_it_should(configure: Configure) -> None:
    configure(LEAVEMSG_BASE_URL="https://desk.example.com", LEAVEMSG_TRUSTED_PROXIES="::1/128")
    came = Came(host="Desk.example.com", peer="::1", forwarded=True, scheme="https")
    assert [each.state for each in address.of_request(settings.current(), came)] == ["ok"]


def test_each_thing_that_a_proxy_does_wrong_is_told(configure: Configure) -> None:
    configure(LEAVEMSG_BASE_URL="https://desk.example.com")
    came = Came(host="other.example", peer="10.0.0.1", forwarded=True, scheme="http")
    found = address.of_request(settings.current(), came)
    assert [each.state for each in found] == ["fail", "warn", "warn"]
