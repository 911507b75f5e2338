"""A request as our handlers know it."""

from __future__ import annotations

from typing import Any

from litestar import Request

Incoming = Request[Any, Any, Any]
