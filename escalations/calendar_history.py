"""The history of a calendar in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from departments.hours import WEEKDAYS, minutes_of, read_out
from departments.models import WorkCalendar
from departments.yearview import weekday_and_day
from journal.models import Entry


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of what; both in words, either may be empty."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: what was done, and each thing that is different since."""

    entry: Entry
    says: str
    changes: Sequence[Changed]


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """The entries of a calendar's stream as a person reads them."""
    return [Line(entry, _says(entry), list(_changes(entry))) for entry in entries]


def _says(entry: Entry) -> str:
    words = {
        "calendar:created": _("made this calendar"),
        "calendar:changed": _("changed this calendar"),
        "calendar:day_set": _("entered a day"),
        "calendar:day_dropped": _("removed a day"),
    }
    return words.get(entry.tag, entry.tag)


def _changes(entry: Entry) -> Iterable[Changed]:
    before, after = entry.data.get("before") or {}, entry.data.get("after") or {}
    if entry.tag.startswith("calendar:day"):
        yield day_changed(before, after)
    elif entry.tag == "calendar:changed":
        yield from fields_changed(before, after)


def fields_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Changed]:
    """The values of a calendar that are different, the week by its days."""
    values = [name for name in after if name not in ("week", "since")]
    for name in (name for name in values if before.get(name) != after[name]):
        label = str(WorkCalendar._meta.get_field(name).verbose_name).capitalize()
        yield Changed(label, before.get(name) or "—", after[name] or "—")
    if "week" in after:
        for weekday, old, new in zip(WEEKDAYS, before["week"], after["week"], strict=True):
            if old != new:
                yield Changed(str(weekday), _hours(old), _hours(new))
        if "since" in after and before["week"] != after["week"]:
            since = weekday_and_day(date.fromisoformat(after["since"]))
            yield Changed(_("Holds from"), "", since)


def day_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changed:
    """What became of a day of its own; empty before it was entered, or after it was removed."""
    days = [day for day in (before.get("date"), after.get("date")) if day]
    what = " → ".join(weekday_and_day(date.fromisoformat(day)) for day in dict.fromkeys(days))
    return Changed(what, _day(before), _day(after))


def _day(told: Mapping[str, Any]) -> str:
    return f"{_hours(told['spans'])}, {told['label']}" if told else ""


def _hours(spans: Sequence[tuple[str, str]]) -> str:
    return read_out(minutes_of(spans)) if spans else pgettext("working hours", "closed")
