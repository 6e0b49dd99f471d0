"""Is the house well: asked by load balancers, containers and script/server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import redis
from celery.exceptions import CeleryError
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from config.celery import app
from escalations.queries import Heartbeat, heartbeat

# Seconds. A worker says at once that it is there, however busy its pool is.
TO_ANSWER = 1.0


@require_safe
@never_cache
@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    """503 only when no page can be served; a late sweep or a lost broker is 200 and "degraded"."""
    now = timezone.now()
    try:
        beat = heartbeat(now)
    except DatabaseFailure:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    broker = "ok" if broker_answers() else "unreachable"
    sweep = sweep_state(beat, now=now)
    well = broker == "ok" and not sweep["late"]
    return JsonResponse(
        {
            "status": "ok" if well else "degraded",
            "database": "ok",
            "broker": broker,
            "sweep": sweep,
        }
    )


def sweep_state(beat: Heartbeat, *, now: datetime) -> dict[str, Any]:
    """The last tick, and by how many seconds the oldest due deadline waits for one."""
    return {
        "last_tick": beat.ticked_at,
        "lag_seconds": round(beat.lag.total_seconds(), 1),
        "late": is_late(beat, now=now),
    }


def is_late(beat: Heartbeat, *, now: datetime, since: datetime | None = None) -> bool:
    """Whether clocks wait longer than they may; before the first tick, from `since` on."""
    allowed = timedelta(seconds=settings.LATE_SECONDS)
    ticked_at = beat.ticked_at or since
    return ticked_at is None or now - ticked_at > allowed or beat.lag > allowed


def broker_answers() -> bool:
    """Whether Redis answers, within a second."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as client:
            client.ping()
    except redis.RedisError:
        return False
    return True


def worker_answers() -> bool:
    """Whether any worker answers, within a second; ask it only of a broker that answers."""
    try:
        return bool(app.control.broadcast("ping", reply=True, timeout=TO_ANSWER, limit=1))
    except (CeleryError, KombuError, redis.RedisError, OSError):
        return False
