"""The address of a caller, with and without proxies in front."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from web.http import address

ONE = (ipaddress.ip_network("10.0.0.1/32"),)
TWO = (ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("fd00::/8"))


def scope(peer: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    return {"client": (peer, 1) if peer is not None else None, "headers": headers}


def seen(peer: str | None, *forwarded: str, trusted: Any = ONE) -> str:
    return str(address.of_scope(scope(peer, *forwarded), trusted))


def test_the_peer_is_the_client_when_no_proxy_is_trusted() -> None:
    assert seen("192.0.2.9", "203.0.113.5", trusted=()) == "192.0.2.9"


def test_a_trusted_proxy_is_believed() -> None:
    assert seen("10.0.0.1", "203.0.113.5") == "203.0.113.5"


def test_what_the_visitor_wrote_himself_is_never_used() -> None:
    assert seen("10.0.0.1", "1.1.1.1, 203.0.113.5") == "203.0.113.5"


def test_two_trusted_hops_are_skipped() -> None:
    assert seen("10.0.0.1", "1.1.1.1, 203.0.113.5, 10.0.0.7", trusted=TWO) == "203.0.113.5"


def test_several_headers_are_one_list_in_order() -> None:
    assert seen("10.0.0.1", "1.1.1.1", "203.0.113.5, 10.0.0.7", trusted=TWO) == "203.0.113.5"


def test_a_chain_of_nothing_but_trusted_hops_ends_at_its_first() -> None:
    assert seen("10.0.0.1", "10.0.0.9, 10.0.0.8", trusted=TWO) == "10.0.0.9"


def test_no_header_means_the_proxy_itself() -> None:
    assert seen("10.0.0.1") == "10.0.0.1"


@pytest.mark.parametrize(
    ("hop", "expected"),
    [
        ("203.0.113.5:4711", "203.0.113.5"),
        ("2001:db8::5", "2001:db8::5"),
        ("[2001:db8::5]", "2001:db8::5"),
        ("[2001:db8::5]:443", "2001:db8::5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("  203.0.113.5\t", "203.0.113.5"),
        ("2001:DB8:0:0::5", "2001:db8::5"),
    ],
)
def test_every_form_of_an_address_is_read(hop: str, expected: str) -> None:
    assert seen("10.0.0.1", hop) == expected


@pytest.mark.parametrize(
    "junk",
    [
        "",
        ",",
        "unknown",
        "_hidden",
        "<script>alert(1)</script>",
        "203.0.113.5 evil",
        "203.0.113.5, ",
        "203.0.113.5,,",
        "203.0.113.256",
        "203.0.113",
        "0x7f.0.0.1",
        "2130706433",
        "010.0.0.1",
        "fe80::1%eth0",
        "fe80::1%<script>",
        "[::1",
        "[::1]x",
        "[::1]:http",
        "1.2.3.4:port",
        "1.2.3.4:123456",
        '"203.0.113.5"',
        "for=203.0.113.5",
        "１.2.3.4".encode().decode("latin-1"),
        "203.0.113.5\x00",
        "localhost",
        "203.0.113.5/24",
        "203.0.113.5;203.0.113.6",
        "a" * 900,
        "203.0.113.5," * 200,
    ],
)
@pytest.mark.parametrize("trusted", [(), ONE, TWO])
def test_junk_falls_back_to_the_peer(junk: str, trusted: Any) -> None:
    assert seen("10.0.0.1", junk, trusted=trusted) == "10.0.0.1"


def test_only_the_nearest_hops_of_a_long_chain_are_walked() -> None:
    chain = ", ".join(["203.0.113.5"] + ["10.0.0.7"] * address.MAX_HOPS)
    assert seen("10.0.0.1", chain, trusted=TWO) == "10.0.0.7"


def test_a_trusted_proxy_may_speak_ipv6() -> None:
    assert seen("fd00::1", "203.0.113.5", trusted=TWO) == "203.0.113.5"


def test_a_unix_socket_counts_as_this_machine() -> None:
    here = (ipaddress.ip_network("127.0.0.0/8"),)
    assert seen(None, "203.0.113.5", trusted=here) == "203.0.113.5"
    assert seen(None, "203.0.113.5", trusted=()) == "127.0.0.1"
    assert seen("", trusted=()) == "127.0.0.1"


def test_a_mapped_peer_is_its_ipv4_address() -> None:
    assert seen("::ffff:10.0.0.1", "203.0.113.5") == "203.0.113.5"


def test_logs_show_the_network_only() -> None:
    assert address.truncated(ipaddress.ip_address("203.0.113.77")) == "203.0.113.0/24"
    assert address.truncated(ipaddress.ip_address("2001:db8:1:2::3")) == "2001:db8:1::/48"
