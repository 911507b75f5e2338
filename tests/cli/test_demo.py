"""demo: everything to try, offline."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx

from tests.cli.conftest import refused
from tests.processes import Process, command, environment, free_port


async def printed(process: Process, text: str) -> None:
    deadline = time.monotonic() + 30
    while text not in process.log.read_text():
        assert process.alive(), process.log.read_text()
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_it_can_be_tried_and_a_second_one_does_not_disturb_it(tmp_path: Path) -> None:
    port, fakes = free_port(), free_port()
    env = environment(tmp_path / "data", PORT=port, LEAVEMSG_BASE_URL=f"http://127.0.0.1:{port}")
    env |= {"DATABASE_URL": "postgres://not.used/here", "REDIS_URL": "redis://not.used:6379"}
    running = _Demo(env, tmp_path / "demo.log", fakes).start()
    try:
        await printed(running, "What the fakes got")
        second = await asyncio.to_thread(
            command, "demo", "--fakes-port", str(free_port()), env={**env, "PORT": str(free_port())}
        )
        assert "Another process already serves" in refused(second, 1)
        async with httpx.AsyncClient() as client:
            form = await client.get(running.printed(r"The visitor's form +(\S+)"))
            assert form.status_code == 200
            assert (await client.get(f"http://127.0.0.1:{fakes}/")).status_code == 200
    finally:
        assert running.stop() == 0
    assert not (tmp_path / "data" / "leavemsg.sqlite").exists()


async def test_a_port_of_the_fakes_that_is_taken_is_named(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    env = environment(tmp_path / "data", PORT=free_port())
    done = await asyncio.to_thread(command, "demo", "--fakes-port", str(port), env=env)
    assert refused(done, 1).startswith(f"Port {port} is taken.")
    taken.close()
    await taken.wait_closed()


class _Demo(Process):
    def __init__(self, env: dict[str, str], log: Path, fakes: int) -> None:
        super().__init__("demo", env, log)
        self.fakes = fakes

    def start(self) -> _Demo:
        import subprocess
        import sys

        from tests.processes import ROOT

        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "demo", "--fakes-port", str(self.fakes)],
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self
