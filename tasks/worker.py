"""arq's worker, rebuilt whenever it dies, as it does on the first connection error."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid

from arq.worker import Worker, func
from redis import RedisError

from app import queue
from app.deliveries import Courier
from tasks.drain import drain

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
"""A wake-up waits half of it on average; shorter costs idle CPU without a visible gain."""
JOB_SECONDS = 60
RESTART_FIRST, RESTART_LONGEST = 0.5, 10.0
CLOSE_SECONDS = 2.0


class WorkerSettings:
    """arq's settings for every worker."""

    functions = [func(drain, name=queue.JOB, max_tries=1, keep_result=0, timeout=JOB_SECONDS)]
    queue_name = queue.QUEUE
    handle_signals = False
    poll_delay = POLL_SECONDS
    keep_result = 0
    max_jobs = 50
    max_tries = 1
    job_timeout = JOB_SECONDS
    job_serializer = staticmethod(queue.encode)
    job_deserializer = staticmethod(queue.decode)
    log_results = False
    health_check_interval = 10


def build(courier: Courier, redis_url: str) -> Worker:
    options = {name: value for name, value in vars(WorkerSettings).items() if name[0] != "_"}
    options["job_serializer"], options["job_deserializer"] = queue.encode, queue.decode
    return Worker(
        redis_pool=queue.connection(redis_url),
        health_check_key=f"{queue.QUEUE}:health:{uuid.uuid4().hex[:12]}",
        ctx={"courier": courier},
        **options,
    )


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
