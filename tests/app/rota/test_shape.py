"""Who is on duty is a plain function of the rota, the office hours and the moment."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from app.hours.schedule import WEEKDAYS, Schedule
from app.rota.shape import Duty, Rota, Shift, Swap, on_duty

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = (("09:00", "12:00"), ("13:30", "18:00"))
HOLIDAYS = {
    **{dt.date(2026, 1, day): "元旦" for day in (1, 2, 3)},
    **{dt.date(2026, 2, day): "春节" for day in range(15, 24)},
    **{dt.date(2026, 10, day): "国庆" for day in range(1, 8)},
}
MADE_UP = {
    dt.date(2026, 1, 4): OFFICE,
    dt.date(2026, 2, 14): OFFICE,
    dt.date(2026, 2, 28): OFFICE,
    dt.date(2026, 9, 20): OFFICE,
    dt.date(2026, 10, 10): (("10:00", "16:00"),),
}
YEAR = Schedule("Asia/Shanghai", dict.fromkeys(WEEKDAYS[:5], OFFICE), HOLIDAYS, MADE_UP)
ROTA = Rota(
    shifts=[
        Shift(agents=["ann"], weekdays=["mon", "tue", "wed"]),
        Shift(agents=["bob", "cai", "dan"], weekdays=["thu", "fri"], since=dt.date(2026, 1, 5)),
    ],
    backups=["boss"],
    swaps=[
        Swap(day=dt.date(2026, 3, 4), agent="cai"),
        Swap(day=dt.date(2026, 3, 5), agent="eve", instead_of="cai"),
    ],
)
LASTS = {
    # Made-up days, by hand: whoever the last working day before it had, in that week's turn.
    dt.date(2026, 1, 4): "ann",
    dt.date(2026, 2, 14): "dan",
    dt.date(2026, 2, 28): "cai",
    dt.date(2026, 9, 20): "bob",
    dt.date(2026, 10, 10): "bob",
}
SWAPPED = {dt.date(2026, 3, 4): "cai"}


def expected(day: dt.date) -> str:
    """By counting weeks in a loop, not as the product does."""
    if day in LASTS or day in SWAPPED:
        return LASTS.get(day) or SWAPPED[day]
    if day in HOLIDAYS or day.weekday() > 4:
        return ""
    if day.weekday() < 3:
        return "ann"
    turn, start = 0, dt.date(2026, 1, 5)
    while start + dt.timedelta(days=7) <= day:
        start, turn = start + dt.timedelta(days=7), (turn + 1) % 3
    return ["bob", "cai", "dan"][turn] if day >= dt.date(2026, 1, 5) else "dan"


def test_every_minute_of_a_year_has_whom_the_rota_names() -> None:
    day, wrong = dt.date(2026, 1, 1), []
    clocks = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]
    into_the_day = [dt.timedelta(minutes=minute) for minute in range(24 * 60)]
    while day.year == 2026:
        slots = MADE_UP.get(day) or (
            () if day in HOLIDAYS else YEAR.weekly.get(WEEKDAYS[day.weekday()], ())
        )
        who = expected(day)
        midnight = dt.datetime.combine(day, dt.time(), ZONE)
        at_work = {clock for start, end in slots for clock in clocks if start <= clock < end}
        for clock, minutes in zip(clocks, into_the_day, strict=True):
            found = on_duty(ROTA, YEAR, midnight + minutes).now
            if found != ((who,) if who and clock in at_work else ()):
                wrong.append((day, clock, found, who))
        day += dt.timedelta(days=1)
    assert wrong[:5] == []


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_who_comes_next_and_who_is_passed_over() -> None:
    friday = at("2026-01-09T10:00")
    assert on_duty(ROTA, YEAR, friday) == Duty(("bob",), ("cai", "dan", "boss"))
    assert on_duty(ROTA, YEAR, friday, {"bob"}) == Duty(("cai",), ("dan", "boss"))
    everybody = {"bob", "cai", "dan"}
    assert on_duty(ROTA, YEAR, friday, everybody) == Duty((), ("boss",))
    assert on_duty(ROTA, YEAR, friday, {*everybody, "boss"}) == Duty()
    duty = on_duty(ROTA, YEAR, friday)
    assert [duty.after(n) for n in (1, 2, 3, 9)] == [("cai",), ("dan",), ("boss",), ("boss",)]
    assert Duty(("ann",)).after(1) == ("ann",)


def test_a_swap_is_for_one_person_or_for_whoever_it_is() -> None:
    swaps = [Swap(day=dt.date(2026, 1, 9), agent="eve", instead_of="bob")]
    other = [Swap(day=dt.date(2026, 1, 9), agent="eve", instead_of="ann")]
    friday = at("2026-01-09T10:00")
    assert on_duty(Rota(shifts=ROTA.shifts, swaps=swaps), YEAR, friday).now == ("eve",)
    assert on_duty(Rota(shifts=ROTA.shifts, swaps=other), YEAR, friday).now == ("bob",)
    alone = Rota(swaps=[Swap(day=dt.date(2026, 1, 9), agent="eve")])
    assert on_duty(alone, YEAR, friday).now == ("eve",)
    assert on_duty(alone, YEAR, at("2026-01-12T10:00")).now == ()
    both = Rota(swaps=[Swap(day=dt.date(2026, 1, 9), agent=name) for name in ("eve", "bob")])
    assert on_duty(both, YEAR, friday).now == ("eve", "bob")


def test_shifts_of_hours_meet_and_pass_midnight() -> None:
    day = Shift(agents=["ann"], start="08:00", end="20:00")
    late = Shift(agents=["bob"], start="20:00", end="08:00", weekdays=["fri"])
    rota, always = Rota(shifts=[day, late]), Schedule("Asia/Shanghai")
    told = {
        text: on_duty(rota, always, at(text)).now
        for text in (
            "2026-01-09T19:59",
            "2026-01-09T20:00",
            "2026-01-10T07:59",
            "2026-01-10T08:00",
            "2026-01-10T21:00",
        )
    }
    assert list(told.values()) == [("ann",), ("bob",), ("bob",), ("ann",), ()]


def test_wall_clocks_that_change_move_no_shift() -> None:
    """In the night of the change, and over midnight and the end of a turn."""
    shifts = [
        Shift(agents=["ann", "bob"], start="22:00", end="06:00", since=dt.date(2026, 3, 23)),
        Shift(agents=["cai"], start="06:00", end="22:00"),
    ]
    berlin = ZoneInfo("Europe/Berlin")
    summer = dt.datetime(2026, 3, 29, tzinfo=berlin)
    winter = dt.datetime(2026, 10, 25, tzinfo=berlin)
    for night in (summer, winter):
        for minutes in range(0, 48 * 60, 10):
            moment = night.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)
            local = moment.astimezone(berlin)
            at_night = local.hour >= 22 or local.hour < 6
            # Who began in the evening stays until the morning.
            began = local.date() - dt.timedelta(days=local.hour < 6)
            turn = ("ann", "bob")[(began - dt.date(2026, 3, 23)).days // 7 % 2]
            found = on_duty(Rota(shifts=shifts), Schedule("Europe/Berlin"), moment).now
            assert found == (turn if at_night else "cai",), local
