"""Forms that tests publish."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app import fields
from app.fields import Field, Form, built_in, versions
from tests.texts import texts

Publish = Callable[..., Awaitable[Form]]


def with_fields(*more: Field, **changes: Any) -> Form:
    """The built-in form and these; `changes` are by key."""
    kept = [changes.get(field.key, field) for field in built_in().fields]
    return Form(fields=(*(field for field in kept if field), *more), groups=built_in().groups)


def own(key: str, kind: Any = "text", **more: Any) -> Field:
    return Field(key=key, kind=kind, label=more.pop("label", texts(f"字段{key}", key)), **more)


@pytest.fixture
def publish() -> Publish:
    async def do(organization: uuid.UUID, form: Form) -> Form:
        await versions.edit(organization, lambda _: form)
        await fields.publish(organization, by="tests")
        return await fields.published(organization)

    return do
