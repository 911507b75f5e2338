"""What is stored of an address."""

from __future__ import annotations

from app.erasure.shape import ADDRESSES, reduced

HERE, THERE = "203.0.113.77", "2001:db8:1:2::1"


def test_what_is_kept_of_an_address() -> None:
    found = {how: reduced(HERE, how) for how in ADDRESSES}
    assert found == {"full": HERE, "network": "203.0.113.0/24", "none": ""}
    assert reduced(THERE, "network") == "2001:db8:1::/48"
    assert reduced("", "network") == ""
    assert reduced("::ffff:203.0.113.77", "network") == "203.0.113.0/24"
