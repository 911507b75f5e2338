"""Where we may connect to, judged by text and by address. Nothing here leaves the machine."""

from __future__ import annotations

import ipaddress
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from app.egress import (
    Allowed,
    OutboundError,
    UrlRefused,
    parse_allowed,
)
from app.egress.addresses import Rules
from app.egress.client import Client
from app.egress.dial import Dialer

VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("ssrf_vectors.json").read_text("utf-8")
)
REFUSED = [v for v in VECTORS if v["expect"] == "refuse"]
AT_SAVE = [v["url"] for v in REFUSED if v["stage"] == "save"]
AT_CONNECT = [v for v in REFUSED if v["stage"] == "connect"]
PASSING = [v["url"] for v in VECTORS if v["expect"] == "allow"]
# The part of each vector that can stand as the host of a mail server.
HOSTS = sorted(
    {
        u.removeprefix("https://").split("/")[0]
        for u in AT_SAVE
        if u.startswith("https://") and u != "https://example.com/a b"
    }
)
SOME = parse_allowed("127.0.0.1/32:8099")
WECOM = {"qyapi.weixin.qq.com"}


# Loading the certificate authorities takes a while, so the tests share what they do not change.
CLOSED = Client()
NINE = Client(parse_allowed("127.0.0.9/32:9"))
DNS: list[str] = []
RESOLVING = Client(resolve=lambda host: DNS)
PLANTED = [
    *((url, ["127.0.0.1"]) for url in AT_SAVE),
    *((vector["url"], vector["dns"]) for vector in AT_CONNECT),
]


@pytest.fixture
def closed() -> Client:
    return CLOSED


def code_of(egress: Client, url: str, hosts: set[str] | None = None) -> str:
    with pytest.raises(UrlRefused) as caught:
        egress.check_url(url, hosts=hosts)
    return caught.value.code


def test_the_vectors_are_all_there() -> None:
    assert len(VECTORS) == len(AT_SAVE) + len(AT_CONNECT) + len(PASSING)
    assert (len(AT_SAVE), len(AT_CONNECT), len(PASSING), len(HOSTS)) == (131, 7, 7, 122)


@pytest.mark.parametrize("url", AT_SAVE)
def test_a_dangerous_url_is_refused_when_it_is_saved(closed: Client, url: str) -> None:
    with pytest.raises(UrlRefused):
        closed.check_url(url)


@pytest.mark.parametrize("url", AT_SAVE)
def test_an_open_port_on_this_machine_opens_no_other_address(url: str) -> None:
    with pytest.raises(UrlRefused):
        NINE.check_url(url)


@pytest.mark.parametrize(("url", "answers"), PLANTED)
async def test_a_dangerous_url_that_was_saved_all_the_same_is_never_connected_to(
    url: str, answers: list[str]
) -> None:
    DNS[:] = answers
    with pytest.raises(OutboundError) as caught:
        await RESOLVING.request("POST", url, headers={}, content=b"{}", deadline=2)
    error = caught.value
    assert (error.reason, error.connected, error.written) == ("address_refused", False, False)


@pytest.mark.parametrize("host", HOSTS)
async def test_a_dangerous_mail_host_is_refused(closed: Client, host: str) -> None:
    with pytest.raises(UrlRefused):
        closed.check_host(host, 587)
    with pytest.raises(OutboundError, match="address_refused"):
        await closed.connect(host, 587, deadline=2)


@pytest.mark.parametrize("vector", AT_CONNECT, ids=lambda v: str(v["dns"]))
async def test_a_mail_host_that_resolves_inside_is_refused(vector: dict[str, Any]) -> None:
    DNS[:] = vector["dns"]
    with pytest.raises(OutboundError, match="address_refused"):
        await RESOLVING.connect("mail.example", 465, deadline=2)


