"""Whether the product opens what a power cut has left."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from app import database, settings
from app.database import migrate
from app.settings import load
from app.tables import Message


def opens(path: Path, told: set[str], env: dict[str, str]) -> list[str]:
    """As a start does: the schema is brought up to date, then each message is asked for."""
    return asyncio.run(_opens(path, told, env))


async def _opens(path: Path, told: set[str], env: dict[str, str]) -> list[str]:
    settings.use(load({**env, "LEAVEMSG_SECRET_KEY": "k" * 40}))
    engine = database.make("", str(path))
    database.use(engine)
    try:
        await engine.open()
        await migrate.run()
        ids = await database.values(uuid.UUID, Message.select(Message.id))
    except Exception as error:
        return [f"the product does not open it: {error!r}"]
    finally:
        await engine.close()
    missing = told - {str(each) for each in ids}
    return [f"the product does not know {len(missing)} of {len(told)}"] if missing else []
