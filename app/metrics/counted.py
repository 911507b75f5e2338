"""What this process counts, in plain memory: cheap enough for every request. It knows nothing else
of the product, so that everything may count."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Sequence

PREFIX = "leavemsg_"
SERIES_MAX = 200
"""Sets of labels of one metric; what comes after them is counted as "other"."""
OTHER = "other"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""

Values = tuple[str, ...]


class Counter:
    """`start` are the labels' values that are told from the beginning, as 0."""

    def __init__(self, name: str, says: str, *labels: str, start: Sequence[Values] = ()) -> None:
        self.name, self.says, self.labels = PREFIX + name, says, labels
        self.values: dict[Values, float] = dict.fromkeys(start if labels else [()], 0.0)
        COUNTERS.append(self)

    def add(self, *values: str, by: int = 1) -> None:
        key = _known(self.values, values)
        self.values[key] = self.values.get(key, 0.0) + by


class Histogram:
    """How long something took: how many took at most each of BOUNDS, and all together."""

    def __init__(self, name: str, says: str, *labels: str) -> None:
        self.name, self.says, self.labels = PREFIX + name, says, labels
        self.counts: dict[Values, list[int]] = {}
        self.sums: dict[Values, float] = {}
        HISTOGRAMS.append(self)
        if not labels:
            self.counts[()], self.sums[()] = [0] * (len(BOUNDS) + 1), 0.0

    def observe(self, seconds: float, *values: str) -> None:
        key = _known(self.counts, values)
        if key not in self.counts:
            self.counts[key], self.sums[key] = [0] * (len(BOUNDS) + 1), 0.0
        self.counts[key][bisect_left(BOUNDS, seconds)] += 1
        self.sums[key] += seconds


def _known(values: dict[Values, float] | dict[Values, list[int]], key: Values) -> Values:
    if key in values or len(values) < SERIES_MAX:
        return key
    return (OTHER,) * len(key)


COUNTERS: list[Counter] = []
HISTOGRAMS: list[Histogram] = []

ACCEPTED = "accepted"
REFUSALS = {
    400: "malformed",
    401: "token",
    403: "forbidden",
    404: "unknown_form",
    408: "too_slow",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "malformed",
    422: "invalid",
    429: "too_many",
    500: "fault",
    503: "unavailable",
}
"""Why a submission was not taken, by the status of the answer."""
SOURCES = ("form", "page", "api")
OUTCOMES = dict.fromkeys((ACCEPTED, *REFUSALS.values(), OTHER))

SUBMISSIONS = Counter(
    "submissions",
    "Tries to leave a message: by the form, a page of somebody else's or the API, and what became"
    " of them.",
    *("source", "outcome"),
    start=[(source, outcome) for source in SOURCES for outcome in OUTCOMES],
)
MESSAGES = Counter(
    "messages",
    "Messages stored: new ones, repeats, and what was set aside as spam.",
    "kept",
    start=[("new",), ("repeat",), ("spam",)],
)
REQUESTS = Histogram(
    "http_request_seconds",
    "Requests and how long their answers took, streams and health left out.",
    *("area", "status"),
)
SENDS = Counter(
    "sends", "Tries to send, by kind of channel and outcome; ok: accepted.", "kind", "outcome"
)
SEND_SECONDS = Histogram("send_seconds", "How long tries to send took.", "kind")
CLOSED = Counter(
    "dispatches_closed",
    "Sends that are over, whatever number of tries they took.",
    "state",
    start=[("sent",), ("failed",), ("cancelled",)],
)
TRANSACTIONS = Histogram(
    "database_transaction_seconds", "Transactions, from the wait for their turn to the commit."
)
UNAVAILABLE = Counter(
    "database_unavailable", "Statements that the database did not take, by reason.", "reason"
)
RINGS = Counter(
    "redis_rings",
    "Wake-ups of workers through Redis.",
    "outcome",
    start=[("ok",), ("failed",)],
)
SWEEPS = Counter("sweeps", "Looks of this worker for work that nobody announced.")
LOOP_LAG = Histogram(
    "event_loop_lag_seconds", "How much later than asked for this process came to a task."
)


class Moments:
    """When something last happened in this process, by the monotonic clock; 0: never."""

    swept = 0.0


def swept() -> None:
    SWEEPS.add()
    Moments.swept = time.monotonic()


def sweep_lag() -> float | None:
    """Seconds since this process last swept; None where it does not."""
    return time.monotonic() - Moments.swept if Moments.swept else None


def submitted(source: str, status: int) -> None:
    good = 200 <= status < 400
    SUBMISSIONS.add(source, ACCEPTED if good else REFUSALS.get(status, OTHER))
