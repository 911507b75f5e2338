"""People and things that tests speak of. Both databases are real; nothing of ours is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import itertools
import os
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import argon2
import httpx
import pytest
import uvloop
from hypothesis import settings as hypothesis_settings

os.environ.setdefault("LEAVEMSG_SECRET_KEY", "tests-only-" + "k" * 32)

from app import (
    database,
    health,
    limits,
    outside,
    settings,
)
from app.configuration import plan
from app.database import migrate
from app.database.sqlite import READERS
from app.egress import parse_allowed
from app.fields.check import Answers
from app.messages import Visit
from app.people import (
    agents,
    organizations,
    sessions,
    tokens,
)
from app.signed import proof
from app.tables import Account, Agent, Organization
from tests import canaries, needs
from tests.forks import auto, pytest_addoption, pytest_runtestloop
from tests.servers import PostgresServer, aside

# As in every process: an act on the settings keeps the state that it leaves.
plan.follow()
hypothesis_settings.register_profile("default", max_examples=25, deadline=None)
hypothesis_settings.register_profile("quick", max_examples=10, deadline=None)
hypothesis_settings.register_profile("thorough", max_examples=5000, deadline=None)
hypothesis_settings.load_profile("default")

BASE_URL = "http://localhost:8080"
MANY = 1000
TIME_OF_DAY = re.compile(r"\d\d:\d\d:\d\d")
WATCH = needs.Watch()
_folders = itertools.count()

__all__ = ["pytest_addoption", "pytest_runtestloop"]


def pytest_xdist_auto_num_workers() -> int:
    return auto()


class Loop(uvloop.Loop):
    def close(self) -> None:
        """Also when a test has left a connection open, over which uvloop stumbles (EBUSY): the
        process ends here."""
        with contextlib.suppress(OSError):
            super().close()


@pytest.fixture(scope="session")
def _asyncio_loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Tests run on the event loop that the product runs on. (The hook of pytest-asyncio makes it a
    parameter of every test.)"""
    return Loop


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Marks what needs a browser, a PostgreSQL or another process, before any is left out. What
    takes long begins first."""
    for item in items:
        for name in needs.needs(item):
            item.add_marker(name)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Other processes first: those tests mostly wait, while others calculate. Then browsers, and of
    these first what may take long. At the end come the many short ones."""
    if item.get_closest_marker("browser"):
        return 1 if item.get_closest_marker("timeout") else 2
    return 0 if item.get_closest_marker("process") else 3


