"""Loads people, departments and calendars from a plain structure; twice is the same as once.

The structure is what JSON can hold (`departments/demo.json` is one):

    {"calendars":   [{"name_en", "name_zh", "zone", "country", "week", "days": [...]}],
     "people":      [{"username", "name", "email", ...}],
     "departments": [{"code", "name_en", "name_zh", "kind", "parent", "leader", "calendar",
                      "mailbox", "deputies": [username], "members": [username]}]}

Calendars are known by their English name, people by username, departments by code; parents
come before their children. What is there already is updated, passwords excepted; nothing is
taken away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import models, transaction

from departments.models import (
    CalendarDay,
    Department,
    Deputyship,
    Membership,
    User,
    WorkCalendar,
)

DEMO = Path(__file__).with_name("demo.json")

Row = TypeVar("Row", bound=models.Model)


class LoadError(ValueError):
    """The structure cannot be loaded; the message names what is wrong in it."""


@dataclass(slots=True)
class Loaded:
    """What was loaded, by natural key."""

    calendars: dict[str, WorkCalendar] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)


@transaction.atomic
def load(plan: Mapping[str, Any], *, password: str | None = None, demo: bool = False) -> Loaded:
    """Makes it as the plan says. New people get `password`, or none that works.

    Raises LoadError; then nothing was changed.
    """
    loaded = Loaded()
    for row in plan.get("calendars", ()):
        loaded.calendars[row["name_en"]] = _calendar(row)
    hashed = make_password(password)  # once: hashing is slow on purpose
    for row in plan.get("people", ()):
        loaded.people[row["username"]] = _person(row, hashed=hashed, demo=demo)
    for row in plan.get("departments", ()):
        loaded.departments[row["code"]] = _department(row, loaded)
    return loaded


def load_demo() -> Loaded:
    """The six demo departments and their people, all with the printed password."""
    plan = json.loads(DEMO.read_text(encoding="utf-8"))
    return load(plan, password=settings.DEMO_PASSWORD, demo=True)


def _calendar(row: Mapping[str, Any]) -> WorkCalendar:
    values = {key: value for key, value in row.items() if key != "days"}
    calendar = _saved(WorkCalendar, {"name_en": row["name_en"]}, values)
    for day in row.get("days", ()):
        _saved(CalendarDay, {"calendar": calendar, "date": day["date"]}, day)
    return calendar


def _person(row: Mapping[str, Any], *, hashed: str, demo: bool) -> User:
    person = User.objects.filter(username=row["username"]).first()
    if person is None:
        person = User(password=hashed, is_demo=demo)
    elif person.is_demo != demo:
        raise LoadError(
            f"{row['username']} exists and is {'not ' if demo else ''}a demo account: "
            "load into another database, or under another name."
        )
    return _written(person, row)


def _department(row: Mapping[str, Any], loaded: Loaded) -> Department:
    values = {key: value for key, value in row.items() if key not in ("deputies", "members")}
    if code := row.get("parent"):
        values["parent"] = _referred(loaded.departments, Department, "code", code)
    if username := row.get("leader"):
        values["leader"] = _referred(loaded.people, User, "username", username)
    if name := row.get("calendar"):
        values["calendar"] = _referred(loaded.calendars, WorkCalendar, "name_en", name)
    department = _saved(Department, {"code": row["code"]}, values)
    for model, key in ((Membership, "members"), (Deputyship, "deputies")):
        for place, username in enumerate(row.get(key, ()), start=1):
            person = _referred(loaded.people, User, "username", username)
            rank = {"rank": place} if model is Deputyship else {}
            _saved(model, {"person": person, "department": department}, rank)
    return department


def _referred(already: Mapping[str, Row], model: type[Row], by: str, key: str) -> Row:
    """What the plan refers to: loaded just now, or there before."""
    found = already.get(key) or model._default_manager.filter(**{by: key}).first()
    if found is None:
        raise LoadError(f"There is no {model._meta.verbose_name} “{key}”: put it before its use.")
    return found


def _saved(model: type[Row], key: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
    row = model._default_manager.filter(**key).first() or model(**key)
    return _written(row, values)


def _written(row: Row, values: Mapping[str, Any]) -> Row:
    """The row with these values, checked and saved."""
    if unknown := set(values) - {each.name for each in row._meta.get_fields()}:
        raise LoadError(f"{row}: there is no {', '.join(sorted(unknown))} to set.")
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise LoadError(f"{row}: {' '.join(error.messages)}") from error
    row.save()
    return row
