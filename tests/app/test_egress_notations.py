"""Every address in every notation: the private ones are refused, the public ones pass."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.egress import UrlRefused
from app.egress.addresses import DENIED
from app.egress.client import Client

CLOSED = Client()
DENIED_4 = [n for n in DENIED if isinstance(n, ipaddress.IPv4Network)]
DENIED_6 = [n for n in DENIED if isinstance(n, ipaddress.IPv6Network)]


def _inside(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> st.SearchStrategy[str]:
    return st.ip_addresses(network=str(network)).map(str)


def _notations(text: str) -> list[str]:
    """Ways to write an IPv4 address that some parser somewhere understands."""
    number = int(ipaddress.IPv4Address(text))
    a, b, c, d = number.to_bytes(4, "big")
    tail = f"{number >> 16:x}:{number & 0xFFFF:x}"
    inside_6 = [f"::ffff:{text}", f"::ffff:{tail}", f"::{text}", f"64:ff9b::{text}"]
    inside_6 += [f"2002:{tail}::1", f"::ffff:0:{text}", f"64:ff9b:1::{tail}", f"2001:0:{tail}::"]
    wide = text.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    return [
        *(text, text + ".", str(number), str(number + 2**32), hex(number), f"0{number:o}"),
        *(f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a:04}.{b:04}.{c}.{d}"),
        *(f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{number & 0xFFFF}", f"{a}.{b:#x}.{c}.0{d:o}"),
        *(wide, text.replace(".", "。"), text.replace(".", "．"), quote(text).replace(".", "%2e")),
        *(f"example.com@{text}", f"{text}%00.example.com", f"example.com\\@{text}"),
        *(f"[{each}]" for each in inside_6),
    ]


@settings(max_examples=settings.default.max_examples * 3 // 2)
@given(st.one_of([_inside(network) for network in DENIED_4]))
def test_no_notation_of_a_private_address_passes(text: str) -> None:
    for host in _notations(text):
        with pytest.raises(UrlRefused):
            CLOSED.check_url(f"https://{host}/")
        with pytest.raises(UrlRefused):
            CLOSED.check_host(host, 25)


@settings(max_examples=settings.default.max_examples * 3 // 2)
@given(st.one_of([_inside(network) for network in DENIED_6]))
def test_no_private_ipv6_address_passes(text: str) -> None:
    for host in (f"[{text}]", f"[{ipaddress.ip_address(text).exploded.upper()}]", f"[{text}%eth0]"):
        with pytest.raises(UrlRefused):
            CLOSED.check_url(f"https://{host}/")
        with pytest.raises(UrlRefused):
            CLOSED.check_host(host, 25)


@settings(max_examples=settings.default.max_examples * 3 // 2)
@given(
    st.one_of(
        st.ip_addresses(v=4).filter(lambda a: not any(a in n for n in DENIED_4)),
        st.ip_addresses(network="2000::/3").filter(lambda a: not any(a in n for n in DENIED_6)),
    )
)
def test_every_public_address_passes(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    CLOSED.check_url(f"https://{host}/hook")
    CLOSED.check_host(str(address), 465)
