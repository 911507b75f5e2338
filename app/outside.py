"""The process's one client for connections to the outside, made from the settings."""

from __future__ import annotations

from app import settings
from app.egress.client import Client

_egress: tuple[settings.Settings, Client] | None = None


def egress() -> Client:
    global _egress
    current = settings.current()
    if _egress is None or _egress[0] is not current:
        client = Client(
            current.egress_allow,
            ca_file=current.ca_file or None,
            proxy=current.egress_proxy,
        )
        _egress = (current, client)
    return _egress[1]


async def close() -> None:
    global _egress
    if _egress is not None:
        (_, old), _egress = _egress, None
        await old.close()
