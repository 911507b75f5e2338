"""Is the process alive, and does it get its work done: for whoever watches it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, get
from msgspec import Meta, Struct

from app import health
from web.api import Operation, described


class Alive(Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Struct, frozen=True):
    """Whether the work is done. `degraded` still takes messages; only `down` answers 503."""

    status: Literal["ok", "degraded", "down"]
    database: Literal["ok", "down"]
    redis: Literal["ok", "down"]
    worker: Literal["ok", "down", "unknown"]
    schema: Annotated[Literal["ok", "old"], Meta(description="`old`: migrations wait.")] = "ok"
    oldest_due_seconds: int = 0


LIVE = Operation(
    id="isAlive",
    summary="Whether the process answers",
    description="Touches neither the database nor Redis.",
    answer=Alive,
)
READY = Operation(
    id="isReady",
    summary="Whether messages can be taken",
    description="503, with the same body, only when the database is down.",
    answer=Readiness,
    faults=(503,),
)


@get("/livez", opt=described(LIVE), sync_to_thread=False)
def livez() -> Alive:
    return Alive("ok")


@get("/readyz", opt=described(READY))
async def readyz() -> Response[dict[str, Any]]:
    found = await health.ready()
    return Response(found, status_code=503 if found["status"] == "down" else 200)
