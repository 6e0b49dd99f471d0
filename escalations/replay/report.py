"""The result of a replay as a person reads it: pure but for the names of people and departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from departments.charts import LineChart, Series, line_chart
from departments.models import Department, User
from departments.yearview import weekday_and_day
from escalations.models import Replay
from escalations.replay.tally import LEVELS, Counts
from escalations.replay.words import notes_of

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it was and under the version; `note` says of whom and when."""

    label: str
    before: int
    after: int
    before_note: str = ""
    after_note: str = ""

    @property
    def difference(self) -> str:
        """With its sign; a dash where nothing is different."""
        by = self.after - self.before
        return f"{by:+d}".replace("-", "−") if by else "—"

    @property
    def tone(self) -> str:
        """Less is calmer."""
        by = self.after - self.before
        return "more" if by > 0 else "less" if by else "same"


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """What the clocks of a department said."""

    department: Department
    reminders: Figure
    escalations: Figure

    @property
    def pairs(self) -> tuple[Figure, Figure]:
        """Both, as the columns of a table."""
        return self.reminders, self.escalations


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What reached a person: together, on their fullest day, and day by day."""

    person: User
    heard: Figure
    fullest: Figure
    days: Sequence[Figure]
    is_worst: bool


@dataclass(frozen=True, slots=True)
class Report:
    """All of the result."""

    replay: Replay
    figures: Sequence[Figure]
    reasons: Sequence[str]
    departments: Sequence[DepartmentRow]
    people: Sequence[PersonRow]
    reminders: LineChart
    escalations: LineChart
    reached: Figure
    notes: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing spoke on either side."""
        return not any(each.before or each.after for each in self.figures)


def level_name(level: int) -> str:
    """A line of the summary."""
    return _("Escalations, level %(n)d") % {"n": level} if level else _("Reminders")


def short_report(replay: Replay) -> Sequence[Figure]:
    """The lines of the summary alone. One query."""
    raw = replay.result
    return _figures(raw, User.objects.in_bulk([most[1] for most in raw["most"]]))


def report_of(replay: Replay) -> Report:
    """The whole. Two queries."""
    raw = replay.result
    most = [most[1] for most in raw["most"]]
    people = User.objects.in_bulk([*most, *(each["person"] for each in raw["people"])])
    departments = Department.objects.in_bulk([int(pk) for pk in raw["departments"]])
    rows = _departments(raw, departments)
    names = [_day_name(raw, day) for day in range(raw["days"])]
    return Report(
        replay=replay,
        figures=_figures(raw, people),
        reasons=_reasons(raw, departments),
        departments=rows,
        people=_people(raw, people),
        reminders=_chart(raw, names, 0, replay),
        escalations=_chart(raw, names, 1, replay),
        reached=Figure(_("People reached"), *raw["reached"]),
        notes=notes_of(raw["clocks"]),
    )


def _figures(raw: Mapping[str, Any], people: Mapping[int, User]) -> list[Figure]:
    before, after = raw["total"]
    levels = [Figure(level_name(n), before[n], after[n]) for n in range(LEVELS)]
    return [*levels, _most(raw, people)]


def _most(raw: Mapping[str, Any], people: Mapping[int, User]) -> Figure:
    notes = []
    for count, person, day in raw["most"]:
        who = people.get(person)
        words = {"person": who, "day": _day_name(raw, day)}
        notes.append(_("%(person)s, %(day)s") % words if count and who else "")
    counts = [most[0] for most in raw["most"]]
    return Figure(_("Most for one person in a day"), *counts, *notes)


def _day_name(raw: Mapping[str, Any], number: int) -> str:
    return date_format(_date(raw, number), pgettext("date, this year", "j M"))


def _date(raw: Mapping[str, Any], number: int) -> date:
    return date.fromisoformat(raw["first"]) + timedelta(days=number)


def _chart(raw: Mapping[str, Any], names: list[str], column: int, replay: Replay) -> LineChart:
    before, after = ([day[column] for day in side] for side in raw["by_day"])
    version = _("Version %(n)d") % {"n": replay.version.number}
    series = [Series(_("As it was"), "opened", before), Series(version, "late", after)]
    return line_chart(series, names)


# --- Departments ----------------------------------------------------------------------------------


def _departments(
    raw: Mapping[str, Any], departments: Mapping[int, Department]
) -> list[DepartmentRow]:
    """The greatest difference first, then the greatest number."""
    rows = [
        DepartmentRow(
            departments[int(pk)],
            Figure(_("Reminders"), before[0], after[0]),
            Figure(_("Escalations"), sum(before[1:]), sum(after[1:])),
        )
        for pk, (before, after) in raw["departments"].items()
        if int(pk) in departments
    ]
    return sorted(rows, key=_weight, reverse=True)


def _weight(row: DepartmentRow) -> tuple[int, int, int]:
    escalations, reminders = row.escalations, row.reminders
    return (
        abs(escalations.after - escalations.before),
        abs(reminders.after - reminders.before),
        escalations.after + reminders.after,
    )


def _reasons(raw: Mapping[str, Any], departments: Mapping[int, Department]) -> list[str]:
    """For each level with escalations: how many, and of which department most come."""
    found = []
    for level in range(1, LEVELS):
        by_department = {
            pk: sides[1][level] for pk, sides in raw["departments"].items() if sides[1][level]
        }
        if not by_department:
            continue
        most = max(by_department, key=lambda pk: (by_department[pk], -int(pk)))
        words = {
            "total": sum(by_department.values()),
            "level": level,
            "part": by_department[most],
            "department": departments.get(int(most)),
            "before": raw["departments"][most][0][level],
        }
        found.append(
            _(
                "Level %(level)d: %(total)d escalations, %(part)d of them %(department)s"
                " (as it was: %(before)d)."
            )
            % words
        )
    return found


# --- People ---------------------------------------------------------------------------------------


def _people(raw: Mapping[str, Any], people: Mapping[int, User]) -> list[PersonRow]:
    worst = [raw["most"][1][1:], raw["most"][0][1:]][raw["most"][1][0] == 0]
    rows = (
        _person(raw, people[each["person"]], each["days"], worst)
        for each in raw["people"]
        if each["person"] in people
    )
    return list(rows)[:SHOWN]


def _person(
    raw: Mapping[str, Any], person: User, days: Sequence[Sequence[Any]], worst: Sequence[int]
) -> PersonRow:
    heard = [sum(day[side][0] for day in days) for side in (1, 2)]
    counts, notes = [], []
    for side in (1, 2):
        count, day = max((each[side][0], -each[0]) for each in days)
        counts.append(count)
        notes.append(_day_name(raw, -day) if count else "")
    return PersonRow(
        person=person,
        heard=Figure(_("In all"), *heard),
        fullest=Figure(_("Fullest day"), *counts, *notes),
        days=[_day(raw, *day) for day in days],
        is_worst=person.pk == worst[0],
    )


def _day(raw: Mapping[str, Any], number: int, before: Counts, after: Counts) -> Figure:
    """Of what reached them, how much was more than a reminder."""
    notes = [_("%(n)d escalated") % {"n": side[1]} if side[1] else "" for side in (before, after)]
    return Figure(weekday_and_day(_date(raw, number)), before[0], after[0], *notes)
