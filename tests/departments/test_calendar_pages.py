"""Calendars in the browser: read by everyone, changed by whoever may, the effect shown first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.urls import reverse

from departments.calendars import departments_by_calendar, work_time_of
from departments.explaining import why_then
from departments.models import Department, WorkCalendar
from departments.yearview import hours_in_words, week_view, year_view
from escalations.models import Deadline, Recount
from escalations.queries import with_working_left
from escalations.services import recount
from journal.models import Entry
from tests.escalations.clocks import MONDAY, at, start

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = dict.fromkeys(WEEKDAYS[:5], "09:00-18:00")


def url(name, *args):
    return reverse(f"escalations:{name}", args=args)


@pytest.fixture
def clock():
    with time_machine.travel(at(2, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(clock, org, client):
    client.force_login(org.comp1)
    recount(now=MONDAY)
    return client


def sent(site, calendar, **values):
    """The form of the hours as the page gives it, with some of it changed."""
    form = site.get(url("edit_calendar", calendar.pk)).context["form"]
    own = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in own.items()} | values


def text_of(answer):
    return " ".join(answer.content.decode().split())


EDITS = ("edit_calendar", "new_day")


@pytest.mark.parametrize("who", ["cs1", "tech_lead", "outsider", "auditor", "admin", "comp1"])
def test_everyone_signed_in_reads(org, client, clock, who):
    client.force_login(org.people[who])
    for address in (url("calendars"), url("calendar", org.calendar.pk)):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [("cs_lead", 404), ("ceo", 404), ("auditor", 404), ("admin", 200), ("comp1", 200)],
)
def test_who_may_change(org, client, clock, who, status):
    client.force_login(org.people[who])
    org.holiday(date(2026, 5, 4))
    addresses = [url(name, org.calendar.pk) for name in EDITS] + [
        url("new_calendar"),
        url("edit_day", org.calendar.pk, "2026-05-04"),
        url("drop_day", org.calendar.pk, "2026-05-04"),
    ]
    assert {client.get(address).status_code for address in addresses} == {status}
    if status == 404:
        assert {client.post(address).status_code for address in addresses} == {404}
        page = text_of(client.get(url("calendar", org.calendar.pk)))
        assert "/edit/" not in page
        assert f'href="{url("calendars")}"><svg' not in page, "no entry in the menu"


def test_visitors_are_asked_who_they_are(org, client):
    for address in (url("calendars"), url("calendar", org.calendar.pk), url("new_calendar")):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/calendars/999/",
        "/calendars/999/edit/",
        "/calendars/{pk}/?year=1999",
        "/calendars/{pk}/?year=soon",
        "/calendars/{pk}/days/2026-05-05/",
        "/calendars/{pk}/days/someday/",
        "/calendars/{pk}/days/2026-05-05/remove/",
    ],
)
def test_what_is_not_there(site, org, address):
    assert site.get(address.format(pk=org.calendar.pk)).status_code == 404


def test_the_list_says_who_works_by_each(site, org):
    nights = WorkCalendar.objects.create(
        name_en="Nights", name_zh="夜班", zone="Asia/Shanghai", week=[[["20:00", "23:00"]]] * 7
    )
    Department.objects.filter(pk=org.ops.pk).update(calendar=nights)
    first, second = site.get(url("calendars")).context["rows"]
    assert first.direct == [org.exec]
    assert org.ops not in first.inherited
    assert len(first.inherited) == 4
    assert (second.direct, second.inherited) == ([org.ops], [])
    assert departments_by_calendar().keys() == {org.calendar.pk, nights.pk}


def test_queries(site, org, django_assert_max_num_queries):
    org.holiday(date(2026, 5, 4))
    with django_assert_max_num_queries(8):
        site.get(url("calendars"))
    with django_assert_max_num_queries(11):
        site.get(url("calendar", org.calendar.pk))


# The year


def test_every_square_has_words(site, org):
    WorkCalendar.objects.update(country="CN")
    org.holiday(date(2026, 11, 25), "Inventory")
    page = site.get(url("calendar", org.calendar.pk), {"year": 2026})
    days = {day.date: day for month in page.context["year"].months for day in month.days}
    assert len(days) == 365
    tones = {(10, 1): "holiday", (10, 10): "make-up", (11, 25): "override", (11, 28): "closed"}
    assert {day: days[date(2026, *day)].tone for day in tones} == tones
    assert days[date(2026, 10, 1)].text == "Thu 1 Oct 2026: closed (National Day)"
    made_up = "Sat 10 Oct 2026: 09:00–18:00 (make-up workday for National Day)"
    assert days[date(2026, 10, 10)].text == made_up
    assert text_of(page).count("visually-hidden") > 365


def test_a_year_without_an_official_plan_says_so(site, org):
    WorkCalendar.objects.update(country="CN")
    assert "no official plan of holidays yet" in text_of(
        site.get(url("calendar", org.calendar.pk), {"year": 2027})
    )
    assert "official plan of holidays yet" not in text_of(
        site.get(url("calendar", org.calendar.pk), {"year": 2026})
    )


def test_a_week_as_bars_goes_over_midnight():
    week = week_view([[["22:00", "06:00"]], [], [], [], [], [["09:00", "12:00"]], []])
    assert [day.text for day in week[:2]] == ["22:00–06:00", "closed"]
    assert [day.bars for day in week[:2]] == [[(1320, 120)], [(0, 360)]]
    assert hours_in_words([[["09:00", "18:00"]]] * 5 + [[], [["10:00", "12:00"]]]) == (
        "Mon–Fri 09:00–18:00; Sun 10:00–12:00"
    )


def test_a_year_is_drawn_for_any_calendar(org):
    year = year_view(work_time_of(org.cs), 2028)
    assert sum(len(month.days) for month in year.months) == 366
    assert not year.assumed


# Due when?


def test_a_sample_is_counted_in_the_zone_of_the_calendar(site, org):
    WorkCalendar.objects.update(zone="Europe/London")
    asked = {"start": "2026-03-06T16:00", "amount": "4", "unit": "working_hour"}
    page = text_of(site.get(url("calendar", org.calendar.pk), asked))
    assert "Monday 9 March 2026, 11:00 (Europe/London, UTC+0000)" in page
    for line in ("16:00–18:00 · 2 h", "Sat 7 Mar 2026 – Sun 8 Mar 2026", "09:00–11:00 · 2 h"):
        assert line in page


def test_a_sample_that_rests_on_a_year_without_a_plan(site, org):
    WorkCalendar.objects.update(country="CN")
    asked = {"start": "2026-12-31T16:00", "amount": "2", "unit": "business_day"}
    page = text_of(site.get(url("calendar", org.calendar.pk), asked))
    assert "The holidays of 2027 are not published yet" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"start": "soon"}, "valid date"),
        ({"amount": "0"}, "greater than or equal"),
        ({"amount": "1.5", "unit": "business_day"}, "counted whole"),
        ({"unit": "moon"}, "moon"),
        ({"start": "2199-12-30T10:00", "amount": "2000"}, "2199"),
    ],
)
def test_a_sample_that_cannot_be_counted(site, org, asked, says):
    whole = {"start": "2026-03-06T16:00", "amount": "4", "unit": "working_hour"} | asked
    page = site.get(url("calendar", org.calendar.pk), whole)
    assert page.status_code == 200
    assert says in text_of(page)


def test_units_that_run_day_and_night_have_nothing_to_explain(site, org):
    asked = {"start": "2026-03-06T16:00", "amount": "24", "unit": "hour"}
    assert "runs day and night" in text_of(site.get(url("calendar", org.calendar.pk), asked))


def test_a_long_explanation_is_cut(org):
    work = work_time_of(org.cs)
    why = why_then(work.explain(at(2), at(2, month=6)), work.zone)
    assert len(why.lines) == 40
    assert why.more > 20


# Changing the hours


def test_first_the_effect_then_the_change(site, org):
    deadline = start(org.biz, kind="confirm")
    values = sent(site, org.calendar, monday="09:00-12:00, 13:00-17:00", wednesday="")
    page = site.post(url("edit_calendar", org.calendar.pk), values)
    assert page.status_code == 200
    words = text_of(page)
    for shown in ("One clock gets another date.", "T-1", "5 Mar 18:00", "later", "duban-calendar"):
        assert shown in words
    assert "Was the refund promised?" not in words, "an administrator reads no cases"
    assert Entry.objects.filter(tag="calendar:changed").count() == 0
    saved = site.post(url("edit_calendar", org.calendar.pk), values | {"confirmed": "1"})
    assert saved.status_code == 302
    org.calendar.refresh_from_db()
    assert org.calendar.week[0] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert Recount.objects.filter(since__isnull=False).count() == 6
    assert "Clocks are being given their new dates" in text_of(site.get(saved.url))
    assert recount(now=at(2, 13)) == 1
    deadline.refresh_from_db()
    assert deadline.due_at == at(5, 18)


def test_a_moved_date_names_the_change_that_moved_it(site, org):
    start(org.biz, kind="confirm")
    values = sent(site, org.calendar, wednesday="", confirmed="1")
    site.post(url("edit_calendar", org.calendar.pk), values)
    recount(now=at(2, 13))
    change = Entry.objects.get(tag="calendar:changed")
    moved = Entry.objects.get(tag="deadline:recomputed")
    assert moved.data["because"] == {"stream": f"CALENDAR-{org.calendar.pk}", "seq": change.seq}
    assert change.actor == org.comp1


def test_what_was_worked_before_stays(site, org, clock):
    deadline = start(org.biz, kind="confirm", now=at(2, 12))
    clock.move_to(at(3, 12))
    site.force_login(org.comp1)
    values = sent(site, org.calendar, monday="", confirmed="1")
    assert values["since"] == date(2026, 3, 3)
    site.post(url("edit_calendar", org.calendar.pk), values)
    assert recount(now=at(3, 13)) == 0, "this Monday was worked"
    values = sent(site, org.calendar, wednesday="", confirmed="1")
    site.post(url("edit_calendar", org.calendar.pk), values)
    assert recount(now=at(3, 14)) == 1
    deadline.refresh_from_db()
    assert deadline.due_at == at(5, 18)


def test_hours_are_announced(site, org):
    values = sent(site, org.calendar, since="2026-04-01", friday="09:00-12:00", confirmed="1")
    site.post(url("edit_calendar", org.calendar.pk), values)
    work = work_time_of(org.cs)
    assert work.between(at(6), at(7)) == 9 * 3600
    assert work.between(at(3, month=4), at(4, month=4)) == 3 * 3600
    page = site.get(url("calendar", org.calendar.pk))
    assert page.context["row"].hours == "Mon–Fri 09:00–18:00"
    assert [week.since for week in page.context["weeks"]] == ["", "Wed 1 Apr 2026"]
    assert "Holds from: Wed 1 Apr 2026" in text_of(page)
    assert sent(site, org.calendar)["since"] == date(2026, 4, 1), "what is announced is corrected"
    again = sent(site, org.calendar, friday="09:00-13:00", confirmed="1")
    site.post(url("edit_calendar", org.calendar.pk), again)
    assert work_time_of(org.cs).between(at(3, month=4), at(4, month=4)) == 4 * 3600
    org.calendar.refresh_from_db()
    assert [each["until"] for each in org.calendar.earlier_weeks] == ["2026-04-01"]


def test_hours_are_corrected_from_before(site, org):
    for since, friday in (("2026-03-10", "09:00-12:00"), ("2026-02-01", "09:00-13:00")):
        values = sent(site, org.calendar, since=since, friday=friday, confirmed="1")
        site.post(url("edit_calendar", org.calendar.pk), values)
    org.calendar.refresh_from_db()
    assert [each["until"] for each in org.calendar.earlier_weeks] == ["2026-02-01"]
    work = work_time_of(org.cs)
    assert work.between(at(6), at(7)) == work.between(at(27), at(28)) == 4 * 3600


def test_the_history_is_on_the_page(site, org):
    site.post(
        url("edit_calendar", org.calendar.pk), sent(site, org.calendar, wednesday="", confirmed="1")
    )
    page = text_of(site.get(url("calendar", org.calendar.pk)))
    assert "changed this calendar" in page
    assert '<span class="muted">09:00–18:00</span> → closed' in page


def test_another_name_changes_no_date_and_needs_no_second_look(site, org):
    values = sent(site, org.calendar, name_en="Hours of the house")
    assert site.post(url("edit_calendar", org.calendar.pk), values).status_code == 302
    assert not Recount.objects.filter(since__isnull=False).exists()


def test_back_from_the_effect_keeps_what_was_typed(site, org):
    values = sent(site, org.calendar, monday="10:00-16:00", back="1")
    page = site.post(url("edit_calendar", org.calendar.pk), values)
    assert 'value="10:00-16:00"' in text_of(page)
    assert not Entry.objects.filter(tag="calendar:changed").exists()


def test_confirmed_twice_is_once(site, org):
    values = sent(site, org.calendar, wednesday="", confirmed="1")
    answers = [site.post(url("edit_calendar", org.calendar.pk), values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Entry.objects.filter(tag="calendar:changed").count() == 1


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"monday": "nine to five"}, "monday", "“nine” cannot be read"),
        ({"tuesday": "09:00-12:00, 11:00-13:00"}, "tuesday", "overlap"),
        ({"friday": "09:00-09:00"}, "friday", "has no length"),
        ({"monday": "05:00-09:00", "sunday": "22:00-06:00"}, "sunday", "run into those of Monday"),
        (dict.fromkeys(WEEKDAYS, ""), "monday", "no open hour"),
        ({"zone": "Beijing"}, "zone", "not one of the available choices"),
        ({"since": "0001-01-01"}, "since", "2000"),
        ({"since": "soon"}, "since", "valid date"),
        ({"country": "XX"}, "country", "No holidays are known"),
        ({"name_en": ""}, "name_en", "required"),
    ],
)
def test_errors_stand_at_their_field(site, org, values, field, says):
    page = site.post(url("edit_calendar", org.calendar.pk), sent(site, org.calendar, **values))
    assert page.status_code == 422
    assert says in " ".join(page.context["form"].errors[field])
    assert set(page.context["form"].errors) == {field}


def test_somebody_else_was_faster(site, org, clock):
    values = sent(site, org.calendar, wednesday="", confirmed="1")
    clock.shift(60)
    others = sent(site, org.calendar, friday="09:00-12:00", confirmed="1")
    assert site.post(url("edit_calendar", org.calendar.pk), others).status_code == 302
    page = site.post(url("edit_calendar", org.calendar.pk), values)
    assert page.status_code == 409
    words = text_of(page)
    assert "was changed meanwhile" in words
    assert "Friday: 09:00–18:00 → 09:00–12:00" in words
    again = {field.html_name: field.value() for field in page.context["form"]}
    assert again["wednesday"] == "", "what was typed is kept"
    assert (
        site.post(url("edit_calendar", org.calendar.pk), again | {"confirmed": "1"}).status_code
        == 302
    )


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-03-02T09:00:00"])
def test_a_version_that_never_was_is_stale(site, org, seen):
    values = sent(site, org.calendar, wednesday="", confirmed="1", seen=seen)
    assert site.post(url("edit_calendar", org.calendar.pk), values).status_code == 409


def test_a_new_calendar(site, org):
    values = {"name_en": "Two shifts", "name_zh": "两班", "zone": "Asia/Shanghai", "country": "CN"}
    assert site.get(url("new_calendar")).status_code == 200
    assert site.post(url("new_calendar"), values).status_code == 422
    made = site.post(url("new_calendar"), values | OFFICE | {"sunday": "22:00-06:00"})
    assert made.status_code == 302
    calendar = WorkCalendar.objects.get(name_en="Two shifts")
    assert calendar.week[6] == [["22:00", "06:00"]]
    assert "made this calendar" in text_of(site.get(made.url))


# Days of its own


def day(site, org, **values):
    form = site.get(url("new_day", org.calendar.pk)).context["form"]
    blank = {"date": "2026-03-03", "kind": "closed", "hours": "", "label": "Inventory"}
    return blank | {"seen": form["seen"].value()} | values


def test_a_day_is_added_after_its_effect_was_seen(site, org):
    start(org.biz, kind="confirm")
    page = site.post(url("new_day", org.calendar.pk), day(site, org))
    assert "One clock gets another date." in text_of(page)
    assert not org.calendar.days.exists()
    saved = site.post(url("new_day", org.calendar.pk), day(site, org, confirmed="1"))
    assert saved.status_code == 302
    assert (org.calendar.days.get().spans, org.calendar.days.get().label) == ([], "Inventory")
    assert recount(now=at(2, 13)) == 1
    assert "Tue 3 Mar 2026" in text_of(site.get(saved.url))


def test_in_a_dialog_the_page_is_told_where_to_go(site, org):
    htmx = {"HTTP_HX_REQUEST": "true"}
    page = site.get(url("new_day", org.calendar.pk), **htmx)
    assert "<html" not in text_of(page)
    saved = site.post(url("new_day", org.calendar.pk), day(site, org, confirmed="1"), **htmx)
    assert saved["HX-Redirect"] == url("calendar", org.calendar.pk)


def test_a_day_is_moved_and_opened(site, org):
    org.holiday(date(2026, 3, 3), "Inventory")
    address = url("edit_day", org.calendar.pk, "2026-03-03")
    assert site.get(address).context["form"]["label"].value() == "Inventory"
    values = {"date": "2026-03-04", "kind": "open", "hours": "10:00-12:00", "confirmed": "1"}
    assert site.post(address, day(site, org, **values)).status_code == 302
    only = org.calendar.days.get()
    assert (only.date, only.spans) == (date(2026, 3, 4), [["10:00", "12:00"]])


def test_a_day_is_removed(site, org):
    org.holiday(date(2026, 3, 3))
    start(org.biz, kind="confirm")
    address = url("drop_day", org.calendar.pk, "2026-03-03")
    seen = {"seen": site.get(address).context["form"]["seen"].value()}
    assert "sooner" in text_of(site.post(address, seen))
    assert site.post(address, seen | {"confirmed": "1"}).status_code == 302
    assert not org.calendar.days.exists()
    assert recount(now=at(2, 13)) == 1
    assert Deadline.objects.get().due_at == at(4, 18)


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"date": "someday"}, "date", "valid date"),
        ({"date": "2026-05-04"}, "date", "entered already (Youth Day)"),
        ({"label": ""}, "label", "required"),
        ({"kind": "open", "hours": ""}, "hours", "from when to when"),
        ({"kind": "open", "hours": "9 to 5"}, "hours", "cannot be read"),
    ],
)
def test_a_day_that_cannot_be(site, org, values, field, says):
    org.holiday(date(2026, 5, 4), "Youth Day")
    page = site.post(url("new_day", org.calendar.pk), day(site, org, **values))
    assert page.status_code == 422
    assert says in " ".join(page.context["form"].errors[field])


def test_a_day_removed_meanwhile_is_not_there(site, org):
    entered = org.holiday(date(2026, 3, 3))
    entered.delete()
    address = url("drop_day", org.calendar.pk, "2026-03-03")
    assert site.post(address, {"confirmed": "1"}).status_code == 404


# Dates that rest on a year without an official plan


def test_a_clock_says_that_its_date_may_move(site, org):
    WorkCalendar.objects.update(country="CN")
    now = datetime(2026, 12, 31, 9, tzinfo=MONDAY.tzinfo)
    start(org.biz, kind="confirm", now=now)
    start(org.biz, kind="deliver", now=now, due_at=now + timedelta(days=20))
    start(org.biz, kind="resolve", now=now)
    rows = with_working_left(Deadline.objects.order_by("pk"), now)
    assert [row.clock.assumed for row in rows] == [(2027,), (), ()]
    chip = Template("{% load duban %}{% clock x %}{% clock x plain=True %}")
    said = chip.render(Context({"x": rows[0].clock, "now": now}))
    assert said.count("The holidays of 2027 are not published yet") == 2
