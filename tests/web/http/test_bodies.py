"""What may come in, byte by byte."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Request

from app.errors import Invalid
from web.http import bodies
from web.http.faults import Refused


def code_of(raw: bytes) -> str:
    """Why the JSON is refused; empty when it is not."""
    try:
        bodies.decoded(raw)
    except Refused as error:
        return error.fault.code
    except Invalid as error:
        return error.problems[0].code
    return ""


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (nested(bodies.MAX_DEPTH), ""),
        (nested(bodies.MAX_DEPTH + 1), "too_deep"),
        (b"[" * 60_000, "too_deep"),
        (b"[" + b"1," * 1999 + b"1]", "too_many_values"),
        (b"[" + b"1," * 1000 + b"1]", ""),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (rb'{"a":1,"\u0061":2}', "duplicate_key"),
        (rb'{"a":1,"a\u0000":2}', "unstorable_character"),
        (b'{"a":{"b":1},"b":1}', ""),
        (b'[{"a":1},{"a":1}]', ""),
        (b'{"a":"\xff"}', "not_utf8"),
        (b'{"a":"\xed\xa0\xbd"}', "not_utf8"),
        ('{"a":1}'.encode("utf-16"), "not_utf8"),
        ('{"a":1}'.encode("utf-16-le"), "not_utf8"),
        ('{"a":1}'.encode("utf-32-be"), "malformed_json"),
        ('{"a":"电话"}'.encode("gbk"), "not_utf8"),
        (b'{"a":', "malformed_json"),
        (b'{"a":1,}', "malformed_json"),
        (b'{"a" 1}', "malformed_json"),
        (b"{'a':1}", "malformed_json"),
        (b'{"a":NaN}', "malformed_json"),
        (b'{"a":1e999}', "malformed_json"),
        (b'{"a":' + b"9" * 5000 + b"}", "number_too_long"),
        (b'{"a":"' + b"9" * 5000 + b'"}', ""),
        (b"{1:2}", "malformed_json"),
        (b'{"a":"x', "malformed_json"),
        (b'{"a":"\\"}', "malformed_json"),
        (b'"', "malformed_json"),
        (b"   ", "malformed_json"),
        (b"\x00", "malformed_json"),
        (b'{"a":"\x00"}', "malformed_json"),
    ],
)
def test_json_that_is_deep_long_or_ambiguous_is_refused(raw: bytes, expected: str) -> None:
    assert code_of(raw) == expected


def test_the_mark_that_some_programs_put_before_utf_8_is_skipped() -> None:
    assert bodies.decoded(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\\u0000 \\ud83d"', r"\u0000 \ud83d"),
        ('"中文 😀"'.encode(), "中文 😀"),
    ],
)
def test_escapes_that_mean_text_are_read(raw: bytes, value: str) -> None:
    assert bodies.decoded(raw) == value


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        (rb'"a\u0000b"', "2"),
        (rb'"\ud83d"', "1"),
        (rb'"\ude00\ud83d"', "1"),
        (rb'"\ud83d\ud83d\ude00"', "1"),
        (rb'"\ud83d\ude00\ude00"', "13"),
        (rb'"\\\u0000"', "3"),
    ],
)
def test_what_no_database_can_hold_is_refused_with_its_place(raw: bytes, at: str) -> None:
    with pytest.raises(Refused) as caught:
        bodies.decoded(raw)

    fault = caught.value.fault
    assert (fault.status, fault.code, fault.facts) == (400, "unstorable_character", {"at": at})


def test_a_duplicate_key_is_named_with_its_place() -> None:
    with pytest.raises(Invalid) as caught:
        bodies.decoded(b'{"notifications":[{"a":1},{"x":{"b/c":1,"b/c":2}}]}')

    assert caught.value.problems[0].pointer == "/notifications/1/x/b~1c"


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_unforeseen(raw: bytes) -> None:
    code_of(raw)


Json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=30,
)


@given(Json)
def test_honest_json_is_read_as_it_is(value: Any) -> None:
    raw = msgspec.json.encode(value)
    if code_of(raw) not in {"too_deep", "duplicate_key"} and b"\\u0000" not in raw:
        assert bodies.decoded(raw) == value


Written = st.recursive(
    st.sampled_from(["1", "null", '"{:"', r'"\""', "[]", "{}", "9" * (bodies.MAX_BARE_BYTES + 1)]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda all_: f"[{','.join(all_)}]")
        | st.lists(
            st.tuples(st.sampled_from(['"a"', '"b"', r'"\u0061"']), inner).map(":".join), max_size=3
        ).map(lambda all_: f"{{{','.join(all_)}}}")
    ),
    max_leaves=12,
)


@given(Written.map(str.encode))
def test_what_is_small_is_judged_as_the_scanner_would(raw: bytes) -> None:
    def scanned(raw: bytes) -> Any:
        bodies._scan(raw)
        return msgspec.json.decode(raw)

    def outcome(read: Callable[[bytes], Any]) -> Any:
        try:
            return read(raw)
        except Refused as refused:
            return refused.fault
        except Invalid as invalid:
            return invalid.problems

    assert outcome(bodies._value) == outcome(scanned)


def test_the_scanner_is_quick_with_the_worst_that_fits() -> None:
    worst = [
        b'"' + b"\\" * bodies.PUBLIC_LIMIT,
        b'"' * bodies.PUBLIC_LIMIT,
        b"[" * bodies.PUBLIC_LIMIT,
        rb"\ud83d" * (bodies.PUBLIC_LIMIT // 6),
        b'{"a":"' + b"\\u0000" * 10_000 + b'"}',
    ]
    began = time.process_time()
    for raw in worst:
        code_of(raw)

    assert time.process_time() - began < 1


def test_a_form_is_read_strictly() -> None:
    pairs = bodies.pairs_of("name=张三&content=a%2Bb+c&empty=".encode(), 60, unique=True)

    assert pairs == [("name", "张三"), ("content", "a+b c"), ("empty", "")]


@pytest.mark.parametrize("raw", [b"a=%ff", b"%ff=1", b"a=\xff", b"a=%ed%a0%bd"])
def test_a_form_that_is_not_utf8_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        bodies.pairs_of(raw, 60, unique=True)

    assert caught.value.fault.code == "not_utf8"


def test_a_field_given_twice_is_refused_where_it_matters() -> None:
    assert bodies.pairs_of(b"a=1&a=2", 60, unique=False) == [("a", "1"), ("a", "2")]
    with pytest.raises(Invalid):
        bodies.pairs_of(b"a=1&a=2", 60, unique=True)


def test_a_form_of_too_many_fields_is_not_even_split() -> None:
    with pytest.raises(Refused) as caught:
        bodies.pairs_of(b"&".join(b"a%d=1" % n for n in range(61)), 60, unique=True)

    assert caught.value.fault.code == "too_many_fields"


def test_a_name_is_read_without_nul_and_a_value_as_it_was_sent() -> None:
    assert bodies.pairs_of(b"a%00=b%00c", 60, unique=True) == [("a", "b\0c")]


PIECES = [b"%", b"%4", b"%E4", b"%bd%A0", b"%25", b"%3D", b"%26", b"%2B", b"%zz", b"%00", b"%C0%80"]
PIECES += ["你".encode(), b"\xff", b"=", b"&", b"+", b";", b" ", b"\n", b"a"]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map(b"".join))
def test_a_form_is_read_as_the_standard_library_reads_it(raw: bytes) -> None:
    try:
        expected = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(Refused):
            bodies.pairs_of(raw, 60, unique=False)
    else:
        expected = [(name.replace("\0", ""), value) for name, value in expected]
        assert bodies.pairs_of(raw, 60, unique=False) == expected


ENDED = {"type": "http.disconnect"}


def piece(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def arrived(events: list[dict[str, Any]], *, length: bytes = b"") -> bytes | str:
    """The body of which 9 bytes may come, or why it is refused."""

    async def receive() -> Any:
        return events.pop(0)

    headers = [(b"content-length", length)] if length else []
    scope: Any = {"type": "http", "method": "POST", "path": "/", "headers": headers, "state": {}}
    try:
        return await bodies.received(Request(scope, receive), 60, 9)
    except Refused as error:
        return error.fault.code


async def test_a_body_is_whole_or_it_is_none() -> None:
    assert await arrived([piece(b"1234"), piece(b""), piece(b"56789", more=False)]) == b"123456789"
    assert await arrived([piece(b"", more=False)]) == b""
    assert await arrived([piece(b"1234"), ENDED], length=b"9") == "disconnected"
    assert await arrived([ENDED]) == "disconnected"


async def test_what_is_too_much_is_not_read_on() -> None:
    rest = [piece(b"x"), piece(b"", more=False)]
    events = [piece(b"12345"), piece(b"67890"), *rest]
    assert (await arrived(events), events) == ("too_large", rest)
    assert (await arrived(rest, length=b"10"), len(rest)) == ("too_large", 2)
    # Whoever says less than comes is counted all the same.
    assert await arrived([piece(b"1234567890", more=False)], length=b"9") == "too_large"