@pytest.mark.parametrize("url", PASSING)
async def test_a_harmless_url_passes_both_stages(closed: Client, url: str) -> None:
    closed.check_url(url)
    dialer = Dialer(Rules(), resolve=lambda host: ["93.184.216.34"])
    assert await dialer.addresses("example.com", 443, listed_only=False)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://qyapi.weixin.qq.com/" + "a" * 8000, "url_length"),
        ("https://example.com/\u2028", "url_characters"),
        ("https://example.com/\ud800", "url_characters"),
        ("example.com/hook", "url_syntax"),
        ("http://example.com/", "url_scheme"),
        ("ftp://example.com/", "url_scheme"),
        ("https://me@example.com/", "url_userinfo"),
        ("https://example.com/#", "url_fragment"),
        ("https://example.com:8443/", "url_port"),
        ("https://exa_mple-.com/", "host_syntax"),
        ("https://8。8。8。8/", "host_syntax"),
        ("https://[2606:4700::1%251]/", "host_syntax"),
        ("https://[8.8.8.8]/", "url_syntax"),
        ("https://[2606:4700::1]٤", "url_syntax"),
        ("https://redis/", "host_internal"),
        ("https://10.0.0.1/", "host_private"),
    ],
)
def test_each_refusal_says_what_is_wrong(closed: Client, url: str, code: str) -> None:
    assert code_of(closed, url) == code


def test_a_refusal_fills_its_sentence_from_its_facts(closed: Client) -> None:
    with pytest.raises(UrlRefused) as caught:
        closed.check_url("https://hook.example/robot?key=secret", hosts=WECOM)
    error = caught.value
    assert error.detail.format(**error.facts) == "The address must lead to qyapi.weixin.qq.com."
    assert error.__context__ is None
    assert "secret" not in f"{error!r} {error.facts}"


def test_a_vendor_channel_leads_to_its_vendor_only(closed: Client) -> None:
    closed.check_url("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", hosts=WECOM)
    closed.check_url("https://QYAPI.weixin.qq.com.:443/cgi-bin/webhook/send?key=1", hosts=WECOM)
    assert code_of(closed, "https://qyapi.weixin.qq.com.evil.example/", WECOM) == "host_vendor"
    assert code_of(closed, "https://8.8.8.8/", WECOM) == "host_vendor"
    assert code_of(Client(SOME), "https://evil.example/", WECOM) == "host_vendor"


def test_a_listed_address_overrides_scheme_port_and_vendor() -> None:
    egress = Client(SOME)
    egress.check_url("http://127.0.0.1:8099/cgi-bin/webhook/send?key=1", hosts=WECOM)
    egress.check_host("127.0.0.1", 8099)
    assert code_of(egress, "http://127.0.0.1:8098/", WECOM) == "url_scheme"
    assert code_of(egress, "https://127.0.0.2:8099/") == "host_private"


def test_inner_names_wait_for_the_list_to_open_their_port(closed: Client) -> None:
    open_8099 = Client(SOME)
    for url in ("http://relay:8099/", "https://hook.internal:8099/", "http://a.example:8099/"):
        open_8099.check_url(url, hosts=WECOM)
        assert code_of(closed, url) in {"url_scheme", "host_internal"}
    assert code_of(open_8099, "http://relay:8098/") == "url_scheme"
    assert code_of(open_8099, "https://relay/") == "host_internal"


def test_a_mail_host_uses_a_mail_port(closed: Client) -> None:
    for port in (25, 465, 587, 2525):
        closed.check_host("smtp.qq.com", port)
    for port in (-1, 0, 22, 443, 6379, 65536):
        with pytest.raises(UrlRefused):
            closed.check_host("smtp.qq.com", port)
    Client(parse_allowed("10.0.0.0/8:1025")).check_host("mailpit", 1025)


