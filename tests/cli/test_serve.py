"""serve, web, worker and migrate: starting, refusing to start, stopping."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from cli.bundled import Bundled
from tests.cli.conftest import Env, all_at_once, refused
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, command, environment, free_port, serve
from tests.servers import PostgresServer, aside


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Started once; what refuses to start beside it must not disturb it."""
    running = serve(tmp_path_factory.mktemp("served") / "data").start()
    yield running
    running.stop()


async def test_it_says_where_it_is_and_how_to_begin(product: Process) -> None:
    await product.ready()
    assert product.printed(r"Leavemsg \S+ is at (\S+)") == product.url
    link = product.printed(r"Set up here, once, within an hour: (\S+)")
    async with httpx.AsyncClient() as client:
        assert (await client.get(link)).status_code == 200
        ready = await client.get(product.url + "/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")


async def test_the_data_is_nobody_elses(product: Process) -> None:
    await product.ready()
    folder = Path(product.env["LEAVEMSG_DATA_DIR"])
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0
    names = {each.name for each in folder.iterdir()}
    assert names >= {"leavemsg.sqlite", "secret.key", "web.lock", "redis"}


async def test_what_cannot_start_beside_it_says_why(product: Process, tmp_path: Path) -> None:
    await product.ready()
    same_port = environment(tmp_path / "data", PORT=product.env["PORT"])
    same_folder = environment(Path(product.env["LEAVEMSG_DATA_DIR"]), PORT=free_port())
    assert refused(command("serve", env=same_port), 1) == (
        f"Port {product.env['PORT']} is taken. Stop what runs there or set PORT to another one.\n"
    )
    assert "Another process already serves the data in" in refused(
        command("serve", env=same_folder), 1
    )
    async with httpx.AsyncClient(base_url=product.url) as client:
        assert (await client.get("/livez")).status_code == 200


def test_an_address_that_is_not_ours_is_named(fresh: Env) -> None:
    said = refused(command("serve", env={**fresh, "LEAVEMSG_HOST": "192.0.2.1"}), 1)
    assert said.startswith("LEAVEMSG_HOST is no address of this machine.")


def test_apart_from_each_other_they_need_a_redis_of_the_operators(fresh: Env) -> None:
    for done in all_at_once(("web",), ("worker",), env=fresh):
        assert refused(done, 78).startswith("CONFIG REDIS_URL: is not set")


def test_migrate_can_be_called_twice_at_once(fresh: Env) -> None:
    for done in all_at_once(("migrate",), ("migrate",), env=fresh):
        assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")
    path = Path(fresh["LEAVEMSG_DATA_DIR"]) / "leavemsg.sqlite"
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT slug FROM organization").fetchall() == [("default",)]
    connection.close()


async def test_a_stop_is_clean_and_leaves_nothing_running(tmp_path: Path) -> None:
    running = await serve(tmp_path / "data").start().ready()
    assert running.popen is not None
    children = psutil.Process(running.popen.pid).children(recursive=True)
    assert len(children) == 1
    assert running.stop(signal.SIGTERM) == 0
    assert [child for child in children if child.is_running()] == []
    for line in running.log.read_text().splitlines():
        assert "Traceback" not in line


def test_a_stop_while_it_starts_is_a_stop(tmp_path: Path) -> None:
    running = serve(tmp_path / "data").start()
    with socket.socket() as probe:
        while probe.connect_ex(("127.0.0.1", int(running.env["PORT"]))):
            assert running.alive(), running.log.read_text()
    assert running.stop(signal.SIGTERM) == 0


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path / "redis")
    await server.start()
    yield server
    await server.stop()


async def test_in_several_processes_it_needs_no_folder_of_its_own(
    tmp_path: Path, redis: Bundled, postgres_server: PostgresServer
) -> None:
    """As in a container with a read-only file system: everything comes from the environment."""
    (tmp_path / "file").write_text("")
    port = free_port()
    env = environment(
        tmp_path / "file" / "nothing can be made here",
        PORT=port,
        LEAVEMSG_BASE_URL=f"http://127.0.0.1:{port}",
        LEAVEMSG_SECRET_KEY="k" * 40,
        DATABASE_URL=aside(postgres_server.create()),
        REDIS_URL=redis.url,
    )
    web = Process("web", env, tmp_path / "web.log").start()
    worker = Process("worker", env, tmp_path / "worker.log").start()
    try:
        await web.ready()
        async with FakeVendors() as fakes:
            await _one_message(web, fakes)
    finally:
        codes = [web.stop(), worker.stop()]
    assert codes == [0, 0], worker.log.read_text()


async def _one_message(web: Process, fakes: FakeVendors) -> None:
    made = command("token", "create", "--name", "t", "--scopes", "all", env=web.env)
    entry = {"type": "custom", "webhook_url": fakes.add_hook("crm")}
    said = {"visitor": {"phone": "13800138000"}, "message": {"content": "你好"}}
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    async with httpx.AsyncClient(base_url=f"{web.url}/api/v1/leavemsg", headers=headers) as client:
        saved = await client.post("/config", json={"notifications": [entry]})
        assert saved.status_code == 200, saved.text
        assert (await client.post("/messages", json=said)).status_code == 201
    (call,) = await fakes.arrived(1, "hook", "crm", timeout=15)
    assert json.loads(call.raw)["message"]["content"] == "你好"
