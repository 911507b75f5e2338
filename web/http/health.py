"""Liveness and readiness, for monitoring."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, get
from msgspec import Meta, Struct

from app import health
from web.http.operation import Operation, described


class Alive(Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Struct, frozen=True):
    """Whether the work is done. `degraded` still takes messages; only `down` answers 503."""

    status: Literal["ok", "degraded", "down"]
    reason: Annotated[
        str,
        Meta(description="Why nothing can be stored: `disk_full`, `read_only`, `locked`, …"),
    ]
    database: Annotated[Literal["ok", "down"], Meta(description="By a real write.")]
    redis: Annotated[
        Literal["ok", "full", "read_only", "down", "unknown"], Meta(description="By a real write.")
    ]
    worker: Literal["ok", "down", "unknown"]
    schema: Annotated[
        Literal["ok", "old", "newer", "unknown"],
        Meta(description="`old`: migrations wait. `newer`: a newer version has migrated."),
    ] = "ok"
    key: Annotated[
        Literal["ok", "other", "unknown"],
        Meta(description="`other`: not the secret key that the data was written with."),
    ] = "ok"
    disk: Annotated[
        Literal["ok", "low", "full", "read_only", "missing", "unknown"],
        Meta(description="Of the data folder, where it is used."),
    ] = "ok"
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
    description="503, with the same body, only when nothing can be stored, or when the secret key "
    "is not the one that the data was written with. At most two seconds old.",
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
