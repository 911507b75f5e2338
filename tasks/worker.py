"""arq's worker, rebuilt whenever it dies, as it does on the first connection error."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import Any

from arq.worker import Worker, func
from redis import RedisError, ResponseError
from redis.asyncio.client import PubSub

from app import queue
from app.deliveries import Courier
from tasks.drain import drain

log = logging.getLogger(__name__)

BUSY_SECONDS, IDLE_SECONDS = 0.05, 2.0
"""Until the next look when nothing rings. While jobs run, others may wait for their places. What a
missed ring was for is found by the sweep before the next idle look."""
LISTEN_SECONDS = 2.0
JOB_SECONDS = 60
RESTART_FIRST, RESTART_LONGEST = 0.5, 10.0
CLOSE_SECONDS = 2.0


class WorkerSettings:
    """arq's settings for every worker."""

    functions = [func(drain, name=queue.JOB, max_tries=1, keep_result=0, timeout=JOB_SECONDS)]
    queue_name = queue.QUEUE
    handle_signals = False
    poll_delay = 0
    keep_result = 0
    max_jobs = 50
    max_tries = 1
    job_timeout = JOB_SECONDS
    job_serializer = staticmethod(queue.encode)
    job_deserializer = staticmethod(queue.decode)
    log_results = False
    health_check_interval = 10


class Woken(Worker):
    """Looks for jobs when the bell rings, and else seldom."""

    bell: PubSub | None = None

    async def listen(self, ctx: dict[Any, Any]) -> None:
        """Before the first look, so that no ring is missed in between."""
        bell = ctx["redis"].pubsub()
        await bell.subscribe(queue.BELL)
        try:
            await bell.get_message(timeout=LISTEN_SECONDS)
        except ResponseError:
            log.warning("redis does not let us listen and is asked all the time instead")
        else:
            self.bell = bell

    async def heart_beat(self) -> None:
        """arq calls this after every look, and looks again when it is done."""
        await super().heart_beat()
        if self.bell is None:
            await asyncio.sleep(BUSY_SECONDS)
            return
        wait = BUSY_SECONDS if self.tasks else IDLE_SECONDS
        await self.bell.get_message(ignore_subscribe_messages=True, timeout=wait)


def build(courier: Courier, redis_url: str) -> Woken:
    options = {name: value for name, value in vars(WorkerSettings).items() if name[0] != "_"}
    options["job_serializer"], options["job_deserializer"] = queue.encode, queue.decode
    worker = Woken(
        redis_pool=queue.connection(redis_url),
        health_check_key=f"{queue.QUEUE}:health:{uuid.uuid4().hex[:12]}",
        ctx={"courier": courier},
        **options,
    )
    worker.on_startup = worker.listen
    return worker


async def supervise(courier: Courier, redis_url: str) -> None:
    """Runs until cancelled. Without Redis the sweep alone does the work."""
    wait = RESTART_FIRST
    while not _cancelled():
        started = asyncio.get_running_loop().time()
        worker = build(courier, redis_url)
        try:
            await worker.async_run()
        except (OSError, RedisError, TimeoutError) as error:
            log.warning("redis away", extra={"error": type(error).__name__})
        except Exception:
            log.exception("worker died")
        finally:
            await _close(worker)
        lasted = asyncio.get_running_loop().time() - started
        wait = RESTART_FIRST if lasted > RESTART_LONGEST else min(wait * 2, RESTART_LONGEST)
        if not _cancelled():
            await asyncio.sleep(wait)


async def _close(worker: Worker) -> None:
    """Closes the connection without waiting: jobs only start plans, and a dead connection must not
    hold us."""
    with contextlib.suppress(OSError, RedisError, TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(CLOSE_SECONDS):
            # Not worker.close(): it calls what its Redis client has deprecated.
            await worker.pool.aclose(close_connection_pool=True)


def _cancelled() -> bool:
    """Whether we were cancelled: arq swallows the exception."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
