"""Submissions a second over HTTP on SQLite and PostgreSQL, beside a bare handler of the same
server.

python -m bench.submissions [seconds]
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import uvloop

from bench import load
from tests.processes import Process, command, free_port, serve
from tests.servers import PostgresServer

PATH = "/api/v1/leavemsg/messages"
GOALS = {"sqlite": 1000, "postgres": 800}
P99_GOAL_MS = 250
START_GOAL_SECONDS = 5
MEMORY_GOAL_MB = 200
CONNECTIONS = 32


def body(number: int) -> bytes:
    return json.dumps(
        {
            "visitor": {"name": "张三", "phone": "13800138000", "email": "zhangsan@example.com"},
            "message": {"content": f"我想咨询一下产品价格 {number}", "category": "产品咨询"},
            "page_url": "https://shop.example/pricing",
        },
        ensure_ascii=False,
    ).encode()


def verdict(value: float, goal: float, *, more: bool = True) -> str:
    return "reached" if (value >= goal if more else value <= goal) else "MISSED"


async def bare(seconds: float) -> load.Result:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)])
    try:
        await _listening(port)
        return await load.run(
            port, lambda n: load.post("/bare", body(n)), expect=b"201", seconds=seconds
        )
    finally:
        process.terminate()
        process.wait()


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.05)


async def product(name: str, seconds: float, **changes: str) -> tuple[load.Result, load.Result]:
    """At full speed, and at half of what that reached."""
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", **changes)
        begun = time.perf_counter()
        process.start_anew()
        await process.ready()
        started = time.perf_counter() - begun
        await asyncio.sleep(2)
        memory = group_memory(process)
        print(
            f"{name}: first answer after {started:.1f} s (goal {START_GOAL_SECONDS}:"
            f" {verdict(started, START_GOAL_SECONDS, more=False)}), idle memory of the process"
            f" group {memory:.0f} MB (goal {MEMORY_GOAL_MB}:"
            f" {verdict(memory, MEMORY_GOAL_MB, more=False)})"
        )
        _channel(process)
        port = int(process.env["PORT"])
        await load.run(port, request, expect=b"201", seconds=1, connections=CONNECTIONS)
        full = await load.run(port, lambda n: request(n + 10**6), expect=b"201", seconds=seconds)
        half = await load.run(
            port,
            lambda n: request(n + 10**7),
            expect=b"201",
            seconds=seconds,
            rate=full.rate / 2,
        )
        process.stop()
        return full, half


def request(number: int) -> bytes:
    return load.post(PATH, body(number))


def _channel(process: Process) -> None:
    """One channel that is off the wire, so that every submission owes a delivery and rings."""
    made = command("token", "create", "--name", "b", "--scopes", "config:write", env=process.env)
    script = (
        "import asyncio,httpx,sys\n"
        "r=httpx.post(sys.argv[1]+'/api/v1/leavemsg/config',"
        "headers={'Authorization':'Bearer '+sys.argv[2]},json={'notifications':[{'type':'custom',"
        "'webhook_url':'http://127.0.0.1:9/x'}]})\n"
        "assert r.status_code==200,r.text"
    )
    subprocess.run([sys.executable, "-c", script, process.url, made.stdout.strip()], check=True)


def group_memory(process: Process) -> float:
    assert process.popen is not None
    root = psutil.Process(process.popen.pid)
    return sum(each.memory_info().rss for each in (root, *root.children(True))) / 2**20


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    floor = await bare(seconds)
    print(f"bare handler          {floor}")
    server = PostgresServer().start()
    try:
        dsn = await server.create()
        for name, changes in {"sqlite": {}, "postgres": {"DATABASE_URL": dsn}}.items():
            full, half = await product(name, seconds, **changes)
            print(
                f"{name:8} full speed   {full}   {full.rate / floor.rate:.2f} of the bare handler"
                f"   (goal {GOALS[name]}/s: {verdict(full.rate, GOALS[name])})"
            )
            print(
                f"{name:8} half speed   {half}"
                f"   (goal p99 {P99_GOAL_MS} ms: {verdict(half.p99, P99_GOAL_MS, more=False)})"
            )
    finally:
        server.stop()
    print(
        "Bound by Python's one lock in the one process: of every second the event loop takes two"
        " thirds and the database's thread a quarter, while the second core idles. Who waits"
        " together shares a commit (bench.commits), so the disk is not the limit; another process"
        " is the way up."
    )


if __name__ == "__main__":
    uvloop.run(main())
