"""Bodies of forms as pages of any age and program encode them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from web.http import posted
from web.http.faults import Refused
from web.http.posted import Posted

BOUNDARY = "----WebKitFormBoundaryx"


FORM = "application/x-www-form-urlencoded"


async def read(body: bytes, kind: str = FORM, piece: int = 7) -> Posted:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), piece):
            yield body[at : at + piece]

    return await posted.parsed(chunks(), kind)


def part(name: str, body: bytes, *, file: str | None = None) -> bytes:
    more = f'; filename="{file}"\r\nContent-Type: image/png' if file is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + body + b"\r\n"


MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "big5"])
async def test_a_form_is_in_the_encoding_of_its_page(encoding: str) -> None:
    said = (
        {"姓名": "陳小明", "留言": "請問價格"}
        if encoding == "big5"
        else {"姓名": "张三", "留言": "请问价格 100%"}
    )
    body = "&".join(
        f"{quote_from_bytes(name.encode(encoding))}={quote_from_bytes(text.encode(encoding))}"
        for name, text in said.items()
    )
    assert (await read(body.encode())).pairs == list(said.items())


async def test_several_lines_and_empty_answers_stay() -> None:
    found = await read(b"a=one%0D%0Atwo%0Athree&b=&c&=d&a=+x+")
    assert found.pairs == [("a", "one\ntwo\nthree"), ("b", ""), ("c", ""), ("", "d"), ("a", " x ")]


@pytest.mark.parametrize("piece", [1, 64, 100_000])
async def test_files_are_named_and_the_rest_is_kept(piece: int) -> None:
    body = (
        part("name", "张三".encode())
        + part("photo", b"\x89PNG" * 5000, file="旧的.png")
        + part("none", b"", file="")
        + part("message", b"one\r\ntwo")
        + END
    )
    found = await read(body, MULTIPART, piece)
    assert found.pairs == [("name", "张三"), ("message", "one\ntwo")]
    [came] = found.files
    assert (came.name, came.size, came.content.read()) == ("旧的.png", 20_000, b"\x89PNG" * 5000)


async def test_plain_text_is_read_line_by_line() -> None:
    found = await read("name=张三\r\nmessage=one\r\ntwo: 2\r\n".encode(), "text/plain")
    assert found.pairs == [("name", "张三"), ("message", "one\ntwo: 2")]


async def test_json_is_read_flat() -> None:
    body = '{"name":"张三","n":5,"ok":true,"none":null,"sizes":["S","M"],"order":{"no":"A"}}'
    found = await read(body.encode(), "application/json")
    assert found.is_json
    assert found.pairs == [
        *(("name", "张三"), ("n", "5"), ("ok", "true"), ("sizes", "S"), ("sizes", "M")),
        ("order.no", "A"),
    ]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<a/>", "application/xml", 415),
        (b"x", "multipart/form-data", 400),
        (b"x", MULTIPART, 400),
        (b"a=" + b"x" * posted.TEXT_LIMIT, "application/x-www-form-urlencoded", 413),
        (part("a", b"x" * posted.TEXT_LIMIT + b"y") + END, MULTIPART, 413),
        (b"&".join(b"a=1" for _ in range(201)), "application/x-www-form-urlencoded", 400),
        (b"{", "application/json", 400),
    ],
)
async def test_what_is_no_form_is_refused(body: bytes, kind: str, status: int) -> None:
    with pytest.raises(Refused) as error:
        await read(body, kind, 65536)
    assert error.value.fault.status == status


@given(
    st.binary(max_size=200), st.sampled_from([FORM, "text/plain", MULTIPART, "application/json"])
)
async def test_no_body_is_too_odd(body: bytes, kind: str) -> None:
    with contextlib.suppress(Refused, Invalid):
        found = await read(body, kind)
        assert all(isinstance(text, str) for pair in found.pairs for text in pair)