@pytest.mark.parametrize(
    "host",
    ["a/b", "a?b", "me@a.b", "a.b:25", "", "a b.c", "[::1", "ｌo.example", "8。8。8。8"]
    + ["2606:4700::1%1", "a." * 127 + "b"],
)
def test_a_mail_host_is_nothing_but_a_host(closed: Client, host: str) -> None:
    with pytest.raises(UrlRefused):
        closed.check_host(host, 25)


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "168.63.129.16"])
def test_metadata_opens_only_by_its_own_name(address: str) -> None:
    around = str(ipaddress.ip_network(f"{address}/16", strict=False))
    url = f"http://{address}/latest"
    assert code_of(Client(parse_allowed(around)), url) == "url_scheme"
    Client(parse_allowed(address)).check_url(url)


async def test_what_is_refused_by_its_text_asks_no_name_server() -> None:
    asked: list[str] = []
    egress = Client(resolve=lambda host: asked.append(host) or ["93.184.216.34"])
    for url in ("https://hook.internal/", "http://a.example/", "https://a.example:22/"):
        with pytest.raises(OutboundError, match="address_refused"):
            await egress.request("POST", url, headers={}, content=b"", deadline=2)
    with pytest.raises(OutboundError, match="address_refused"):
        await egress.connect("mail.example", 22, deadline=2)
    assert asked == []


async def test_every_answer_must_be_good() -> None:
    answers = ["93.184.216.34", "2606:2800:220:1::1", "10.0.0.1"]
    dialer = Dialer(Rules(), resolve=lambda host: answers)
    with pytest.raises(OutboundError, match="address_refused"):
        await dialer.addresses("mixed.example", 443, listed_only=False)
    answers.pop()
    found = await dialer.addresses("mixed.example", 443, listed_only=False)
    assert [str(address) for address in found] == answers


@pytest.mark.parametrize("answer", ["93.184.216.34", "127.0.0.2", "fe80::1%eth0", "nonsense"])
async def test_an_inner_name_must_resolve_onto_the_list(answer: str) -> None:
    egress = Client(SOME, resolve=lambda host: [answer])
    with pytest.raises(OutboundError, match="address_refused"):
        await egress.request(
            "POST", "http://relay.example:8099/", headers={}, content=b"", deadline=2
        )
    with pytest.raises(OutboundError, match="address_refused"):
        await egress.connect("relay", 8099, deadline=2)


@pytest.mark.parametrize("error", [socket.gaierror(), UnicodeError(), OSError()])
async def test_a_name_without_an_address_is_a_dns_failure(error: Exception) -> None:
    def resolve(host: str) -> list[str]:
        raise error

    with pytest.raises(OutboundError, match="dns_failed"):
        await Client(resolve=resolve).connect("mail.example", 25, deadline=2)
    with pytest.raises(OutboundError, match="dns_failed"):
        await Client(resolve=lambda host: []).connect("mail.example", 25, deadline=2)


def test_the_list_is_read() -> None:
    text = "127.0.0.1/32:8099,10.0.0.0/8,, [fd00::]/8:443 ,fd12::1,[::1]:25"
    assert parse_allowed(text) == (
        Allowed(ipaddress.ip_network("127.0.0.1/32"), 8099),
        Allowed(ipaddress.ip_network("10.0.0.0/8")),
        Allowed(ipaddress.ip_network("fd00::/8"), 443),
        Allowed(ipaddress.ip_network("fd12::1/128")),
        Allowed(ipaddress.ip_network("::1/128"), 25),
    )
    assert parse_allowed("") == ()


@pytest.mark.parametrize(
    "entry",
    ["10.0.0.1/8", "localhost", "10.0.0.0/8:0", "10.0.0.0/8:99999", "10.0.0.0/33", "0.0.0.0/0"]
    + ["::/0", "::ffff:10.0.0.0/104", "10.0.0.0/8:http", "[fd00::]/8:", "010.0.0.0/8", "*"],
)
def test_a_faulty_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_allowed(f"10.0.0.0/8,{entry}")
    assert repr(entry) in str(caught.value)
