"""Public holidays as plans of a year: China's by its official plan, others by their laws."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, partial
from importlib.metadata import version

import holidays
from chinese_calendar import constants as china
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from departments.hours import Span
from departments.worktime import DayPlan, Holidays, Reason, YearPlan
from departments.worktime.plan import NO_HOLIDAYS

CHINA = "CN"
# Labels are stored and computed in English; pages say them in the reader's language.
CHINESE_HOLIDAYS = (
    gettext_noop("New Year's Day"),
    gettext_noop("Spring Festival"),
    gettext_noop("Tomb-sweeping Day"),
    gettext_noop("Labour Day"),
    gettext_noop("Dragon Boat Festival"),
    gettext_noop("Mid-autumn Festival"),
    gettext_noop("National Day"),
)


def validate_country(code: str) -> None:
    """Raises ValidationError unless the country's holidays are known, or its subdivision's."""
    country, _dash, subdivision = code.partition("-")
    supported = holidays.list_supported_countries()
    if country not in supported:
        raise ValidationError(
            _("No holidays are known for “%(code)s”: use a code such as CN, GB or DE-BY, or none."),
            code="country",
            params={"code": code},
        )
    if subdivision and (country == CHINA or subdivision not in supported[country]):
        raise ValidationError(
            _("“%(country)s” has no part “%(part)s” with holidays of its own: use %(country)s."),
            code="country",
            params={"country": country, "part": subdivision},
        )


def holidays_of(country: str, make_up_hours: Iterable[Span]) -> Holidays:
    """Where the plans of the country's years come from; make-up workdays get these hours."""
    hours = tuple((start, end) for start, end in make_up_hours)
    if country == CHINA:
        key = f"{CHINA} {version('chinesecalendar')} {hours}"
        return Holidays(key, partial(_china, hours=hours))
    if country:
        return Holidays(f"{country} {version('holidays')}", partial(_elsewhere, country))
    return NO_HOLIDAYS


def last_official_year(country: str) -> int | None:
    """The last year whose plan is official; None where the law itself says the days."""
    return max(_china_years()) if country == CHINA else None


def official_until(country: str) -> str:
    """The same in words; empty where no country's holidays are kept."""
    if not country:
        return ""
    year = last_official_year(country)
    return str(year) if year else _("always: the law names the days")


@cache
def _china_years() -> frozenset[int]:
    return frozenset(day.year for day in china.holidays)


def _china(year: int, *, hours: tuple[Span, ...]) -> YearPlan:
    if year not in _china_years():
        return YearPlan({}, assumed=True)
    closed = {
        day: DayPlan(reason=Reason.HOLIDAY, label=label)
        for day, label in china.holidays.items()
        if day.year == year
    }
    made_up = {
        day: DayPlan(hours, Reason.MAKE_UP, label)
        for day, label in china.workdays.items()
        if day.year == year
    }
    return YearPlan(closed | made_up)


def _elsewhere(code: str, year: int) -> YearPlan:
    country, _dash, subdivision = code.partition("-")
    found = holidays.country_holidays(country, subdivision or None, years=year, language="en_US")
    days: dict[date, DayPlan] = {
        day: DayPlan(reason=Reason.HOLIDAY, label=label) for day, label in found.items()
    }
    return YearPlan(days)
