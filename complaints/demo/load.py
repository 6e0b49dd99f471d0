"""Loads the demo once: people, categories, policy, and cases with their history until now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from complaints.categories import install_categories
from complaints.demo.clockwork import Clockwork
from complaints.demo.dates import cases_about_dates
from complaints.demo.founding import founding_case
from complaints.demo.leaders import leaders_look
from complaints.demo.others import other_cases
from complaints.demo.policies import draft_a_stricter_one, install_policies
from complaints.demo.stage import Stage
from complaints.models import Complaint
from departments.loader import load_demo as load_people
from departments.queries import work_time_of
from escalations.figures import recount
from notifications.models import Delivery, Notice

_READ_AFTER = timedelta(days=1)
_FIGURES = 45
_LEADERS_BEGIN = 230


@transaction.atomic
def load_demo(*, now: datetime) -> int:
    """Load everything, or nothing where cases exist already; returns how many were loaded."""
    if Complaint.objects.exists():
        return 0
    people = load_people()
    install_categories()
    author = people.people["hegui_lead"]
    install_policies(author, now=now)
    work = work_time_of(people.departments["management"])
    clockwork = Clockwork(work, end=now)
    stage = Stage(people, work)
    for story, hours_ago in other_cases(stage):
        clockwork.begin(story, hours_ago=hours_ago)
    for story, hours_ago in cases_about_dates(stage):
        clockwork.begin(story, hours_ago=hours_ago)
    clockwork.begin(founding_case(stage, "zh"), hours_ago=37)
    clockwork.begin(founding_case(stage, "en"), hours_ago=36)
    clockwork.begin(leaders_look, hours_ago=_LEADERS_BEGIN)
    clockwork.run()
    draft_a_stricter_one(author, now=now)
    _let_the_past_rest(now)
    recount(now=now, days=_FIGURES)
    return Complaint.objects.count()


def _let_the_past_rest(now: datetime) -> None:
    """Nobody gets mail today about what happened last week."""
    Delivery.objects.all().delete()
    old = Notice.objects.filter(created_at__lt=now - _READ_AFTER, read_at__isnull=True)
    old.update(read_at=now)
