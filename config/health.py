"""Is the house well: asked by load balancers, containers and script/server."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseFailure
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from escalations.models import Deadline, SweepTick

# Seconds; the sweep ticks every 15.
LATE_TICK = 60
LATE_DEADLINE = 60


@require_safe
@never_cache
@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    """503 only when no page can be served; a late sweep or a lost broker is 200 and "degraded"."""
    try:
        sweep = sweep_state(now=timezone.now())
    except DatabaseFailure:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    broker = broker_state()
    well = broker == "ok" and not sweep["late"]
    return JsonResponse(
        {
            "status": "ok" if well else "degraded",
            "database": "ok",
            "broker": broker,
            "sweep": sweep,
        }
    )


def sweep_state(*, now: datetime) -> dict[str, Any]:
    """The last tick, and by how many seconds the oldest due deadline waits for one."""
    tick = SweepTick.objects.values_list("ticked_at", flat=True).first()
    due = Deadline.objects.filter(state=Deadline.State.RUNNING, wake_at__lte=now)
    oldest = due.aggregate(oldest=Min("wake_at"))["oldest"]
    lag = (now - oldest).total_seconds() if oldest else 0.0
    late = tick is None or (now - tick).total_seconds() > LATE_TICK or lag > LATE_DEADLINE
    return {"last_tick": tick, "lag_seconds": round(lag, 1), "late": late}


def broker_state() -> str:
    """Whether Redis answers, within a second."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as client:
            client.ping()
    except (redis.ConnectionError, redis.TimeoutError, redis.AuthenticationError):
        return "unreachable"
    return "ok"
