"""Working time from what is stored: inheritance, holidays, overrides, and when it is read anew."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from departments.calendars import OFFICE_HOURS, work_times_of
from departments.hours import validate_week
from departments.models import CalendarDay, Department, WorkCalendar
from departments.public_holidays import last_official_year
from departments.queries import work_time_of
from departments.worktime import Reason
from tests.personas import build_org

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = 3600


def at(*parts, zone=SHANGHAI):
    return datetime(*parts, tzinfo=zone)


def open_seconds(work_time, day, zone=SHANGHAI):
    start = datetime.combine(day, datetime.min.time(), zone)
    return work_time.between(start, start.replace(hour=23, minute=59))


def another(**values):
    values = {"name_en": "Other", "name_zh": "其他", "zone": "Asia/Shanghai"} | values
    return WorkCalendar.objects.create(**values)


def test_inherited_from_the_parent(org):
    work_time = work_time_of(org.tech)
    assert work_time.add(at(2026, 3, 6, 17), 2 * HOUR) == at(2026, 3, 9, 10)
    assert work_time == work_time_of(org.exec)


def test_the_nearest_calendar_counts(org):
    org.tech.calendar = another(week=[[["08:00", "10:00"]], *[[]] * 6])
    org.tech.save()
    team = Department.objects.create(
        code="team", name_en="Team", name_zh="组", kind="technology", parent=org.tech
    )
    assert open_seconds(work_time_of(team), date(2026, 3, 2)) == 2 * HOUR
    assert open_seconds(work_time_of(org.biz), date(2026, 3, 2)) == 9 * HOUR


def test_without_any_calendar_office_hours_in_the_installations_zone():
    lone = Department.objects.create(code="lone", name_en="L", name_zh="独", kind="business")
    with override_settings(TIME_ZONE="Europe/Berlin"):
        work_time = work_time_of(lone)
    assert work_time.zone.key == "Europe/Berlin"
    assert open_seconds(work_time, date(2026, 3, 2), ZoneInfo("Europe/Berlin")) == 9 * HOUR


def test_a_circle_of_departments_without_calendar_ends(org):
    Department.objects.filter(pk=org.exec.pk).update(calendar=None, parent=org.cs)
    assert work_time_of(org.cs).zone.key == "Asia/Shanghai"


def test_office_hours_pass_their_own_validation():
    validate_week(OFFICE_HOURS)


def test_one_query_while_nothing_changes(org, django_assert_num_queries):
    before = work_time_of(org.cs)
    with django_assert_num_queries(1):
        assert work_time_of(org.biz) is before


def test_many_departments_in_one_query(org, django_assert_num_queries):
    work_time_of(org.cs)
    with django_assert_num_queries(1):
        times = work_times_of(each.pk for each in org.departments)
    assert set(times) == {each.pk for each in org.departments}


def test_a_changed_calendar_is_read_anew_in_three(org, django_assert_num_queries):
    before = work_time_of(org.cs)
    org.holiday(date(2026, 3, 2))
    with django_assert_num_queries(3):
        after = work_time_of(org.cs)
    assert before.fingerprint != after.fingerprint
    assert open_seconds(after, date(2026, 3, 2)) == 0


@pytest.mark.parametrize("how", ["edited", "emptied", "behind its back"])
def test_no_change_is_missed(org, how):
    day = org.holiday(date(2026, 3, 2))
    closed = work_time_of(org.cs)
    if how == "edited":
        day.spans = [["09:00", "10:00"]]
        day.save()
    elif how == "emptied":
        day.delete()
    else:
        CalendarDay.objects.update(spans=[["09:00", "10:00"]])
    assert open_seconds(closed, date(2026, 3, 2)) == 0
    assert open_seconds(work_time_of(org.cs), date(2026, 3, 2)) > 0


def test_china_official_year():
    work_time = work_time_of(build_org(country="CN").cs)
    assert open_seconds(work_time, date(2026, 2, 17)) == 0
    assert open_seconds(work_time, date(2026, 2, 14)) == 9 * HOUR, "a Saturday made up"
    why = work_time.explain(at(2026, 2, 13, 9), at(2026, 2, 18, 9))
    reasons = {each.day: (each.reason, each.label) for each in (*why.counted, *why.not_counted)}
    assert reasons[date(2026, 2, 14)] == (Reason.MAKE_UP, "Spring Festival")
    assert reasons[date(2026, 2, 17)] == (Reason.HOLIDAY, "Spring Festival")
    assert why.assumed_years == ()


def test_china_without_an_official_plan_says_so():
    work_time = work_time_of(build_org(country="CN").cs)
    year = last_official_year("CN") + 1
    assert work_time.assumed_years(at(year - 1, 12, 31), at(year, 1, 8)) == (year,)


def test_own_days_go_before_holidays():
    org = build_org(country="CN")
    CalendarDay.objects.create(
        calendar=org.calendar, date=date(2026, 10, 1), spans=[["10:00", "12:00"]], label="Watch"
    )
    assert open_seconds(work_time_of(org.cs), date(2026, 10, 1)) == 2 * HOUR
    assert open_seconds(work_time_of(org.cs), date(2026, 10, 2)) == 0


@pytest.mark.parametrize(
    ("country", "day", "label"),
    [
        ("GB", date(2026, 12, 25), "Christmas Day"),
        ("DE-BY", date(2026, 1, 6), "Epiphany"),
        ("US", date(2026, 7, 3), "Independence Day (observed)"),
    ],
)
def test_other_countries(country, day, label):
    work_time = work_time_of(build_org(country=country).cs)
    assert open_seconds(work_time, day) == 0
    start = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    assert [each.label for each in work_time.explain(start, start.replace(hour=6)).not_counted] == [
        label
    ]
    assert last_official_year(country) is None


def test_a_subdivision_differs_from_its_country():
    work_time = work_time_of(build_org(country="DE").cs)
    assert open_seconds(work_time, date(2026, 1, 6)) == 9 * HOUR
