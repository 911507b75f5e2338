"""Runs the fakes by hand: python -m tests.fakes --http 8099 --smtp 1587 --demo"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time

from tests.fakes.clock import Clock
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail
from tests.fakes.readable import readable
from tests.fakes.records import Call
from tests.fakes.vendors import FakeVendors

# One line per message has to stay one line on a terminal.
WIDTH = 100


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--http", type=int, default=8099, help="port of the vendors")
    parser.add_argument("--smtp", type=int, default=1587, help="STARTTLS; +1 implicit, +2 plain")
    parser.add_argument("--demo", action="store_true", help="bots called demo exist")
    wish = parser.parse_args()
    try:
        asyncio.run(run(wish.http, wish.smtp, demo=wish.demo))
    except OSError as error:
        sys.stderr.write(f"cannot listen: {error}\n")
        return 1
    return 0


async def run(http: int, smtp: int, *, demo: bool) -> None:
    clock = Clock()
    # Port 0 takes free ports for all.
    offsets = {"starttls": 0, "implicit": 1, "plain": 2}
    ports = {name: smtp + offset if smtp else 0 for name, offset in offsets.items()}
    async with (
        FakeVendors(port=http, clock=clock, demo=demo) as fakes,
        FakeMail(ports=ports, clock=clock) as mail,
    ):
        fakes.mail = mail
        fakes.listeners.append(tell_call)
        mail.listeners.append(tell_letter)
        announce(fakes, mail, tuple(ports))
        await stop_signal()
    say("stopped")


def announce(fakes: FakeVendors, mail: FakeMail, names: tuple[str, ...]) -> None:
    say(f"page for people    {fakes.url}/")
    say(f"control            {fakes.url}/_fake/messages  /_fake/bots  /_fake/faults  /_fake/clock")
    for vendor, token in [*fakes.bots, *(("hook", name) for name in fakes.hooks)]:
        say(f"{vendor:<18} {fakes.address(vendor, token)}")
    for name in names:
        say(f"smtp {name:<13} {mail.host}:{mail.port(name)}")
    say(f"smtp authority     {mail.ca_file}")
    say("smtp password      good (others are refused)")


async def stop_signal() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()


def tell_call(call: Call) -> None:
    verdict = "accepted" if call.ok else f"refused {call.code or call.status or ''}"
    say(line(call.wall, call.vendor or call.path, call.token, verdict, said(call)))


def said(call: Call) -> str:
    return readable(call.vendor, call.parsed) or call.raw.decode("utf-8", "replace")


def tell_letter(letter: Letter) -> None:
    verdict = "accepted" if letter.ok else f"refused {letter.answer}"
    say(line(letter.wall, "email", ",".join(letter.recipients), verdict, letter.subject))


def line(wall: float, kind: str, name: str, verdict: str, words: str) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(wall))
    text = "".join(letter if letter.isprintable() else " " for letter in words)
    return f"{clock} {kind} {name} {verdict} | {text}"[:WIDTH]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
