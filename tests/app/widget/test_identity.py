"""Who the host page vouches for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest

from app import widget
from app.tables import Organization
from app.widget.identity import signature


@pytest.fixture
async def secret(org: Organization) -> str:
    return await widget.replace_identity(org.id, on=True, by="owner")


async def vouched(org: Organization, external_id: str, given: str) -> str:
    return widget.vouched(org.id, org.id, await widget.read(org.id), external_id, given)


async def test_a_right_signature_is_what_any_language_computes(
    org: Organization, secret: str
) -> None:
    given = hmac.new(secret.encode(), "用户-42".encode(), hashlib.sha256).hexdigest()

    assert await vouched(org, "用户-42", given) == "用户-42"
    assert await vouched(org, "用户-42", given.upper()) == "用户-42"


async def test_a_wrong_signature_says_nothing(org: Organization, secret: str) -> None:
    right = signature(secret, "42")
    for external_id, given in [
        ("43", right),
        ("42", ""),
        ("42", right[:-1]),
        ("42", "0" * 64),
        ("42", "é" * 64),
        ("", signature(secret, "")),
        ("4" * 129, signature(secret, "4" * 129)),
        ("4\n2", signature(secret, "4\n2")),
    ]:
        assert await vouched(org, external_id, given) == ""


async def test_another_organizations_secret_is_no_secret(
    org: Organization, other_org: Organization, secret: str
) -> None:
    await widget.replace_identity(other_org.id, on=True, by="owner")

    assert await vouched(other_org, "42", signature(secret, "42")) == ""


async def test_a_replaced_secret_is_over_at_once(org: Organization, secret: str) -> None:
    await widget.replace_identity(org.id, on=True, by="owner")

    assert await vouched(org, "42", signature(secret, "42")) == ""


async def test_without_a_secret_nobody_is_vouched_for(org: Organization, secret: str) -> None:
    await widget.replace_identity(org.id, on=False, by="owner")

    assert await vouched(org, "42", signature(secret, "42")) == ""


async def test_a_lost_key_costs_the_mark_and_not_the_message(
    org: Organization, secret: str, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_SECRET_KEY="another-key-" + "x" * 32)

    assert await vouched(org, "42", signature(secret, "42")) == ""
