"""Secrets within a document."""

from __future__ import annotations

from app.configuration.hidden import Hidden


def test_a_secret_is_compared_and_never_shown() -> None:
    assert Hidden("钥匙-1") == Hidden("钥匙-1")
    assert Hidden("钥匙-1") != Hidden("钥匙-2")
    assert Hidden("a") != "a"
    assert "钥匙" not in f"{Hidden('钥匙-1')} {[Hidden('钥匙-1')]!r} {Hidden('钥匙-1')!s}"
