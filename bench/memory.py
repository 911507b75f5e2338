"""Whether memory grows under very many mixed requests, right and wrong ones: of visitors, consoles
and programs.

python -m bench.memory [requests]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import uvloop

from bench import contenders
from bench.submissions import group_memory, verdict
from tests.browser.product import API, Product, organization
from tests.processes import Process, serve

REQUESTS, WARM, STEPS, CLIENTS = 100_000, 20_000, 10, 8
GOAL_MB = 10
JSON = {"Content-Type": "application/json"}


class Mix:
    """The request of each number. Consoles are asked less often than visitors write, as in life."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.token = {"Authorization": f"Bearer {product.token}"}
        self.signed_in = {"Cookie": f"sid={product.session}"}
        seldom = [self.inbox, self.search, self.page, self.deliveries, self.settings]
        often: list[Callable[[int], httpx.Request]] = [
            *[self.submit] * 4,
            *(self.repeat, self.refused, self.broken),
            *(self.form, self.open, self.boot, self.listed, self.unknown, self.static),
        ]
        self.kinds = [*often * 8, *seldom]

    def __call__(self, number: int) -> httpx.Request:
        return self.kinds[number % len(self.kinds)](number)

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Request:
        return httpx.Request("GET", self.product.url + path, headers=headers)

    def post(self, content: bytes) -> httpx.Request:
        url = f"{self.product.url}{API}/messages"
        return httpx.Request("POST", url, content=content, headers=JSON | self.token)

    def submit(self, number: int) -> httpx.Request:
        return self.post(contenders.body(number))

    def repeat(self, _: int) -> httpx.Request:
        return self.submit(0)

    def refused(self, number: int) -> httpx.Request:
        return self.post(b'{"message": {"content": "%s"}}' % (b"1" * (number % 9000)))

    def broken(self, number: int) -> httpx.Request:
        return self.post(b"{" * (number % 2000))

    def form(self, _: int) -> httpx.Request:
        return self.get(self.product.form)

    def open(self, _: int) -> httpx.Request:
        return self.get(f"{self.product.form}/presence")

    def boot(self, _: int) -> httpx.Request:
        return self.get(f"{self.product.form}/boot.json")

    def listed(self, _: int) -> httpx.Request:
        return self.get(f"{API}/messages", self.token)

    def unknown(self, number: int) -> httpx.Request:
        return self.get(f"/nowhere/{number}")

    def static(self, number: int) -> httpx.Request:
        return self.get(f"/static/{number}.css")

    def inbox(self, _: int) -> httpx.Request:
        return self.get("/inbox", self.signed_in)

    def search(self, number: int) -> httpx.Request:
        return self.get(f"/inbox?q={number}", self.signed_in)

    def page(self, number: int) -> httpx.Request:
        return self.get(f"/inbox/{number:032x}", self.signed_in)

    def deliveries(self, _: int) -> httpx.Request:
        return self.get("/deliveries", self.signed_in)

    def settings(self, _: int) -> httpx.Request:
        return self.get("/settings/channels", self.signed_in)


async def main(requests: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", LEAVEMSG_LOG_LEVEL="warning")
        process.start_anew()
        try:
            await process.ready()
            async with organization(process) as product:
                await measure(process, Mix(product), requests)
        finally:
            process.stop()


async def measure(process: Process, mix: Mix, requests: int) -> None:
    answers = Counter[int]()
    await ask(mix, range(WARM), answers)
    first = group_memory(process)
    print(f"after the first {WARM}: {first:.1f} MB", flush=True)
    step = requests // STEPS
    for begin in range(WARM, WARM + step * STEPS, step):
        await ask(mix, range(begin, begin + step), answers)
        print(f"{begin + step - WARM:8} more: {group_memory(process) - first:+6.1f} MB", flush=True)
    more = group_memory(process) - first
    print(f"answers {dict(sorted(answers.items()))}")
    print(f"more memory {more:.1f} MB (goal {GOAL_MB}: {verdict(more, GOAL_MB, more=False)})")


async def ask(mix: Mix, numbers: range, answers: Counter[int]) -> None:
    waiting = iter(numbers)

    async def one(client: httpx.AsyncClient) -> None:
        for number in waiting:
            answers[(await client.send(mix(number))).status_code] += 1

    async with httpx.AsyncClient(timeout=60) as client:
        await asyncio.gather(*(one(client) for _ in range(CLIENTS)))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS))
