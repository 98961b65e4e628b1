"""Metrics as Prometheus reads them, in its text format or as OpenMetrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ...store.views.metrics import MetricFamily


class _Collected(Collector):
    """Families that are given out once; a registry's place, which would keep them."""

    def __init__(self, families: Iterable[MetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for family in self._families:
            metric = GaugeMetricFamily(family.name, family.help, labels=family.labels)
            for labels, value in family.samples:
                metric.add_metric(labels, value)
            yield metric


def exposition(families: Iterable[MetricFamily], accept: str) -> tuple[bytes, str]:
    """The families in the format that a header ``Accept`` prefers, and its media type."""
    encode, media_type = choose_encoder(accept)
    return encode(_Collected(families)), media_type
