"""Secrets that go into addresses."""

from __future__ import annotations

import base64
from urllib.parse import quote

from app.mail.posted import providers


def test_a_drawn_secret_needs_no_escaping_and_is_a_key_of_standard_webhooks() -> None:
    drawn = {providers.drawn() for _ in range(50)}

    assert len(drawn) == 50
    for each in drawn:
        assert quote(each, safe="") == each
        assert len(base64.b64decode(each.removeprefix("whsec_"), validate=True)) == 33


def test_every_provider_has_a_name() -> None:
    assert tuple(providers.NAMES) == providers.PROVIDERS
    ours = [each for each in providers.PROVIDERS if providers.has_our_secret(each)]
    assert ours == ["postmark", "sendgrid", "ses", "webhook"]
