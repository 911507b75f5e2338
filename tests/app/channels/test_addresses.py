"""Addresses as people paste them."""

from __future__ import annotations

import pytest

from app.channels import addresses


@pytest.mark.parametrize("pasted", [' "x" ', "“x”", "<x>", "「x」，", "\tx\r\n", "（x）。"])
def test_what_came_along_is_left_behind(pasted: str) -> None:
    assert addresses.bare(pasted) == "x"


@pytest.mark.parametrize("address", ["", "x", "ftp://x/", "https://", "https://[::1/", "//x"])
def test_what_is_no_address_is_none(address: str) -> None:
    assert addresses.split(address) is None


def test_a_platforms_address_is_always_https_and_any_other_stays() -> None:
    theirs, ours = (
        addresses.split(f"http://{host}:8099/a?k=1&x=2#f") for host in ("known.example", "other")
    )
    assert theirs
    assert ours

    built = [
        addresses.rebuilt(parts, hosts=["known.example"], path="/a", query=[("k", "1 ü")])
        for parts in (theirs, ours)
    ]

    assert built == [
        "https://known.example:8099/a?k=1%20%C3%BC#f",
        "http://other:8099/a?k=1%20%C3%BC#f",
    ]
