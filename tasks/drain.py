"""The one job that a doorbell starts. It carries an id and nothing else."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from app.deliveries import Courier


async def drain(ctx: dict[str, Any], organization: str) -> None:
    """Never raises for what lies in the queue: an id that is none is nobody's work. Only begins:
    arq cuts a job that takes long, and a plan must not be cut."""
    courier: Courier = ctx["courier"]
    with contextlib.suppress(ValueError):
        courier.look(uuid.UUID(str(organization)))
