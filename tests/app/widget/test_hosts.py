"""Which sites may embed the form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.widget import Setup, allows, ancestors, origin_of
from app.widget.hosts import HOSTS_MAX, check, parse

HOSTILE = [
    "https://a.example; script-src *",
    "https://a.example;",
    "https://a.example\nscript-src *",
    "https://a.example 'unsafe-inline'",
    "'self'",
    "*",
    "https://*",
    "https://*.com",
    "https://a.*.example",
    "https://a.example/path",
    "https://a.example?x",
    "https://a.example#x",
    "https://user@a.example",
    "https://a.example:0",
    "https://a.example:99999",
    "https://a.example:x",
    "https://[::1]",
    "https://-a.example",
    "https://a..example",
    "https://a_b.example",
    "https://1.2.3",
    "https://999.1.1.1",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc",
    "null",
    "https://a.example,https://b.example",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 130 + "example",
]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://www.shop.example", "https://www.shop.example"),
        ("https://WWW.Shop.Example/", "https://www.shop.example"),
        ("www.shop.example", "https://www.shop.example"),
        ("http://www.shop.example:80", "http://www.shop.example"),
        ("https://www.shop.example:443", "https://www.shop.example"),
        ("https://www.shop.example:8443", "https://www.shop.example:8443"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("*.shop.example", "https://*.shop.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:9001", "http://127.0.0.1:9001"),
        ("https://商店.example", "https://xn--czrs0t.example"),
        ("http://intranet", "http://intranet"),
    ],
)
def test_a_site_is_written_one_way(typed: str, stored: str) -> None:
    assert parse(typed) == stored


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_no_site_is_refused(typed: str) -> None:
    if typed == "null":
        # A host of one word; as the origin of a page it is none.
        assert origin_of(typed) == ""
        return
    with pytest.raises(Invalid):
        parse(typed)


@given(st.text(max_size=60))
def test_nothing_that_is_stored_can_say_more_to_a_browser(typed: str) -> None:
    try:
        stored = parse(typed)
    except Invalid:
        return
    assert not set(stored) & set(" \t\r\n;,'\"()<>\\")
    assert stored.isascii()
    assert parse(stored) == stored


def test_one_site_a_line_each_once() -> None:
    found = check(" https://a.example \n\nhttps://A.example/\r\nhttps://b.example\n")

    assert found == ("https://a.example", "https://b.example")


def test_the_list_has_an_end() -> None:
    with pytest.raises(Invalid) as caught:
        check("\n".join(f"https://s{n}.example" for n in range(HOSTS_MAX + 1)))

    assert [problem.code for problem in caught.value.problems] == ["too_many"]


def test_lines_with_the_same_fault_are_one_problem() -> None:
    with pytest.raises(Invalid) as caught:
        check("a b\nc d\nhttps://*.com")

    assert [problem.code for problem in caught.value.problems] == ["not_a_host", "wildcard"]


def test_any_site_may_only_where_that_was_chosen() -> None:
    assert not allows(Setup(), "https://a.example")
    setup = Setup(embedding="any", hosts=("https://a.example",))

    assert ancestors(setup) == ("*",)
    assert allows(setup, "https://anybody.example")


def test_a_list_is_exact_and_our_own_pages_are_on_it() -> None:
    setup = Setup(embedding="listed", hosts=("https://a.example", "http://b.example:8080"))

    assert ancestors(setup) == ("'self'", "https://a.example", "http://b.example:8080")
    assert allows(setup, "https://a.example")
    assert allows(setup, "http://b.example:8080")
    for origin in ("https://a.example.evil", "https://xa.example", "http://a.example", "null", ""):
        assert not allows(setup, origin)


def test_a_page_that_moved_to_https_keeps_what_it_was_allowed() -> None:
    assert allows(Setup(embedding="listed", hosts=("http://a.example",)), "https://a.example")


def test_a_wildcard_covers_names_below_and_not_the_name_itself() -> None:
    setup = Setup(embedding="listed", hosts=("https://*.a.example",))

    assert allows(setup, "https://www.a.example")
    assert allows(setup, "https://x.y.a.example")
    for origin in ("https://a.example", "https://evila.example", "http://www.a.example"):
        assert not allows(setup, origin)


def test_an_empty_list_is_nobody_but_us() -> None:
    assert ancestors(Setup(embedding="listed")) == ("'self'",)


@pytest.mark.parametrize(
    "header", ["", "null", "https://a.example/", "HTTPS://A.example", "https://*.a.example", "a.b"]
)
def test_only_what_a_browser_writes_is_an_origin(header: str) -> None:
    assert origin_of(header) == ""


def test_an_origin_is_itself() -> None:
    assert origin_of("https://a.example:8443") == "https://a.example:8443"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("shop.example", ("https://shop.example", "https://www.shop.example")),
        ("www.shop.example", ("https://www.shop.example", "https://shop.example")),
        ("shop.com.cn", ("https://shop.com.cn", "https://www.shop.com.cn")),
        ("https://shop.example", ("https://shop.example",)),
        ("help.shop.example", ("https://help.shop.example",)),
        ("localhost", ("http://localhost",)),
        ("192.168.1.5", ("https://192.168.1.5",)),
    ],
)
def test_a_bare_name_is_the_site_with_and_without_www(typed: str, found: tuple[str, ...]) -> None:
    assert check(typed) == found
