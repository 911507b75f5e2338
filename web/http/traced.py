"""The span of a request, where the operator wants traces."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from app.tracing import spans
from web.http.request import PROBES

STREAM = "/inbox/stream"
UNTRACED = PROBES | {STREAM}
"""What machines ask all day, and what stays open for hours."""
STATIC = "/static/"
CALLER = b"traceparent"


def request(
    scope: Any, request_id: str, status: Callable[[], int]
) -> contextlib.AbstractContextManager[None]:
    """Of this block, named by its route: a path may have a secret. `status` is asked at the end."""
    path: str = scope["path"]
    if not spans.on() or path in UNTRACED or path.startswith(STATIC):
        return contextlib.nullcontext()
    return _spanned(scope, request_id, status)


@contextlib.contextmanager
def _spanned(scope: Any, request_id: str, status: Callable[[], int]) -> Iterator[None]:
    caller = dict(scope["headers"]).get(CALLER, b"").decode("latin-1")
    method: str = scope["method"]
    with spans.span(
        method, "server", traces=(), caller=caller, method=method, request_id=request_id
    ) as span:
        try:
            yield
        finally:
            if route := scope.get("path_template"):
                span.rename(f"{method} {route}")
                span.set(route=route)
            span.set(status=status())
            if status() >= 500:
                span.fail(str(status()))
