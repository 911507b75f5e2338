"""All numbers in the form that Prometheus reads. Imported by the first scrape, with the library."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from app import settings
from app.database import connections
from app.metrics import counted, found
from app.metrics.found import PARTS, Found

BOUNDS = [*map(str, counted.BOUNDS), "+Inf"]


async def scrape(accepted: str = "") -> tuple[bytes, str]:
    """The text, and its media type: OpenMetrics for who accepts it."""
    registry = CollectorRegistry()
    registry.register(_Of(await found.now()))
    ProcessCollector(registry=registry)
    encode, media_type = choose_encoder(accepted)
    return encode(registry), media_type


class _Of(Collector):
    def __init__(self, known: Found) -> None:
        self._known = known

    def collect(self) -> Iterator[Metric]:
        yield from _counted()
        yield from _of_the_process()
        yield from _of_the_health(self._known)
        if self._known.at is not None:
            yield from _of_the_database(self._known)


def _counted() -> Iterator[Metric]:
    for counter in counted.COUNTERS:
        family = CounterMetricFamily(counter.name, counter.says, labels=counter.labels)
        for values, number in counter.values.items():
            family.add_metric(values, number)
        yield family
    for each in counted.HISTOGRAMS:
        histogram = HistogramMetricFamily(each.name, each.says, labels=each.labels)
        for values, counts in each.counts.items():
            buckets = list(zip(BOUNDS, map(float, accumulate(counts)), strict=True))
            histogram.add_metric(values, buckets, each.sums[values])
        yield histogram


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(counted.PREFIX + name, says, value=value)


def _labelled(name: str, says: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(counted.PREFIX + name, says, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _of_the_process() -> Iterator[Metric]:
    version = {"version": settings.VERSION, "python": platform.python_version()}
    info = GaugeMetricFamily(
        f"{counted.PREFIX}build_info", "Always 1; its labels say what runs.", labels=list(version)
    )
    info.add_metric(list(version.values()), 1)
    yield info
    held, most = connections.in_use()
    says = "Connections to the database that this process holds at the moment."
    yield _gauge("database_connections", says, held)
    yield _gauge("database_connections_max", "The most that there may be of them.", most)
    if (lag := counted.sweep_lag()) is not None:
        yield _gauge("sweep_lag_seconds", "Since this worker last looked for work.", lag)


def _of_the_health(known: Found) -> Iterator[Metric]:
    health = known.health
    says = "Whether messages can be stored: 0 when /readyz answers 503."
    yield _gauge("ready", says, float(health["status"] != "down"))
    parts = {name: float(health[name] == "ok") for name in PARTS}
    yield _labelled("part_ok", "Whether /readyz finds a part to be well.", "part", parts)
    says = "For how long work that is due has waited for a worker."
    yield _gauge("oldest_due_seconds", says, health["oldest_due_seconds"])


def _of_the_database(known: Found) -> Iterator[Metric]:
    assert known.at is not None
    pending, oldest = known.pending, known.pending.oldest
    age = max(0.0, (known.at - oldest).total_seconds()) if oldest else 0.0
    yield _gauge("deliveries_pending", "Deliveries that are due and not planned.", pending.pending)
    yield _gauge("deliveries_oldest_pending_seconds", "The age of the oldest of them.", age)
    yield _gauge("reminders_due", "Reminders among them.", pending.reminders)
    open_ones = {state: float(known.open.get(state, 0)) for state in ("sending", "retry")}
    says = "Sends that are not over: on their way, or waiting for another try."
    yield _labelled("dispatches_open", says, "state", open_ones)
    kinds = known.channels
    on = {each.kind: float(each.n) for each in kinds}
    yield _labelled("channels", "Channels that are on, by kind.", "kind", on)
    broken = {each.kind: float(each.broken) for each in kinds}
    says = "Channels whose breaker is open, or that are stopped: nothing goes through them."
    yield _labelled("channels_broken", says, "kind", broken)
    failing = {each.kind: float(each.failing) for each in kinds}
    yield _labelled("channels_failing", "Channels whose last try failed.", "kind", failing)
    yield _gauge("mailboxes", "Mailboxes that mail is fetched from.", known.mailboxes.n)
    says = "Those of them that no mail can be fetched from."
    yield _gauge("mailboxes_failing", says, known.mailboxes.failing)
    yield _gauge("database_size_bytes", "What the database takes.", known.size)
    yield _gauge("database_log_bytes", "SQLite's log (WAL); 0 on PostgreSQL.", known.wal)
    says = "Places that did not get the last backup that was made by itself."
    yield _gauge("backup_faults", says, known.backup_faults)
    if known.backup is not None:
        since = max(0.0, (known.at - known.backup).total_seconds())
        yield _gauge("backup_age_seconds", "Since the last verified backup was made.", since)
    if known.beat is not None:
        since = max(0.0, (known.at - known.beat).total_seconds())
        yield _gauge("worker_beat_age_seconds", "Since any worker last looked for work.", since)
    if known.free is not None:
        yield _gauge("disk_free_bytes", "Free on the disk of the data folder.", known.free)
