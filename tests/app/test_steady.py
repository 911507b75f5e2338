"""A clock that was put forward: for a while what was taken before counts as if it had not been."""

from __future__ import annotations

import datetime as dt

import pytest

from app import database, heartbeat, steady
from app.steady import HOLD_SECONDS, Steady

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = 3600.0


class Clocks:
    """One that only runs, and one that is put forward and back; seconds are told."""

    def __init__(self) -> None:
        self.steady, self.up, self.moved = Steady(), 1000.0, 0.0

    def after(self, seconds: float, *, moved: float = 0.0, late: float = 0.0) -> float:
        self.up += seconds
        self.moved += moved
        now = NOON + dt.timedelta(seconds=self.up + self.moved)
        return self.steady.observe(now, self.up, self.up + late).total_seconds()


def test_a_clock_that_only_runs_holds_nothing_back() -> None:
    clocks = Clocks()
    assert [clocks.after(seconds) for seconds in (0, 0.1, 1, 59, 3 * HOUR)] == [0] * 5


@pytest.mark.parametrize("jump", [0.5, 30.0, HOUR, 24 * HOUR])
def test_a_jump_is_held_back_until_nothing_from_before_counts(jump: float) -> None:
    clocks = Clocks()
    clocks.after(0)
    assert clocks.after(10, moved=jump) == pytest.approx(jump)
    assert clocks.after(HOLD_SECONDS - 1) == pytest.approx(jump)
    assert clocks.after(2) == 0


def test_after_a_long_silence_a_jump_counts_from_when_it_is_seen() -> None:
    clocks = Clocks()
    clocks.after(0)
    assert clocks.after(10 * HOUR, moved=HOUR) == pytest.approx(HOUR)
    assert clocks.after(HOLD_SECONDS - 1) == pytest.approx(HOUR)


def test_small_jumps_add_up() -> None:
    clocks = Clocks()
    clocks.after(0)
    for _ in range(9):
        clocks.after(5, moved=1)
    assert clocks.after(5, moved=1) == pytest.approx(10)


def test_a_clock_that_is_set_back_holds_nothing_and_its_return_does() -> None:
    clocks = Clocks()
    clocks.after(0)
    assert clocks.after(5, moved=-HOUR) == 0
    assert clocks.after(5, moved=HOUR) == pytest.approx(HOUR)


def test_a_late_answer_and_a_clock_led_to_the_right_time_are_no_jumps() -> None:
    clocks = Clocks()
    assert [clocks.after(1, late=late) for late in (0, 5, 0, 0.5, 8, 0)] == [0] * 6
    assert [clocks.after(1, moved=0.0005) for _ in range(120)] == [0] * 120


def test_it_remembers_no_more_than_it_needs() -> None:
    clocks = Clocks()
    for _ in range(5000):
        clocks.after(0.1)
    assert len(clocks.steady._before) <= HOLD_SECONDS + 2


async def test_a_restart_knows_whether_the_clock_was_moved_meanwhile(db: str) -> None:
    await heartbeat.beat()
    back = await database.now() - dt.timedelta(hours=1)
    await database.execute("UPDATE instance SET at = ? WHERE name = 'worker'", back)
    await heartbeat.recall()
    held = steady.clock().observe(await database.now(), steady.uptime())
    assert dt.timedelta(minutes=59) < held < dt.timedelta(minutes=61)


async def test_a_restart_after_an_ordinary_while_holds_nothing(db: str) -> None:
    await heartbeat.beat()
    await heartbeat.recall()
    assert steady.clock().observe(await database.now(), steady.uptime()) < dt.timedelta(seconds=5)


async def test_after_a_start_of_the_machine_all_that_time_may_have_been_a_jump(db: str) -> None:
    await heartbeat.beat()
    back = await database.now() - dt.timedelta(minutes=5)
    await database.execute(
        "UPDATE instance SET at = ?, value = ? WHERE name = 'worker'",
        back,
        '{"boot": "another", "up": 5.0}',
    )
    await heartbeat.recall()
    held = steady.clock().observe(await database.now(), steady.uptime())
    assert dt.timedelta(minutes=4) < held < dt.timedelta(minutes=6)


async def test_a_second_restart_still_knows_of_the_jump(db: str) -> None:
    await heartbeat.beat()
    back = await database.now() - dt.timedelta(hours=1)
    await database.execute("UPDATE instance SET at = ? WHERE name = 'worker'", back)
    await heartbeat.recall()
    await heartbeat.beat()
    # That worker dies, and all that it remembered.
    steady._clocks.clear()
    await heartbeat.recall()
    held = steady.clock().observe(await database.now(), steady.uptime())
    assert dt.timedelta(minutes=59) < held < dt.timedelta(minutes=61)
