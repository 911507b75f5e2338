"""Who shows a wrong password is refused before the body is read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from app.mail.mailboxes import Config, Listed
from app.mail.posted.body import Posted
from app.mail.posted.proven import Box, NotProven, before_body, check
from tests.app.mail.posted.posts import PUBLIC, basic

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


def box(provider: Any, **more: Any) -> Box:
    listed = Listed(
        uid=uuid.UUID(int=1),
        organization=uuid.UUID(int=2),
        config=Config(name="", provider=provider, **more),
        enabled=True,
        secret_at=None,
        looked_at=None,
        fault="",
        fault_words="",
        fault_at=None,
    )
    return Box(listed, ["good-secret"], NOW)


def test_before_the_body() -> None:
    for provider in ("postmark", "sendgrid", "ses", "webhook"):
        before_body(box(provider), basic("good-secret"))
        for headers, code in (({}, "not_signed"), (basic("bad"), "wrong_signature")):
            with pytest.raises(NotProven) as error:
                before_body(box(provider), headers)
            assert error.value.code == code
    # What signs is asked when its body is there, and no password counts in its place.
    for signing in (box("mailgun"), box("sendgrid", public_key=PUBLIC)):
        before_body(signing, {})
        with pytest.raises(NotProven) as error:
            check(signing, basic("good-secret"), Posted(), b"")
        assert error.value.code == "not_signed"
