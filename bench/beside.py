"""Four people search a million messages for what is in none, again and again: what visitors notice
who leave messages meanwhile.

python -m bench.beside [count] [sqlite|postgres] [--keep FOLDER]

Rounds without and with the searches take turns. On a machine that others use, too, compare the two.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

import httpx
import uvloop

from bench import load
from bench.filled import arguments, filled, place
from bench.notices import PATH
from bench.submissions import verdict
from tests.processes import Process, serve

SEARCHING, PACE, SECONDS, ROUNDS = 4, 25.0, 4.0, 3
P99_GOAL_MS = 50
USUAL = ("咨价发订", "们吗样话")
"""Characters that many messages have, but none has next to each other: the dearest of what is not
found."""
LONG = "请问这款产品有没有优惠活动，什么时候可以发货，能不能开发票，谢谢，请尽快联系我。"


def body(number: int) -> bytes:
    return json.dumps(
        {
            "visitor": {"name": "张三", "phone": f"138{random.randrange(10**8):08}"},
            "message": {"content": f"{number} {time.time()} {LONG}", "category": "产品咨询"},
        }
    ).encode()


async def searching(process: Process, token: str, over: asyncio.Event) -> list[float]:
    took: list[float] = []
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=process.url, headers=headers, timeout=60) as client:
        while not over.is_set():
            word = "".join(map(random.choice, USUAL))
            began = time.perf_counter()
            (await client.get(PATH, params={"q": word})).raise_for_status()
            took.append(1000 * (time.perf_counter() - began))
    return took


async def visitors(process: Process) -> load.Result:
    return await load.run(
        int(process.env["PORT"]),
        lambda number: load.post(PATH, body(number)),
        expect=b"201",
        seconds=SECONDS,
        rate=PACE,
    )


async def measure(name: str, process: Process, token: str) -> None:
    await visitors(process)
    alone, beside, searches = [], [], []
    for _ in range(ROUNDS):
        alone.append(await visitors(process))
        over = asyncio.Event()
        tasks = [asyncio.create_task(searching(process, token, over)) for _ in range(SEARCHING)]
        await asyncio.sleep(0.5)
        beside.append(await visitors(process))
        over.set()
        searches += sum(await asyncio.gather(*tasks), [])
    assert not sum(each.failed for each in (*alone, *beside))
    p99 = statistics.median(each.p99 for each in beside)
    for what, found in (("alone", alone), (f"beside {len(searches)} searches", beside)):
        print(
            f"{name:8} {what:24} p50 {statistics.median(each.p50 for each in found):6.1f} ms"
            f"   p99 {statistics.median(each.p99 for each in found):6.1f} ms",
            flush=True,
        )
    reached = verdict(p99, P99_GOAL_MS, more=False)
    print(f"{name:8} goal p99 {P99_GOAL_MS} ms: {reached}; a search took", end=" ")
    print(f"{statistics.median(searches):.0f} ms", flush=True)


async def product(name: str, count: int, keep: Path) -> None:
    async with filled(name, count, keep):
        pass
    async with place(name, keep, new=False) as (url, _):
        process = serve(keep, DATABASE_URL=url)
        try:
            await process.start().ready()
            await measure(name, process, process.token("messages:read"))
        finally:
            process.stop()


async def main() -> None:
    asked = arguments(__doc__, count=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.only:
            await product(name, asked.count, asked.keep or Path(folder))


if __name__ == "__main__":
    uvloop.run(main())
