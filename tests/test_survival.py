"""What a crash leaves: every acknowledged message once, and every delivery made."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from app import fields
from app.fields import change
from app.people import organizations
from app.settings import DATABASE_NAME
from tests.app.files.pictures import picture
from tests.browser.product import database_of
from tests.fakes.vendors import FakeVendors
from tests.processes import GONE, TLS, Process, serve

SUBMISSIONS = 200
FILES = 24


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Process]:
    """The whole product in one process, with an empty database of each kind."""
    changes = {}
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        from tests.servers import aside

        changes["DATABASE_URL"] = aside(server.create())
    running = serve(tmp_path / "data", **changes)
    yield running.start()
    running.stop()


async def configure(product: Process, credential: str, url: str) -> None:
    async with httpx.AsyncClient(base_url=product.url) as client:
        answer = await client.post(
            "/api/v1/leavemsg/config",
            headers={"Authorization": f"Bearer {credential}"},
            json={
                "notifications": [{"type": "custom", "webhook_url": url, "enabled": True}],
                "rate_limit_per_minute": 0,
            },
        )
    assert answer.status_code == 200, answer.text


async def submit(product: Process, key: str) -> str:
    """Tries with one key until the product says that it has the message."""
    body = {
        "visitor": {"phone": "13800138000"},
        "message": {"content": f"message {key}"},
    }
    async with httpx.AsyncClient(base_url=product.url, timeout=5, verify=TLS) as client:
        while True:
            with contextlib.suppress(*GONE):
                answer = await client.post(
                    "/api/v1/leavemsg/messages", json=body, headers={"Idempotency-Key": key}
                )
                if answer.status_code == 201:
                    return str(answer.json()["uid"])
            await asyncio.sleep(0.1)


async def test_a_kill_during_two_hundred_submissions_loses_and_doubles_nothing(
    product: Process, fakes: FakeVendors
) -> None:
    await product.ready()
    await configure(product, product.token(), fakes.add_hook("crm"))
    keys = [uuid.uuid4().hex for _ in range(SUBMISSIONS)]
    gate = asyncio.Semaphore(8)

    async def one(key: str) -> str:
        async with gate:
            return await submit(product, key)

    async def crash() -> None:
        for _ in range(2):
            await asyncio.sleep(0.3)
            product.kill()
            product.start()
            await product.ready()

    *acknowledged, _ = await asyncio.gather(*(one(key) for key in keys), crash())
    assert len(set(acknowledged)) == SUBMISSIONS
    async with asyncio.timeout(200):
        while len(_contents(fakes)) < SUBMISSIONS:
            await asyncio.sleep(0.2)
    assert _contents(fakes) == {f"message {key}" for key in keys}


def _contents(fakes: FakeVendors) -> set[str]:
    return {call.parsed["message"]["content"] for call in fakes.calls("hook", "crm")}


REMINDED = 20


async def test_a_kill_while_reminders_are_due_leaves_each_step_once(
    product: Process, fakes: FakeVendors
) -> None:
    await product.ready()
    credential, hook = product.token(), fakes.add_hook("crm")
    await configure(product, credential, hook)
    await remind(product, credential)
    keys = [uuid.uuid4().hex for _ in range(REMINDED)]
    await asyncio.gather(*(submit(product, key) for key in keys))
    # What is cut off waits for its lease, and what is due later waits behind it.
    await until(product, "SELECT COUNT(*) FROM delivery WHERE purpose = 'new' AND state != 'sent'")
    product.kill()
    now_due = "UPDATE delivery SET due_at = created_at, rank = created_at WHERE purpose != 'new'"
    await asked(product, now_due)
    await asked(product, "UPDATE organization SET due_at = created_at")
    for _ in range(2):
        product.start()
        await product.ready()
        await asyncio.sleep(0.2)
        product.kill()
    product.start()
    await product.ready()
    await until(product, f"SELECT COUNT(*) {DUE} AND state != 'pending'", is_so=True)
    assert await asked(product, STEPS) == [(2 * REMINDED, REMINDED)]


DUE = "FROM delivery WHERE purpose LIKE 'remind%'"
STEPS = f"SELECT COUNT(*), COUNT(DISTINCT message) {DUE}"


async def until(product: Process, sql: str, *, is_so: bool = False) -> None:
    """The first value is nothing, or something."""
    async with asyncio.timeout(200):
        while bool((await asked(product, sql))[0][0]) is not is_so:
            await asyncio.sleep(0.1)


async def remind(product: Process, credential: str) -> None:
    """Two steps for every message."""
    base, headers = "/api/v1/leavemsg", {"Authorization": f"Bearer {credential}"}
    async with httpx.AsyncClient(base_url=product.url, headers=headers, verify=TLS) as client:
        found = (await client.get(f"{base}/config")).json()["notifications"]
        steps = [{"after_minutes": n, "channel": found[0]["uid"]} for n in (60, 90)]
        answer = await client.put(f"{base}/reminders", json={"chains": [{"steps": steps}]})
    assert answer.status_code == 200, answer.text


async def asked(product: Process, sql: str) -> list[tuple[object, ...]]:
    """The database itself, beside the product."""
    if url := product.env.get("DATABASE_URL"):
        import asyncpg

        postgres = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await postgres.fetch(sql)]
        finally:
            await postgres.close()
    path = Path(product.env["LEAVEMSG_DATA_DIR"]) / DATABASE_NAME
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as beside, beside:
        return beside.execute(sql).fetchall()


async def test_ctrl_c_stops_everything_and_leaves_nothing_running(product: Process) -> None:
    import signal

    import psutil

    await product.ready()
    assert product.popen is not None
    children = psutil.Process(product.popen.pid).children(recursive=True)
    assert product.stop(signal.SIGINT) == 0
    assert [child for child in children if child.is_running()] == []


async def test_a_kill_while_files_come_loses_none_that_has_a_receipt(tmp_path: Path) -> None:
    product = serve(tmp_path / "data")
    product.start()
    try:
        await product.ready()
        credential = product.token()
        async with database_of(product):
            org = await organizations.first()
            await change.add(org.id, "files", by="tests")
            await fields.publish(org.id, by="tests")
        pictures = {f"picture {n}": picture(size=(40 + n, 30)) for n in range(FILES)}

        async def send(text: str) -> None:
            body, part = {"message": text, "phone": "13800138000"}, ("a.jpg", pictures[text])
            headers = {"Idempotency-Key": text, "Accept": "application/json"}
            async with httpx.AsyncClient(base_url=product.url, timeout=5, verify=TLS) as client:
                while True:
                    with contextlib.suppress(*GONE):
                        answer = await client.post(
                            "/f/default", data=body, files={"photo": part}, headers=headers
                        )
                        if answer.status_code == 200:
                            return
                    await asyncio.sleep(0.1)

        async def crash() -> None:
            for _ in range(2):
                await asyncio.sleep(0.15)
                product.kill()
                product.start()
                await product.ready()

        await asyncio.gather(*(send(text) for text in pictures), crash())
        headers = {"Authorization": f"Bearer {credential}"}
        base = f"{product.url}/api/v1/leavemsg"
        async with httpx.AsyncClient(headers=headers, verify=TLS) as client:
            found = (await client.get(f"{base}/query/org?limit=100")).json()["items"]
            assert {each["message"]["content"] for each in found} == set(pictures)
            assert len(found) == FILES
            for each in found:
                files = f"{base}/messages/{each['uid']}/files"
                [kept] = (await client.get(files)).json()["items"]
                content = (await client.get(f"{files}/{kept['uid']}")).content
                assert len(content) == kept["size"] > 0
    finally:
        product.stop()
