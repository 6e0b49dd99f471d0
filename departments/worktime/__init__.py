"""Working time, pure: no database, no clock, no settings; the standard library only.

office = WorkTime(
    "Asia/Shanghai",
    {day: [("09:00", "12:00"), ("13:30", "18:00")] for day in range(5)},
    {date(2026, 10, 1): DayPlan(reason=Reason.HOLIDAY, label="National Day")},
)
due = office.due(now, 8, Unit.WORKING_HOUR)
why = office.explain(now, due)
"""

from .clock import Unit, WorkTime
from .errors import BadSpan, NaiveInstant, NoOpenHours, OutOfHorizon, UnknownZone, WorkTimeError
from .explanation import CountedSpan, DayNotCounted, Explanation
from .plan import NO_HOLIDAYS, DayPlan, Holidays, Reason, YearPlan

__all__ = [
    "NO_HOLIDAYS",
    "BadSpan",
    "CountedSpan",
    "DayNotCounted",
    "DayPlan",
    "Explanation",
    "Holidays",
    "NaiveInstant",
    "NoOpenHours",
    "OutOfHorizon",
    "Reason",
    "Unit",
    "UnknownZone",
    "WorkTime",
    "WorkTimeError",
    "YearPlan",
]
