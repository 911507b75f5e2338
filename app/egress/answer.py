"""What came back."""

from __future__ import annotations

import msgspec


class Answer(msgspec.Struct):
    """Header names are lower case; `body` is what fitted, `truncated` says whether more came."""

    status: int
    headers: dict[str, str]
    body: bytes
    truncated: bool
    duration_ms: int
