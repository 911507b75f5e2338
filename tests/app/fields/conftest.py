"""Forms that tests publish."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app import fields
from app.fields import BUILT_IN, Field, Form, Texts, versions

Publish = Callable[..., Awaitable[Form]]


def with_fields(*more: Field, **changes: Any) -> Form:
    """The built-in form and these; `changes` are by key."""
    kept = [changes.get(field.key, field) for field in BUILT_IN.fields]
    return Form(fields=(*(field for field in kept if field), *more), groups=BUILT_IN.groups)


def own(key: str, kind: Any = "text", **more: Any) -> Field:
    return Field(key=key, kind=kind, label=more.pop("label", Texts(f"字段{key}", key)), **more)


@pytest.fixture
def publish() -> Publish:
    async def do(organization: uuid.UUID, form: Form) -> Form:
        await versions.edit(organization, lambda _: form)
        await fields.publish(organization, by="tests")
        return await fields.published(organization)

    return do
