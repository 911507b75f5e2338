"""A visitor's hold on a file."""

from __future__ import annotations

from app.signed import upload
from app.signed.upload import Upload
from app.tables import new_id


def test_it_opens_for_its_own_form_only() -> None:
    held = Upload(new_id(), "0123456789abcdef")
    token = upload.issue("default", held)
    assert upload.opened("default", token) == held
    odd = ["", ".", token[:-1], token.replace("0123", "1123"), "x" * 99, f"{token}.x", "\ud800.x.y"]
    assert [upload.opened("default", each) for each in odd] == [None] * len(odd)
    assert upload.opened("other", token) is None
