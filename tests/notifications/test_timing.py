"""When may this leave? Checked against the clock on the wall, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.timing import EVERY_DAY, Habits

# Put forward and back at night, at midnight, by half an hour, never.
ZONES = ("Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Shanghai")
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 5, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 12, 31, 16, tzinfo=UTC),
)
MINUTE = timedelta(minutes=1)
NIGHT = (time(22), time(8))

times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
days = st.frozensets(st.integers(0, 6))
habits = st.builds(
    Habits,
    zone=st.sampled_from(ZONES),
    quiet=st.none() | st.tuples(times, times).filter(lambda both: both[0] != both[1]),
    quiet_days=days,
    days_off=days.filter(lambda off: off != EVERY_DAY),
    digest_at=st.lists(times, max_size=2, unique=True).map(tuple),
)
moments = st.builds(
    lambda change, minutes: change + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-3 * 24 * 60, 3 * 24 * 60),
)


def is_quiet(kept: Habits, at: datetime) -> bool:
    """As somebody would say who looks at their clock and at their calendar."""
    wall = at.astimezone(ZoneInfo(kept.zone))
    today, yesterday = wall.weekday(), (wall.weekday() - 1) % 7
    if today in kept.days_off:
        return True
    if kept.quiet is None:
        return False
    start, end = kept.quiet
    if start < end:
        return today in kept.quiet_days and start <= wall.time() < end
    began_today = today in kept.quiet_days and wall.time() >= start
    return began_today or (yesterday in kept.quiet_days and wall.time() < end)


@settings(max_examples=150, deadline=None)
@given(habits, moments)
@example(Habits("Europe/Berlin", (time(2, 30), time(3))), CHANGES[0])
@example(Habits("America/Havana", (time(23), time(0, 30))), CHANGES[2])
def test_it_leaves_as_soon_as_it_is_not_quiet_and_never_before(kept, at):
    leaves = kept.leaves_at(at)
    assert at <= leaves < at + timedelta(days=15)
    assert not is_quiet(kept, leaves)
    assert all(
        is_quiet(kept, at + passed * MINUTE) for passed in range(0, (leaves - at) // MINUTE, 15)
    )
    if leaves > at:
        assert is_quiet(kept, leaves - MINUTE)


@settings(max_examples=150, deadline=None)
@given(habits, moments)
def test_a_digest_leaves_after_now_and_never_in_quiet_hours(kept, at):
    leaves = kept.digest_after(at)
    if leaves is None:
        assert not kept.digest_at
        return
    assert at < leaves
    assert not is_quiet(kept, leaves)
    # Within a day and the hour of a clock put back, but for quiet hours.
    assert leaves <= kept.leaves_at(at + timedelta(hours=25)) or is_quiet(kept, leaves - MINUTE)


@pytest.mark.parametrize(
    ("zone", "at", "leaves"),
    [
        # The clock is put forward in the night, and back in the autumn: 08:00 there all the same.
        ("Europe/Berlin", "2026-03-28T22:00+00:00", "2026-03-29T06:00+00:00"),
        ("Europe/Berlin", "2026-10-24T22:00+00:00", "2026-10-25T07:00+00:00"),
        ("America/New_York", "2026-03-08T04:00+00:00", "2026-03-08T12:00+00:00"),
        ("Asia/Shanghai", "2026-12-31T15:00+00:00", "2027-01-01T00:00+00:00"),
        ("Asia/Shanghai", "2026-12-31T13:59+00:00", "2026-12-31T13:59+00:00"),
    ],
)
def test_a_night_ends_at_eight_on_the_wall(zone, at, leaves):
    kept = Habits(zone, NIGHT)
    assert kept.leaves_at(datetime.fromisoformat(at)) == datetime.fromisoformat(leaves)


def test_a_night_before_days_off_ends_after_them():
    kept = Habits("Asia/Shanghai", NIGHT, days_off=frozenset({5, 6}))
    friday_night = datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert kept.leaves_at(friday_night) == datetime(2026, 3, 9, 0, tzinfo=UTC)


def test_only_nights_that_were_chosen_are_quiet():
    kept = Habits("Asia/Shanghai", NIGHT, quiet_days=frozenset({0}))
    monday_night, tuesday_night = (datetime(2026, 3, day, 15, tzinfo=UTC) for day in (2, 3))
    assert kept.leaves_at(monday_night) == datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert kept.leaves_at(tuesday_night) == tuesday_night


def test_the_next_of_two_digests():
    kept = Habits("Asia/Shanghai", digest_at=(time(9), time(17)))
    assert kept.digest_after(datetime(2026, 3, 4, 0, 59, tzinfo=UTC)).hour == 1
    # Exactly then, the digest that leaves is already being written.
    assert kept.digest_after(datetime(2026, 3, 4, 1, 0, tzinfo=UTC)).hour == 9
    assert kept.digest_after(datetime(2026, 3, 4, 9, 0, tzinfo=UTC)).day == 5
