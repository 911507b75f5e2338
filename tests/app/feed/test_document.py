"""What docs/events.md shows works."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.channels import signatures
from tests.documents import blocks, read

BODY = b'{"type": "message.created"}'


def shown(name: str) -> Callable[[str, dict[str, str], bytes], bool]:
    known: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    for text in blocks(read("docs/events.md"), "python"):
        if f"def {name}(" in text:
            exec(text, known)  # noqa: S102
    return known[name]


def test_the_checks_of_signatures_tell_ours_from_others() -> None:
    secret, key = signatures.new_secret(), signatures.new_key()
    stamp = int(time.time())
    signed = signatures.signed([signatures.new_secret(), secret, key], "e1", stamp, BODY)
    headers = {
        "webhook-id": "e1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": signed,
    }
    for check, known in (
        (shown("check"), secret),
        (shown("check_public"), signatures.public(key)),
    ):
        assert check(known, headers, BODY)
        assert not check(known, headers, BODY + b" ")
    assert not shown("check")(signatures.new_secret(), headers, BODY)
    assert not shown("check_public")(signatures.public(signatures.new_key()), headers, BODY)
