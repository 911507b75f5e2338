"""How a sender's doing ended, whatever happened in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from app.channels.sender import Sender
from app.errors import SendError

log = logging.getLogger(__name__)

SLACK = 2
"""Seconds beyond a sender's deadline before we end it ourselves."""
T = TypeVar("T")


async def settled(sender: Sender, doing: Awaitable[T]) -> T | SendError:
    """Its answer, or the failure; what nobody expected is one, too, and is logged."""
    try:
        async with asyncio.timeout(sender.deadline + SLACK):
            return await doing
    except SendError as error:
        return error
    except TimeoutError:
        return SendError("unknown", "timeout", hint="The other side did not answer in time")
    except Exception as error:
        log.exception("sender failed", extra={"kind": sender.kind})
        return SendError("retry", "internal", type(error).__name__)
