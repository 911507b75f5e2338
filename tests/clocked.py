"""`leavemsg` by another clock: `python -m tests.clocked serve`. A line with a time on standard
input sets it; from there it runs on. Everything in the process reads that clock, at the level of C,
so the product runs as it is; the browser keeps its own."""

from __future__ import annotations

import datetime as dt
import sys
import threading

import time_machine

from cli.main import main


def follow(traveller: time_machine.Traveller) -> None:
    for line in sys.stdin:
        traveller.move_to(dt.datetime.fromisoformat(line.strip()))
        sys.stdout.write(f"The clock says {line}")
        sys.stdout.flush()


if __name__ == "__main__":
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True) as found:
        threading.Thread(target=follow, args=(found,), daemon=True).start()
        main()
