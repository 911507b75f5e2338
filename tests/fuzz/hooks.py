"""For schemathesis, which runs in an environment of its own: it imports nothing of ours."""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A key that came before, with another body, is refused before anything is looked at."""
    if case.headers and "Idempotency-Key" in case.headers and case.method == "POST":
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


@schemathesis.serializer("message/rfc822")
def as_mail(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
