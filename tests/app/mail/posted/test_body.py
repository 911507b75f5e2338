"""What is posted is taken apart by its type."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from app.mail.posted import body
from app.mail.posted.body import Field, parsed
from tests.app.mail.posted.posts import multipart


def test_by_its_type() -> None:
    assert parsed("message/rfc822", b"{x").raw == b"{x"
    assert parsed("", b"From: a@b.cn").raw == b"From: a@b.cn"
    assert parsed("application/problem+json", b'\xef\xbb\xbf{"a": 1}').json == {"a": 1}
    assert parsed("text/plain", b' {"a": 1}').json == {"a": 1}
    form = parsed("application/x-www-form-urlencoded; charset=utf-8", b"a=%FF+b&a=2&c")
    assert form.fields == (Field("a", b"\xff b"), Field("a", b"2"), Field("c", b""))
    assert (form.text("a"), form.text("none")) == ("\ufffd b", "")


def test_files_and_fields_of_a_form_are_told_apart() -> None:
    files = (("a1", "图.png", "image/png", b"\0\xff"), ("a2", "", "text/plain", b""))
    found = parsed(*multipart({"主题": "好"}, files))

    assert found.fields == (Field("主题", "好".encode()),)
    (file,) = found.files
    assert (file.field, file.name, file.kind, file.content) == (
        "a1",
        "图.png",
        "image/png",
        b"\0\xff",
    )


def test_too_many_fields_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "PARTS_MAX", 3)
    fields: dict[str, str | bytes] = {str(number): "x" for number in range(5)}
    for kind, content in (multipart(fields), (body.FORM, b"a=1&b=2&c=3&d=4&e=5")):
        with pytest.raises(Invalid):
            parsed(kind, content)
