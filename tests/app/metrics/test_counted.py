"""What a process counts: bounded, whatever is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.metrics import counted
from app.metrics.counted import Counter, Histogram


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    """Metrics made here stay here."""
    kept = list(counted.COUNTERS), list(counted.HISTOGRAMS)
    yield
    counted.COUNTERS[:], counted.HISTOGRAMS[:] = kept


def test_labels_without_end_become_other() -> None:
    counter, histogram = Counter("a", "A.", "name"), Histogram("b", "B.", "name", "state")
    for number in range(2 * counted.SERIES_MAX):
        counter.add(str(number))
        histogram.observe(1.0, str(number), "x")
    assert len(counter.values) == len(histogram.counts) == counted.SERIES_MAX + 1
    assert counter.values[("other",)] == counted.SERIES_MAX
    assert sum(histogram.counts["other", "other"]) == counted.SERIES_MAX
    counter.add("0")
    assert counter.values[("0",)] == 2


def test_what_is_known_beforehand_is_told_as_none() -> None:
    assert Counter("c", "C.", "name", start=[("x",)]).values == {("x",): 0}
    assert Counter("d", "D.").values == {(): 0}


def test_a_time_counts_where_it_is_at_most_the_bound() -> None:
    histogram = Histogram("e", "E.")
    for seconds in (0.005, 0.0051, 60.0):
        histogram.observe(seconds)
    assert histogram.counts[()] == [1, 1, *[0] * 9, 1]
    assert histogram.sums[()] == pytest.approx(60.0101)


def test_every_answer_to_a_submission_has_an_outcome() -> None:
    for status, outcome in (
        (201, "accepted"),
        (303, "accepted"),
        (429, "too_many"),
        (418, "other"),
    ):
        before = counted.SUBMISSIONS.values["form", outcome]
        counted.submitted("form", status)
        assert counted.SUBMISSIONS.values["form", outcome] == before + 1


def test_who_never_swept_has_no_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted.Moments, "swept", 0.0)
    assert counted.sweep_lag() is None
    counted.swept()
    lag = counted.sweep_lag()
    assert lag is not None
    assert lag >= 0
