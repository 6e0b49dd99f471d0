"""The house: six departments of the demo and two odd ones; what befalls it in a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from benchmarks.year.cases import CaseLife
from benchmarks.year.leaders import LeadersLife
from benchmarks.year.world import Sweeper, World
from complaints.categories import install_categories
from departments.calendars import work_time_of
from departments.loader import load, load_demo
from departments.models import Absence, CalendarDay, Department, User, WorkCalendar
from escalations.services import install_default_policy, recount
from escalations.services.calendars import change_calendar, drop_day, put_day

START = datetime.fromisoformat("2025-01-06T00:00:00+08:00")
DAY = timedelta(days=1)
OFFICE, LONDON = "Office hours, China", "London hours"
# A department far away, whose clocks change twice a year, and one that nobody leads.
ODD = {
    "calendars": [
        {
            "name_en": LONDON,
            "name_zh": LONDON,
            "zone": "Europe/London",
            "country": "",
            "week": [[["09:00", "17:30"]]] * 5 + [[], []],
        }
    ],
    "people": [
        {"username": name, "name": name, "email": f"{name}@example.com"}
        for name in ("abroad1", "abroad2", "abroad_lead", "branch1", "branch2")
    ],
    "departments": [
        {
            "code": "abroad",
            "name_en": "Abroad",
            "name_zh": "Abroad",
            "kind": "technology",
            "parent": "technology",
            "leader": "abroad_lead",
            "members": ["abroad1", "abroad2", "abroad_lead"],
            "calendar": LONDON,
        },
        {
            "code": "branch",
            "name_en": "Branch",
            "name_zh": "Branch",
            "kind": "operations",
            "parent": "operations",
            "members": ["branch1", "branch2"],
        },
    ],
}


def found(*, seed: int, days: int, cases: int, before_hours_change: Callable[[], None]) -> World:
    """Everything that will happen is in the world's queue; nothing has happened yet."""
    load_demo()
    load(ODD)
    install_categories()
    install_default_policy(now=START)
    work = work_time_of(Department.objects.get(code="management"))
    world = World(seed=seed, start=START, end=START + days * DAY, work=work)
    _absences(world, days)
    _outages(world, days)
    _befall(world, before_hours_change)
    draw, span = world.random("arrivals"), (world.end - START).total_seconds()
    for number in range(cases):
        # Nobody calls in the last tenth, so that most stories come to an end.
        when = work.next_open(START + timedelta(seconds=draw.uniform(0, 0.9 * span)))
        world.begin(CaseLife(world, "case", number).story(), at=when)
    world.begin(LeadersLife(world, "leaders").story(), at=work.next_open(START))
    return world


def _absences(world: World, days: int) -> None:
    draw = world.random("absences")
    people = list(User.objects.filter(is_staff=False, is_auditor=False).order_by("username"))
    for person in people:
        for _ in range(1 + days // 120):
            starts = START + draw.uniform(0, days) * DAY
            ends = starts + draw.uniform(0.5, 9) * DAY
            stand_in = draw.choice(people) if draw.random() < 0.6 else None
            if stand_in == person:
                stand_in = None
            Absence.objects.create(person=person, stand_in=stand_in, starts_at=starts, ends_at=ends)
            world.away.setdefault(person.pk, []).append((starts, ends, stand_in))


def _outages(world: World, days: int) -> None:
    """Each sweeper fails for hours now and then; both together, for hours to days."""
    draw = world.random("outages")

    def fail(sweepers: list[Sweeper], hours: float) -> None:
        begins = START + draw.uniform(0, days) * DAY
        for sweeper in sweepers:
            sweeper.down.append((begins, begins + timedelta(hours=hours)))

    for _ in range(1 + days // 30):
        fail(world.sweepers, draw.choice((2, 5, 11, 26, 50, 80)))
        for sweeper in world.sweepers:
            fail([sweeper], draw.uniform(1, 200))


def _befall(world: World, before_hours_change: Callable[[], None]) -> None:
    """A leader resigns, a post is vacant, a department closes, hours change."""

    def at(share: float, act: Callable[[], None]) -> datetime:
        when = world.work.next_open(START + share * (world.end - START))
        world.at(when, act)
        return when

    gone = User.objects.get(username="keji_lead")
    begins = at(0.15, partial(_deactivate, gone))
    successor = User.objects.get(username="keji_deputy")
    at(0.35, partial(_lead, "technology", successor))
    world.inactive[gone.pk] = (begins, world.end + DAY)
    at(0.4, partial(_lead, "operations", None))
    at(0.6, partial(_lead, "operations", User.objects.get(username="yunying2")))
    at(0.7, partial(Department.objects.filter(code="branch").update, is_active=False))
    shorter = [[["09:00", "12:00"], ["13:00", "17:30"]]] * 5 + [[], []]
    for share, change in (
        (0.2, partial(_close_a_day, world)),
        (0.3, partial(_change_week, world, OFFICE, shorter)),
        (0.5, partial(_open_again, world)),
        (0.55, partial(_close_a_day, world)),
        (0.65, partial(_change_week, world, LONDON, shorter)),
        (0.8, partial(_close_a_day, world)),
    ):
        when = at(share, before_hours_change)
        world.at(when, change)
        for minutes in (1, 3, 5):
            world.at(when + timedelta(minutes=minutes), partial(_count_again, world))


def _count_again(world: World) -> None:
    recount(now=world.now, seconds=600)
    world.work = work_time_of(Department.objects.get(code="management"))


def _deactivate(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def _lead(code: str, leader: User | None) -> None:
    Department.objects.filter(code=code).update(leader=leader)


def _admin() -> User:
    return User.objects.get(username="admin")


def _next_working_day(world: World) -> date:
    return world.work.next_open(world.now + 2 * DAY).astimezone(world.work.zone).date()


def _close_a_day(world: World) -> None:
    calendar = WorkCalendar.objects.get(name_en=OFFICE)
    given = {"calendar": calendar, "actor": _admin(), "seen": None}
    world.move(put_day, **given, day=_next_working_day(world), spans=[], label="Typhoon")


def _open_again(world: World) -> None:
    """A day that was closed with due notice is a working day after all."""
    calendar = WorkCalendar.objects.get(name_en=OFFICE)
    day = _next_working_day(world)
    CalendarDay.objects.get_or_create(calendar=calendar, date=day, defaults={"label": "Closed"})
    world.move(drop_day, calendar=calendar, actor=_admin(), day=day, seen=None)


def _change_week(world: World, name: str, week: list) -> None:
    calendar = WorkCalendar.objects.get(name_en=name)
    given = {"calendar": calendar, "actor": _admin(), "seen": None}
    world.move(change_calendar, **given, values={"week": week})
