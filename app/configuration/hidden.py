"""Secrets within a document: compared, never shown."""

from __future__ import annotations

import hmac
from typing import Any

SHOWN = "(secret)"


class Hidden:
    """A secret that was read, so that a printed document or a traceback cannot hold it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Hidden):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return SHOWN
