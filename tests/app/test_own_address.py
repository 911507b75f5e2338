"""How the settings name where the product stands."""

from __future__ import annotations

import pytest

from app import own_address


@pytest.mark.parametrize(
    ("text", "origin", "below"),
    [
        ("https://shop.example", True, True),
        ("http://[::1]:9000", True, True),
        ("https://shop.example/desk", False, True),
        ("https://shop.example/a/b-2.x", False, True),
        ("https://shop.example/", False, False),
        ("https://shop.example/../x", False, False),
        ("https://shop.example/a b", False, False),
        ("https://shop.example/a?b", False, False),
        ("https://me@shop.example", False, False),
        ("ftp://shop.example", False, False),
        ("https://", False, False),
        ("https://shop.example:0", False, False),
    ],
)
def test_an_origin_may_have_a_path_where_it_is_allowed(
    text: str, origin: bool, below: bool
) -> None:
    assert (own_address.origin(text) is not None) == origin
    assert (own_address.origin(text, below=True) is not None) == below


def test_from_where_a_host_can_be_reached() -> None:
    for host, reach in (
        ("localhost", "machine"),
        ("shop.localhost", "machine"),
        ("notlocalhost", "network"),
        ("127.0.0.9", "machine"),
        ("::1", "machine"),
        ("0.0.0.0", "machine"),
        ("::", "machine"),
        ("10.0.0.7", "network"),
        ("fd00::7", "network"),
        ("8.8.8.8", "world"),
        ("2606:4700::1111", "world"),
        ("shop", "network"),
        ("shop.internal", "network"),
        ("shop.example.com", "world"),
    ):
        assert own_address.reach_of(host) == reach, host
