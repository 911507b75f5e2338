"""Liveness and readiness, for monitoring."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, get
from msgspec import Meta, Struct

from app import health
from app.diagnosis import parts
from app.errors import Unavailable
from web.http.operation import Operation, described


class Alive(Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Struct, frozen=True):
    """Whether the work is done. `degraded` still takes messages; only `down` answers 503."""

    status: Literal["ok", "degraded", "down"]
    reason: Annotated[
        str,
        Meta(
            description="What is wrong, as a word. When nothing can be stored: `disk_full`, "
            "`read_only`, `in_recovery`, `locked`, …; else a part and its state: `redis_down`."
        ),
    ]
    detail: Annotated[str, Meta(description="The same in words, with what to do. Empty: nothing.")]
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
    age_seconds: Annotated[
        int,
        Meta(
            description="How long ago this was found. More than two while a look takes long: the "
            "last answer is told meanwhile."
        ),
    ] = 0


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
    "is not the one that the data was written with. Answered within half a second; at most two "
    "seconds old unless `age_seconds` says more.",
    answer=Readiness,
    faults=(503,),
)


@get("/livez", opt=described(LIVE), sync_to_thread=False)
def livez() -> Alive:
    return Alive("ok")


@get("/readyz", opt=described(READY))
async def readyz() -> Response[dict[str, Any]]:
    found = await health.ready()
    down = found["status"] == "down"
    return Response(
        {**found, "detail": parts.plain(found), "age_seconds": health.age(found)},
        status_code=503 if down else 200,
        headers={"Retry-After": str(Unavailable.after)} if down else {},
    )
