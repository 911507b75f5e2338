"""Bytes are read as what they are, whatever they claim to be."""

from __future__ import annotations

from encodings.aliases import aliases

from app.mail.read.charsets import decoded

CASES = (
    ("你好", "gb18030", "gb2312"),
    ("朱镕基 😀", "gb18030", "gb2312"),
    ("繁體中文", "cp950", "big5"),
    ("你好", "utf-8", ""),
    ("你好，世界", "gb18030", ""),
    ("你好", "utf-8", "no-such-encoding"),
    ("你好，请问价格", "gb18030", "utf-8"),
    ("你好，请问价格", "utf-8", "us-ascii"),
    ("naïve “quotes”", "cp1252", "iso-8859-1"),
    ("안녕하세요", "cp949", "ks_c_5601-1987"),
    ("你好", "utf-8", "base64"),
    ("你好", "utf-8", "rot13"),
    ("你好", "utf-8", '"UTF-8"'),
    ("你好", "gb18030", "idna"),
    ("你好", "gb18030", "unicode_escape"),
)


def test_claims_and_contents() -> None:
    for text, real, claimed in CASES:
        assert decoded(text.encode(real), claimed) == text, (text, real, claimed)


def test_whatever_is_claimed_it_is_text() -> None:
    raw = bytes(range(256)) + "你好".encode("gb18030")
    for claimed in (*aliases, *aliases.values(), "undefined", "idna", "punycode"):
        assert isinstance(decoded(raw, claimed), str), claimed


def test_one_damaged_sign_does_not_change_the_encoding() -> None:
    raw = "您好，这是一封很长的邮件。".encode() * 10 + b"\xff"
    assert decoded(raw, "utf-8").startswith("您好，这是")
