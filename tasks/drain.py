"""The one job of a wake-up. It carries only an organization's id."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from app.deliveries import Courier


async def drain(ctx: dict[str, Any], organization: str) -> None:
    """Only starts a plan: arq cancels long jobs, and a plan must not be cut. Ignores ids that are
    none."""
    courier: Courier = ctx["courier"]
    with contextlib.suppress(ValueError):
        courier.look(uuid.UUID(str(organization)))
