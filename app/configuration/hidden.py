"""Secrets within a document: compared, never shown."""

from __future__ import annotations

import hmac
from typing import Any

from app.secrets import keyed_hash

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

    def mark(self) -> str:
        """A keyed hash: by it two are known to be equal, also after they are forgotten."""
        return keyed_hash("hidden", self._value)

    def __repr__(self) -> str:
        return SHOWN
