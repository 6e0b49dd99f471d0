"""Writes made-up cases in chunks, each in one transaction."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from complaints.categories import install_categories
from complaints.demo.others import THEMES
from complaints.generate.history import MadeUpCase, World
from complaints.generate.rows import Rows
from complaints.models import Category
from complaints.services.people import people_of
from departments.loader import load_demo
from departments.models import Department, User
from departments.queries import work_time_of
from escalations.figures import recount
from escalations.models import Severity
from escalations.policy import Traits
from escalations.services import rules_by
from journal.references import next_references

CHUNK = 2000
FIGURES_DAYS = 90


def generate_cases(*, count: int, now: datetime, seed: int = 1, days: int = 730) -> Iterator[int]:
    """Write `count` cases that began within `days`; yields how many are written so far."""
    world = _world(now, days)
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    written = 0
    while written < count:
        chunk = min(CHUNK, count - written)
        _write(world, draw, chunk)
        written += chunk
        yield written
    _settle()
    recount(now=now, days=min(days, FIGURES_DAYS))


@transaction.atomic
def _write(world: World, draw: random.Random, count: int) -> None:
    year = world.now.year
    numbers = zip(
        next_references("C", year=year, count=count),
        next_references("T", count=count),
        next_references("P", count=count),
        strict=True,
    )
    rows = Rows()
    for reference, ticket, promise in numbers:
        MadeUpCase(world, rows, draw, reference).think_up(ticket, promise)
    rows.write()


def _settle() -> None:
    """Fresh statistics: what was written in bulk, the planner does not know yet."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _world(now: datetime, days: int) -> World:
    departments = load_demo().departments
    install_categories()
    asked = [departments[code] for code in ("business", "technology", "operations", "compliance")]
    service = departments["customer-service"]
    return World(
        now=now - timedelta(minutes=1),
        days=days,
        rules=rules_by(Traits(Severity.ORDINARY))[1],
        work=work_time_of(departments["management"]),
        service=service,
        agents=_people(service),
        asked=[(department, _people(department)) for department in asked],
        categories=list(islice(Category.objects.filter(axis="B", children=None), 40)),
        themes=json.loads(THEMES.read_text(encoding="utf-8")),
    )


def _people(department: Department) -> list[User]:
    return list(people_of(department))
