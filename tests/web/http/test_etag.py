"""ETags, and the answer to a client that has the page already."""

from __future__ import annotations

import pytest

from tests.web.http.test_told import connection
from web.http.etag import etag, polled, unchanged


def test_a_tag_is_quoted_and_goes_with_the_content() -> None:
    assert etag(b"a") == etag(b"a") != etag(b"b")
    assert etag(b"a")[0] == etag(b"a")[-1] == '"'


def test_who_has_it_already_gets_304_and_the_headers() -> None:
    headers = {"ETag": etag(b"a"), "Vary": "Origin"}
    known = unchanged(connection(if_none_match=etag(b"a")), headers)
    assert known is not None
    assert (known.status_code, known.headers["Vary"]) == (304, "Origin")
    assert unchanged(connection(if_none_match=etag(b"b")), headers) is None


@pytest.mark.parametrize("header", ["hx_ptag", "if_none_match"])
def test_what_is_polled_is_known_by_htmx_and_by_browsers(header: str) -> None:
    headers = polled(b"a")
    sent = {"hx_ptag": headers["HX-PTag"], "if_none_match": headers["ETag"]}[header]
    assert unchanged(connection(**{header: sent}), headers) is not None


def test_a_tag_of_htmx_means_nothing_where_nothing_is_polled() -> None:
    assert unchanged(connection(hx_ptag=""), {"ETag": etag(b"a")}) is None
