"""demo: everything to try, offline."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx

from cli.demo import NAME
from tests.cli.conftest import refused
from tests.processes import Process, command, environment, free_port
from tests.web.reading import Page

Found = TypeVar("Found")
TAP = r'href="(\S+?/t/[\w-]+)"'


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
            await _round(client, running, f"http://127.0.0.1:{fakes}")
    finally:
        assert running.stop() == 0
    assert not (tmp_path / "data" / "leavemsg.sqlite").exists()
    assert not (tmp_path / "data" / "demo" / "leavemsg.sqlite").exists(), "nothing is kept"


async def _round(client: httpx.AsyncClient, running: _Demo, fakes: str) -> None:
    """As people would: a visitor writes, a tap on the group's notice claims it and another replies,
    the visitor answers from their mailbox, and the team reads that in the inbox."""
    base, ours = running.url, {"Origin": running.url}
    url = running.printed(r"The visitor's form +(\S+)")
    form = Page(await client.get(url))
    left = {**form.values, "content": "明前龙井还有吗？", "email": "chaguest@example.com"}
    assert (await client.post(url, data=left)).status_code in {200, 303}

    def told(page: Page) -> str | None:
        # The receipt to the visitor and what a program got have the words, too, but no links.
        heard = (each for each in page.html.split("<article>") if "明前龙井还有吗？" in each)
        return next((each for each in heard if re.search(TAP, each)), None)

    notice = await _once(client, f"{fakes}/", told)
    claim, _, reply, _ = list(dict.fromkeys(re.findall(TAP, notice)))
    claimed = await client.post(claim, data={"name": NAME}, headers=ours)
    assert (claimed.status_code, NAME in Page(claimed).words) == (200, True)
    said = {"name": NAME, "text": "还有，今天发货。"}
    assert (await client.post(reply, data=said, headers=ours)).status_code == 200

    mailbox = running.printed(r"Mail to visitors +(\S+)")
    number = (await _seen(client, mailbox, "还有，今天发货。")).attributes("article")[0]["id"][1:]
    answering = Page(await client.get(mailbox, params={"letter": number}))
    assert "chaguest@example.com" in answering.words
    await client.post(mailbox, data={**answering.values, "words": "太好了，要两盒。"})

    email, password = running.printed(r"The inbox +\S+ +(\S+ +\S+)").split()
    entrance = Page(await client.get(f"{base}/login"))
    typed = {**entrance.values, "email": email, "password": password}
    await client.post(f"{base}/login", data=typed, headers=ours)
    [message] = set(re.findall(rf"{base}/inbox/[\w-]+", notice))
    story = await _seen(client, message, "太好了，要两盒。")
    # Without what the mail quotes.
    assert story.words.count("还有，今天发货。") == 1


async def _seen(client: httpx.AsyncClient, url: str, text: str) -> Page:
    """The page, once it has that text."""
    return await _once(client, url, lambda page: page if text in page.words else None)


async def _once(client: httpx.AsyncClient, url: str, find: Callable[[Page], Found | None]) -> Found:
    """What is found on the page, once it is there."""
    deadline = time.monotonic() + 40
    while True:
        page = Page(await client.get(url))
        if (found := find(page)) is not None:
            return found
        assert time.monotonic() < deadline, page.words
        await asyncio.sleep(0.2)


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
