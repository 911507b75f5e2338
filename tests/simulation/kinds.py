"""Kinds of seeds: some let anything happen, the others aim at what such a mixture seldom meets."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import msgspec

from tests.simulation.platforms import Mood


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    troubles: Mapping[str, Any] = {}
    """What is fixed of `world.Troubles`."""
    settings: Mapping[str, Any] = {}
    """What is fixed of the shop's settings, as `scene.Choice` has them."""
    moods: tuple[Mood, ...] = ()
    """One platform is in one of them from the beginning."""
    robots: tuple[str, ...] = ("one",)
    """Which platform that may be."""
    for_ever: bool = False
    """It never becomes well. Then two messages are enough, and one in the calm: each is tried for a
    day."""
    strict: bool = False
    """Nothing else is in trouble, so that what is due is due at once."""


PEACE = {
    "fails": 0.0,
    "dies": 0.0,
    "stalls": 0.0,
    "jumps": 0,
    "kills": 0,
    "moods": 0,
}
WIDE = {"limit": 10, "own": None, "total": None}
ANY = Kind(name="any")
KINDS = (
    ANY,
    Kind(
        name="the clock jumps while a notice is on its way",
        troubles={**PEACE, "jumps_at_sends": 3},
        moods=(Mood(slow=4.0),),
        robots=("one", "two"),
        settings={"two": True},
    ),
    Kind(
        name="never an answer",
        troubles={**PEACE, "rings_lost": 0.0},
        moods=(Mood(silent=1.0), Mood(deaf=1.0)),
        robots=("one", "one", "two"),
        settings={"two": True},
        for_ever=True,
    ),
    ANY,
    Kind(
        name="each try kills its worker",
        troubles={**PEACE, "processes": 1},
        moods=(Mood(kills=True),),
        robots=("one", "two"),
        settings={"two": True},
        for_ever=True,
    ),
    Kind(
        name="a failure is written down late",
        troubles={**PEACE, "processes": 2, "freezes": 3},
        moods=(Mood(deaf=0.5),),
        robots=("one", "two"),
        settings={"two": True},
    ),
    Kind(
        name="the disk refuses often",
        troubles={**PEACE, "slow": 0.3, "fails": 0.05},
    ),
    Kind(
        name="refused for good",
        troubles=PEACE,
        moods=(Mood(refuses=1.0, how="gone"), Mood(refuses=1.0, how="odd")),
        settings={**WIDE, "three": True, "stands_in": 600, "final": True},
        strict=True,
    ),
    Kind(
        name="nobody rings",
        troubles={**PEACE, "rings_lost": 1.0},
        settings={**WIDE, "three": True, "stands_in": 20},
        strict=True,
    ),
    Kind(
        name="away for ever",
        troubles=PEACE,
        moods=(Mood(away=1.0), Mood(refuses=1.0, how="busy")),
        robots=("one", "two"),
        settings={"two": True, "three": True, "stands_in": None},
        for_ever=True,
    ),
)


def of(seed: int) -> Kind:
    return KINDS[seed % len(KINDS)]


def lasting(kind: Kind, dice: random.Random) -> dict[str, Mood]:
    """By the name of the platform."""
    return {dice.choice(kind.robots): dice.choice(kind.moods)} if kind.moods else {}
