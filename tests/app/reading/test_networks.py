"""Addresses and networks as people write them."""

import pytest

from app.reading.networks import around, network_of, written


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7/24 ", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::/0", "::/0"),
        ("2001:DB8::", "2001:db8::"),
    ],
)
def test_a_network_is_written_in_one_way(text: str, read: str) -> None:
    found = network_of(text)
    assert found is not None
    assert written(found) == read


@pytest.mark.parametrize("text", ["", "localhost", "1.2.3", "1.2.3.4/33", "::ffff:1.2.3.4/129"])
def test_anything_else_is_none(text: str) -> None:
    assert network_of(text) is None


def test_the_network_around_an_address() -> None:
    asked = ("203.0.113.77", "2001:db8:1:2::1", "::ffff:1.2.3.4", "10.0.0.0/8", "x", "")
    found = ["203.0.113.0/24", "2001:db8:1::/48", "1.2.3.0/24", "10.0.0.0/8", "", ""]
    assert [around(each) for each in asked] == found