def pytest_make_parametrize_id(val: Any, argname: str) -> str | None:
    """A test is called the same in each run, whatever time it is."""
    return argname if isinstance(val, str) and TIME_OF_DAY.search(val) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of tests stay to the end: no search for garbage needs to look at them again, and
    the loops and pages of each are few enough to be searched for more seldom. What most of them
    need is made before processes are forked."""
    if session.config.option.forks and len(session.items) > MANY:
        from tests.application import prepare

        prepare()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    WATCH.alone = not any(item.get_closest_marker(name) for name in needs.NEEDS)
    try:
        return (yield)
    finally:
        WATCH.alone = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Whatever a test did, nobody and no secret was logged or shown by it."""
    yield
    if found := canaries.SIEVE.take():
        pytest.fail(f"says too much: {found[:5]}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names what could not be checked, and how it can be."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("not checked")
    for reason, count in reasons.items():
        terminalreporter.line(f"{count} {'test' if count == 1 else 'tests'}: {reason}")


def make_settings(data_dir: Path, **changes: Any) -> settings.Settings:
    environ = {
        "LEAVEMSG_DATA_DIR": str(data_dir),
        "LEAVEMSG_SECRET_KEY": os.environ["LEAVEMSG_SECRET_KEY"],
        "LEAVEMSG_BASE_URL": BASE_URL,
        "LEAVEMSG_API_PER_MINUTE": "0",
        "LEAVEMSG_SUBMIT_PER_MINUTE": "0",
        "LEAVEMSG_SUBMIT_SECONDS": "0",
        "LEAVEMSG_EGRESS_ALLOW": "127.0.0.1/32",
        **{key: str(value) for key, value in changes.items()},
    }
    return settings.load(environ)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    canaries.listen()


@pytest.fixture(scope="session", autouse=True)
def _canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """At the end of each process of tests: nothing of anybody is in what others have left."""
    yield
    assert list(canaries.in_files(tmp_path_factory.getbasetemp())) == []


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """A hash that costs what it must would be most of what these tests do."""
    before = agents.HASHER
    agents.HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    agents.HASHER = before


@pytest.fixture(scope="session", autouse=True)
def _cheap_proofs() -> Iterator[None]:
    """Like passwords: what a browser calculates for a third of a second."""
    before, proof.COST = proof.COST, 50
    yield
    proof.COST = before


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Each process of tests has its own."""
    server = PostgresServer(durable=False).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "leavemsg.sqlite"
    aside(_migrate("", path))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated, empty database to copy."""
    dsn = aside(postgres_server.create())
    aside(_migrate(dsn, Path("/nonexistent/x.sqlite")))
    return dsn.split("@/")[1].split("?")[0]


async def _migrate(url: str, path: Path) -> None:
    settings.use(make_settings(path.parent if not url else Path("/tmp")))
    engine = database.make(url, str(path))
    database.use(engine)
    await engine.open()
    await migrate.run()
    await engine.close()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pytest has it, without reading all that are there to find the next number: there are
    thousands."""
    name = re.sub(r"\W", "_", request.node.originalname)[:30]
    return tmp_path_factory.mktemp(f"{name}{next(_folders)}", numbered=False)


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., settings.Settings]:
    """Puts other settings in force: configure(LEAVEMSG_SUBMIT_PER_MINUTE=5)."""

    def change(**changes: Any) -> settings.Settings:
        made = make_settings(tmp_path, **changes)
        settings.use(made)
        return made

    change()
    return change


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer, postgres_template: str) -> str:
    """One for all tests: to empty it takes a hundredth of the time of a new one."""
    return aside(postgres_server.create(postgres_template))


class Warm:
    """Databases that stay open when a test ends: to connect anew, and to learn the tables anew,
    takes longer than most tests do."""

    def __init__(self) -> None:
        self._kept: dict[str, database.Engine] = {}

    async def take(self, kind: str, url: str, path: Path) -> database.Engine:
        if kind in self._kept:
            # What is remembered of a database is remembered for its engine: every test has another.
            return copy.copy(self._kept.pop(kind))
        engine = database.make(url, str(path))
        await engine.open()
        if isinstance(engine, database.SQLite):
            # Nobody cuts the power here, so nobody needs to wait for the disk.
            await engine._writer.execute("PRAGMA synchronous = OFF")
        return engine

    async def give_back(self, kind: str, engine: database.Engine) -> None:
        """Kept, unless the test has closed it or still holds a connection."""
        if _is_idle(engine):
            self._kept[kind] = engine
        elif isinstance(engine, database.Postgres) and engine.pool is not None:
            engine.pool.terminate()
        else:
            await engine.close()

    async def close(self) -> None:
        for engine in self._kept.values():
            await engine.close()


def _is_idle(engine: database.Engine) -> bool:
    if isinstance(engine, database.Postgres):
        pool = engine.pool
        return pool is not None and pool.get_idle_size() == pool.get_size()
    writer = engine._writer
    return (
        writer is not None
        and not writer.in_transaction
        and not engine._writing.locked()
        and engine._readers.qsize() == READERS
    )


@pytest.fixture(scope="session")
async def warm() -> AsyncIterator[Warm]:
    made = Warm()
    yield made
    await made.close()


@pytest.fixture(scope="session")
def sqlite_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests, as on PostgreSQL."""
    path = tmp_path_factory.mktemp("sqlite") / sqlite_template.name
    shutil.copy(sqlite_template, path)
    return path


TABLES = ("organization", "account", "bucket", "lent_token", "instance")
"""Every other row belongs to an organization or an account, and goes with it."""
EMPTY = f"BEGIN; {''.join(f'DELETE FROM {each}; ' for each in TABLES)} COMMIT"


async def _empty(engine: database.Engine) -> None:
    """In one trip."""
    if isinstance(engine, database.Postgres):
        assert engine.pool is not None
        await engine.pool.execute(EMPTY)
    else:
        assert engine._writer is not None
        await engine._writer.executescript(EMPTY)


@pytest.fixture(params=["sqlite", "postgres"])
async def db(
    request: pytest.FixtureRequest, configure: Callable[..., settings.Settings], warm: Warm
) -> AsyncIterator[str]:
    """An empty database of each kind, in force; its value is the address (empty for SQLite)."""
    found = request.getfixturevalue(f"{request.param}_database")
    url, path = ("", found) if request.param == "sqlite" else (found, Path())
    engine = await warm.take(request.param, url, path)
    database.use(engine)
    await _empty(engine)
    limits.forget_all()
    before = asyncio.all_tasks()
    yield url
    await health.close()
    await outside.close()
    await end(asyncio.all_tasks() - before)
    await warm.give_back(request.param, engine)


@pytest.fixture
async def spoiled(db: str) -> AsyncIterator[None]:
    """The test changes how its connections work: no other is given them."""
    yield
    await database.engine().close()


async def end(tasks: set[asyncio.Task[Any]]) -> None:
    """What a test has begun and left: the loop lives on for the next one."""
    tasks.discard(asyncio.current_task())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def org(db: str) -> Organization:
    return await organizations.first()


@pytest.fixture
async def owner(org: Organization) -> Agent:
    return await agents.create(org.id, email="owner@shop.example", password=canaries.PASSWORD)


@pytest.fixture
async def other_org(db: str) -> Organization:
    """Another tenant, who must never be seen."""
    return await organizations.create("other", "Other")


@pytest.fixture
async def there(owner: Agent, other_org: Organization) -> Agent:
    """Who the owner is in the other organization: a viewer."""
    account = await Account.objects().get(Account.id == owner.account)
    assert account
    return await agents.add(other_org.id, account, role="viewer", name="外人")


@pytest.fixture
async def token(org: Organization) -> str:
    """A program's credential with every scope."""
    return await tokens.create(org.id, "tests", ["all"])


@pytest.fixture
async def other_token(other_org: Organization) -> str:
    return await tokens.create(other_org.id, "others", ["all"])


@pytest.fixture
def answers() -> Answers:
    return Answers(
        content=canaries.WORDS,
        name=canaries.NAME,
        phone=canaries.PHONE,
        email=canaries.EMAIL,
        category="产品咨询",
    )


@pytest.fixture
def visit() -> Visit:
    return Visit(ip="192.168.1.100", user_agent="Mozilla/5.0", language="zh-CN")


@pytest.fixture
async def web(org: Organization) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Makes clients of the whole application, in the test's own event loop."""
    from tests.application import application

    app = application(settings.current())
    made: list[httpx.AsyncClient] = []

    def client(**options: Any) -> httpx.AsyncClient:
        transport = canaries.Watched(app=app, client=("127.0.0.1", 50000))
        made.append(httpx.AsyncClient(transport=transport, base_url=BASE_URL, **options))
        return made[-1]

    yield client
    for each in made:
        await each.aclose()


@pytest.fixture
def visitor(web: Callable[..., httpx.AsyncClient]) -> httpx.AsyncClient:
    """Somebody without any credential."""
    return web()


@pytest.fixture
def api(web: Callable[..., httpx.AsyncClient], token: str) -> httpx.AsyncClient:
    """A program with every scope."""
    return web(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
async def client(web: Callable[..., httpx.AsyncClient], owner: Agent) -> httpx.AsyncClient:
    """The owner, signed in; a browser's same-origin headers and the session's token come along."""
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="tests")
    return web(
        cookies={"sid": raw},
        headers={
            "Sec-Fetch-Site": "same-origin",
            "Origin": BASE_URL,
            "X-CSRF-Token": sessions.csrf(raw),
        },
    )


@pytest.fixture
def allow_loopback() -> Any:
    return parse_allowed("127.0.0.1/32")
