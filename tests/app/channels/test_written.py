"""The request that a parcel makes: as fields, and as an address."""

from __future__ import annotations

from urllib.parse import parse_qsl

from app.channels.written import (
    LEAST,
    Written,
    as_form,
    as_query,
    fitting,
    pairs,
    posted,
)

URL = "https://receiver.example/in?token=t0ken-secret"


def test_json_becomes_fields_by_the_names_that_programs_read() -> None:
    tree = {"a": "1", "b": {"c": "x", "d e": None}, "l": [True, {"n": 1.5}], "empty": {}}

    assert pairs(tree) == [
        *(("a", "1"), ("b[c]", "x"), ("b[d e]", "")),
        *(("l[0]", "true"), ("l[1][n]", "1.5")),
    ]


def test_fields_come_back_as_they_were() -> None:
    fields = [("a b", "张三 & +1=2%"), ("x[y]", "line\nnext")]

    assert parse_qsl(as_form(fields).decode()) == fields
    assert parse_qsl(as_query(fields)) == fields
    assert as_query([("a", "b c/d")]) == "a=b%20c%2Fd"


def test_only_the_longest_values_are_cut_until_all_fits() -> None:
    fields = [("name", "张三"), ("content", "很长的话" * 500), ("page", "x" * 900)]

    kept = fitting(fields, 1500)

    assert kept is not None
    assert len(as_query(kept)) <= 1500
    assert kept[0] == ("name", "张三")
    assert kept[1][1].endswith("话…") or kept[1][1].endswith("…")
    assert len(as_query(kept)) > 1500 - 2 * LEAST
    assert fitting(fields, 100) is None
    assert fitting(fields, 20_000) == fields
    assert fitting([], 10) == []


def test_the_query_follows_what_stands_there() -> None:
    assert Written("GET", URL, {}, query="a=1").address == f"{URL}&a=1"
    assert Written("GET", "https://a.example/x", {}, query="a=1").address.endswith("/x?a=1")
    assert Written("POST", URL, {}, b"{}").address == URL


def test_a_signature_covers_the_body_or_the_whole_query() -> None:
    assert posted(URL, b"{}").signed_part == b"{}"
    got = Written("GET", "https://a.example/?k=中", {}, query="a=1")
    assert got.signed_part == b"k=%E4%B8%AD&a=1"
