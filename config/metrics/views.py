"""/metrics: for whoever shows the token, else for this machine alone; others do not find it."""

from __future__ import annotations

import os
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from config.metrics.house import House

# A proxy says for whom it asks: the peer is then not the one who reads.
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Requests of all web processes of this machine, and the state of the house."""
    if not may_scrape(request):
        raise Http404
    text = requests_of_all() + generate_latest(House())
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_scrape(request: HttpRequest) -> bool:
    """By the token where there is one, else from this machine and not through a proxy."""
    if settings.METRICS_TOKEN:
        scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
        right = constant_time_compare(given.strip(), settings.METRICS_TOKEN)
        return right and scheme.lower() == "bearer"
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        # A Unix socket has no address: whoever is behind it is unknown.
        return False


def requests_of_all() -> bytes:
    """Of every web process where gunicorn runs several, else of this one."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    return generate_latest(MultiProcessCollector(None, folder) if folder else REGISTRY)
