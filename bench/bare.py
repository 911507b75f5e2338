"""The same server with a handler that does nothing: the most that a submission could reach."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn
import uvloop
from litestar import Litestar, post


@post("/bare", status_code=201)
async def bare(data: dict[str, Any]) -> dict[str, str]:
    return {"uid": "x", "reference": "LM-000000", "status": "pending"}


def main() -> None:
    config = uvicorn.Config(
        Litestar([bare], openapi_config=None),
        port=int(sys.argv[1]),
        loop="none",
        http="httptools",
        log_level="error",
        access_log=False,
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
