"""The house's own gauges, asked of PostgreSQL at the moment of scraping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import Error as DatabaseFailure
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.figures import Figures, read_figures
from config.health import broker_answers


class House(Collector):
    """What `docs/operations.md` lists; only `duban_up` while the database does not answer."""

    def collect(self) -> Iterable[Metric]:
        """One reading for all of them."""
        broker = float(broker_answers())
        yield gauge("duban_broker_up", "Whether Redis answers.", broker)
        try:
            figures = read_figures(timezone.now())
        except DatabaseFailure:
            yield gauge("duban_up", "Whether PostgreSQL answers.", 0)
            return
        yield gauge("duban_up", "Whether PostgreSQL answers.", 1)
        yield from of_the_sweep(figures)
        yield from of_what_waits(figures)


def of_the_sweep(figures: Figures) -> Iterator[Metric]:
    """Is it in time, and what it did last."""
    beat = figures.beat
    yield gauge(
        "duban_sweep_lag_seconds",
        "For how long the oldest due clock has waited to be fired.",
        beat.lag.total_seconds(),
    )
    if beat.ticked_at is not None:
        yield gauge(
            "duban_sweep_last_tick_age_seconds",
            "Seconds since the sweep last ticked; absent before its first tick.",
            seconds_since(beat.ticked_at, figures.now),
        )
    yield gauge("duban_sweep_last_fired", "Rungs fired by the last tick.", beat.fired)
    yield gauge("duban_sweep_last_failed", "Clocks failed in the last tick.", beat.failed)


def of_what_waits(figures: Figures) -> Iterator[Metric]:
    """Queues; each count ends at 1001."""
    yield gauge("duban_deadlines_due", "Clocks that are due to be fired now.", figures.due)
    yield gauge(
        "duban_deadlines_failing",
        "Running clocks that raised instead of firing, and are tried again.",
        figures.failing,
    )
    by_level = GaugeMetricFamily(
        "duban_escalations_open", "Escalations that wait for a decision.", labels=["level"]
    )
    for level, number in sorted(figures.escalations.items()):
        by_level.add_metric([str(level)], number)
    yield by_level
    outbox = figures.outbox
    yield gauge("duban_outbox_pending", "Mails that wait to be sent.", outbox.pending)
    age = 0.0 if outbox.oldest is None else seconds_since(outbox.oldest, figures.now)
    yield gauge("duban_outbox_oldest_seconds", "Age of the oldest of them.", age)
    yield gauge("duban_outbox_failed", "Mails that failed for good.", outbox.failed)
    yield gauge(
        "duban_recounts_pending",
        "Departments whose hours changed, and whose clocks are being counted again.",
        figures.recounts,
    )


def gauge(name: str, text: str, value: float) -> Metric:
    """One number."""
    return GaugeMetricFamily(name, text, value=value)


def seconds_since(then: datetime, now: datetime) -> float:
    """Never negative: clocks of two machines may differ."""
    return max(0.0, (now - then).total_seconds())
