"""No secret in what is shown."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.secrecy import scrub, shown, tidy
from app.egress import Answer


@pytest.mark.parametrize(
    "shown", ["p@ss/wörd", "p%40ss%2Fw%C3%B6rd", '{"x":"p@ss/wörd"}', "p%40ss%2Fw%C3%B6rd&y=1"]
)
def test_a_secret_is_hidden_however_it_is_written(shown: str) -> None:
    assert "rd" not in scrub(shown, ["p@ss/wörd"])


def test_a_secret_inside_another_is_hidden_whole() -> None:
    assert scrub("https://h/?key=abcd", ["abcd", "https://h/?key=abcd"]) == "••••"


def test_what_is_too_short_to_be_a_secret_blackens_nothing() -> None:
    assert scrub("ok, a key", ["", "k", "key"]) == "ok, a key"


def test_foreign_text_is_cleaned_and_cut() -> None:
    assert tidy("a\r\nb\x00\u202e" + "x" * 1000, []).startswith("a\nbxxx")
    assert len(tidy("x" * 1000, [])) == 500


SECRET = "Tok3n/with+sign&ümlaut"


def every_char(form: str, secret: str = SECRET) -> str:
    return "".join(form.format(ord(char)) for char in secret)


WRITTEN = [
    base64.b64encode(SECRET.encode()).decode(),
    base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    base64.b64encode(f"user:{SECRET}".encode()).decode(),
    base64.b64encode(f"u:{SECRET}:more".encode()).decode(),
    base64.encodebytes((SECRET * 4).encode()).decode(),
    SECRET.encode().hex(),
    SECRET.encode().hex().upper(),
    SECRET.encode().hex(":"),
    SECRET.upper(),
    SECRET.lower(),
    SECRET.swapcase(),
    SECRET[::-1],
    quote(SECRET, safe="").lower(),
    quote(quote(SECRET, safe=""), safe=""),
    "".join(f"%{byte:02x}" for byte in SECRET.encode()),
    every_char("\\u{:04x}"),
    every_char("\\U{:04X}".replace("U", "u")),
    every_char("\\\\u{:04x}"),
    every_char("&#{};"),
    every_char("&#x{:x};"),
    html.escape(SECRET),
    json.dumps(json.dumps({"key": SECRET})),
    json.dumps(SECRET).replace("/", "\\/"),
    SECRET.replace("/", "\\/"),
    SECRET.replace("k", "k\u200b"),
    "".join(f"{char}\x00" for char in SECRET),
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_secret_is_hidden_in_every_coding(written: str) -> None:
    said = tidy(f"before {written} after", [SECRET])
    assert "••••" in said
    # Of base64, what also depends on the neighbours may be left at the ends.
    inside = written.rstrip("\n=")[len(written) // 3 : -3]
    assert not any(inside[n : n + 6] in said for n in range(len(inside) - 6))


@pytest.mark.parametrize("written", WRITTEN)
def test_what_stands_around_a_secret_is_kept(written: str) -> None:
    said = tidy(f"before {written} after", [SECRET])
    assert said.startswith("before ")
    assert said.endswith(" after")


@given(st.text(min_size=4, max_size=40), st.sampled_from(["{}", "x{}y", '{{"key":"{}"}}']))
def test_no_secret_is_too_odd_to_be_hidden(secret: str, around: str) -> None:
    said = scrub(around.format(quote(secret, safe="", errors="replace")), [secret])
    assert quote(secret, safe="", errors="replace") not in said


@pytest.mark.parametrize("secret", ["pass", "0000", "%%%%", "\\\\\\\\", "\\u0041", "++++", "    "])
def test_odd_secrets_raise_nothing(secret: str) -> None:
    assert scrub("an ordinary answer: ok", [secret]) == "an ordinary answer: ok"


def test_a_secret_that_the_end_of_the_body_cuts_is_not_shown_in_part() -> None:
    body = f'{{"message":"refused {SECRET[:-2]}'.encode()
    answer = Answer(status=400, headers={}, body=body, truncated=True, duration_ms=1)
    assert "Tok3n" not in shown(answer, [SECRET])


def test_a_secret_at_the_place_where_we_cut_is_not_shown_in_part() -> None:
    for before in range(490, 501):
        assert "Tok" not in tidy("x" * before + SECRET, [SECRET])
