"""The simulation, short enough for every run of the tests. `make simulate` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation import forks, planted, run
from tests.simulation.judge import busiest
from tests.simulation.scene import Shop, prepare

SEEDS = 12
PLANTED = "one more than the limit"
PLANTED_SEEDS = 40


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shop]:
    return forks.aside(prepare, tmp_path_factory.mktemp("simulation"))


def test_nothing_is_lost_and_nothing_is_told_too_often(shop: tuple[Path, Shop]) -> None:
    found = list(forks.spread(range(1, SEEDS + 1), *shop, jobs=1))
    assert {each.seed: each.faults for each in found if each.faults} == {}
    assert len(found) == SEEDS
    assert sum(each.messages for each in found) > SEEDS
    assert sum(each.arrivals for each in found) > SEEDS


def test_a_seed_happens_again_as_it_happened(shop: tuple[Path, Shop]) -> None:
    (first,) = forks.spread(range(7, 8), *shop, jobs=1)
    other, again = forks.spread(range(6, 8), *shop, jobs=1)
    assert (again.seed, again.mark) == (first.seed, first.mark)
    assert other.mark != again.mark


def test_a_planted_fault_is_found(shop: tuple[Path, Shop]) -> None:
    fault = planted.named(PLANTED)
    seeds = range(1, PLANTED_SEEDS)
    found = next(each for each in forks.spread(seeds, *shop, jobs=1, fault=fault) if each.faults)
    assert found.faults[0].startswith("limits:")


def test_every_fault_can_be_planted() -> None:
    """What they change stands in the code as they say."""
    assert len(planted.FAULTS) >= 20
    assert len({each.name for each in planted.FAULTS}) == len(planted.FAULTS)
    assert [planted.changed(each) for each in planted.FAULTS if not planted.changed(each)] == []


def test_the_busiest_minute_is_any_sixty_seconds() -> None:
    assert busiest([0.0, 30.0, 59.9, 60.0, 89.0]) == 4
    assert busiest([]) == 0


def test_whoever_stops_early_leaves_nothing_behind(
    shop: tuple[Path, Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MEMORY", tmp_path)
    seeds = forks.spread(range(1, 1_000), *shop, jobs=2)
    next(seeds)
    assert [*tmp_path.iterdir()] != []
    seeds.close()
    assert [*tmp_path.iterdir()] == []
