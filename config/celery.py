"""Celery: the app that workers and beat run."""

from __future__ import annotations

import warnings
from typing import Any

from celery import Celery
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.entry import load_settings

load_settings()
if not settings.PRODUCTION:
    # A trial as root is a trial as root; in production the warning is heard.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser")

app = Celery("duban")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


def every(seconds: int, task: str) -> dict[str, Any]:
    """A tick that is worth nothing once the next one is due: an idle queue does not fill."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "sweep": every(15, "escalations.tasks.sweep"),
    "recount": every(15, "escalations.tasks.recount"),
    "roll_out": every(15, "escalations.tasks.roll_out"),
    "replay": every(5, "escalations.tasks.replay"),
    "redrive": every(15, "notifications.tasks.redrive"),
    "post_letters": every(15, "complaints.tasks.post_letters"),
    "figures": every(60, "escalations.tasks.figures"),
    "forget_answers": every(3600, "complaints.api.tasks.forget_answers"),
}
