"""Finding messages by what few of them have in common."""

from app.messages.common.statements import among, rarest, together

__all__ = ["among", "rarest", "together"]
