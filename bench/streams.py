"""What open consoles cost one process, and how soon each hears of a message.

python -m bench.streams
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import psutil

from app.people import agents, sessions
from bench import load
from bench.submissions import verdict
from tests.browser.product import PASSWORD, Product, database_of, organization
from tests.processes import Process, serve
from web.console.streams import PER_AGENT

STREAMS = 200
MESSAGES = 10
SECONDS = 10.0
PROBES = 20.0
"""A second; each waits for all that the event loop has to do first."""
LAG_MS, MORE_MB, HEARD_SECONDS = 50, 60, 2.0


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", LEAVEMSG_CONNECTIONS_PER_ADDRESS=0).start()
        try:
            await process.ready()
            async with organization(process) as product:
                await measure(product, await signed_in(product))
        finally:
            process.stop()


async def signed_in(product: Product) -> list[str]:
    """A session for every stream; an agent may have only a few."""
    found = []
    async with database_of(product.process):
        owner = await sessions.find(product.session)
        assert owner
        for number in range(-(-STREAMS // PER_AGENT)):
            email = f"agent{number}@shop.example"
            agent = await agents.create(owner.org.id, email=email, password=PASSWORD)
            raw = await sessions.start(agent, address="127.0.0.1", user_agent="bench")
            found += [raw] * PER_AGENT
    return found[:STREAMS]


async def measure(product: Product, cookies: list[str]) -> None:
    port = int(product.process.env["PORT"])
    quiet, before = await probe(port), memory(product.process)
    heard: list[float] = []
    opened = asyncio.Semaphore(0)
    listening = [asyncio.create_task(listen(port, each, opened, heard)) for each in cookies]
    for _ in cookies:
        await opened.acquire()
    telling = asyncio.create_task(tell(product))
    busy, more = await probe(port), memory(product.process) - before
    await telling
    await asyncio.sleep(HEARD_SECONDS)
    for each in listening:
        each.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    late = max(heard)
    print(f"without streams   {quiet}")
    print(f"with {STREAMS} streams  {busy}   {verdict(busy.p99, LAG_MS, more=False)}")
    print(f"more memory       {more:7.1f} MB   {verdict(more, MORE_MB, more=False)}")
    soon = verdict(late, HEARD_SECONDS, more=False)
    print(f"from a message to a stream, at most {late:.2f} s   {soon}")
    print(f"events heard      {len(heard)}")


async def probe(port: int) -> load.Result:
    request = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    return await load.run(
        port, lambda _: request, expect=b"200", seconds=SECONDS, connections=2, rate=PROBES
    )


async def listen(port: int, cookie: str, opened: asyncio.Semaphore, heard: list[float]) -> None:
    """Reads the bare bytes: what measures must not be what is measured."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /inbox/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sid={cookie}\r\n\r\n"
    writer.write(request.encode())
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    opened.release()
    while line := await reader.readline():
        if line == b"event: news\n":
            heard.append(time.perf_counter() - _left[-1])


_left: list[float] = []
"""When the messages were sent."""


async def tell(product: Product) -> None:
    """Less often than streams ring, so that each is heard by itself."""
    for number in range(MESSAGES):
        _left.append(time.perf_counter())
        await asyncio.to_thread(product.leave, f"question number {number}")
        await asyncio.sleep(SECONDS / MESSAGES * 1.5)


def memory(process: Process) -> float:
    """Megabytes."""
    return float(psutil.Process(process.popen.pid).memory_info().rss) / 2**20


if __name__ == "__main__":
    asyncio.run(main())
