"""Requests counted and timed: few series, whose names do not grow with what is asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django_prometheus.middleware import Metrics, PrometheusBeforeMiddleware
from django_prometheus.utils import Time, TimeSince
from prometheus_client import Counter, Histogram

# Seconds. A page is meant to take a fifth of one; what takes a minute is killed.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST"})
NOWHERE = "<none>"


class RequestMetrics(Metrics):  # type: ignore[misc]
    """Two of django-prometheus's twenty, under their own names, so that its dashboards fit."""

    def register(self) -> None:
        """Once for each process."""
        self.responses = self.register_metric(
            Counter,
            "django_http_responses_total_by_status_view_method",
            "Responses by status, view and method.",
            ["status", "view", "method"],
        )
        self.latency = self.register_metric(
            Histogram,
            "django_http_requests_latency_seconds_by_view_method",
            "Seconds from the request to the response, by view and method.",
            ["view", "method"],
            buckets=BUCKETS,
        )


class CountRequests(PrometheusBeforeMiddleware):  # type: ignore[misc]
    """Counts each response under the name of its address, never under the address itself."""

    metrics_cls = RequestMetrics

    def process_request(self, request: Any) -> None:
        request.counted_from = Time()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        match = request.resolver_match
        name = match.view_name if match is not None else NOWHERE
        method = request.method if request.method in METHODS else "other"
        self.metrics.responses.labels(
            status=str(response.status_code), view=name or NOWHERE, method=method
        ).inc()
        took = TimeSince(request.counted_from)  # type: ignore[attr-defined]
        self.metrics.latency.labels(view=name or NOWHERE, method=method).observe(took)
        return response
