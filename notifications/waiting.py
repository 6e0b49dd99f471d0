"""What is kept back for its reader's sake: until quiet hours end, or for a digest.

It is decided when somebody is told, again when their preference changes, and quiet hours once more
before each attempt, as a mail may also come late by itself. What is kept back is in no queue:
`release` puts it there when its time has come, and writes one delivery for each digest.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from departments.models import User
from notifications.mail import message_id
from notifications.models import Delivery, Preference
from notifications.texts import can_be_gathered, zone_of
from notifications.timing import Habits

BATCH = 500
READERS = 50
State = Delivery.State


def habits_of(reader: User) -> Habits:
    """How a person wants to be told; costs no query if `notice_preference` came with them."""
    preference: Preference | None = getattr(reader, "notice_preference", None)
    zone = zone_of(reader).key
    return preference.habits(zone) if preference else Habits(zone)


def plan(habits: Habits, *, kind: str, now: datetime) -> tuple[State, datetime]:
    """What becomes of something that is not urgent, and when it is looked at next."""
    if can_be_gathered(kind) and (digest_at := habits.digest_after(now)):
        return State.LISTED, digest_at
    return _after_quiet_hours(habits, now)


def release(*, now: datetime) -> None:
    """Queue what has waited long enough. Each batch is a transaction."""
    # Nearly always nothing is: one look into a small index.
    if not Delivery.objects.waiting().filter(next_attempt_at__lte=now).exists():
        return
    while _release_held(now=now) == BATCH:
        pass
    while readers := _readers_of_digests(now=now):
        gather(readers=readers, now=now)


def gather(*, readers: Collection[int], now: datetime) -> list[Delivery]:
    """Write a digest for each reader of what is listed for now; returns the digests.

    What was read in the meantime is left out: nobody needs to be told twice.
    """
    with transaction.atomic(savepoint=False):
        listed = Delivery.objects.filter(
            state=State.LISTED, reader__in=readers, next_attempt_at__lte=now
        )
        contents: dict[tuple[int, str], list[int]] = defaultdict(list)
        read: list[int] = []
        # Of two workers, the second waited for the locks and finds nothing listed any more.
        for row in listed.locked().select_related("notice"):
            unread = row.notice is not None and row.notice.read_at is None
            (contents[row.reader_id, row.channel] if unread else read).append(row.pk)
        Delivery.objects.filter(pk__in=read).update(
            state=State.READ, next_attempt_at=None, done_at=now
        )
        return [
            _digest(reader, channel, ids, now=now) for (reader, channel), ids in contents.items()
        ]


def retime(*, reader: User, now: datetime) -> list[Delivery]:
    """Decide anew about everything that waits for a reader; returns what may leave at once.

    Whoever ends their digests gets what was listed so far as a last one. Call it in the
    transaction that changes how the reader wants to be told.
    """
    habits = habits_of(reader)
    rows = list(Delivery.objects.waiting().filter(reader=reader).locked().select_related("notice"))
    outcomes: dict[tuple[State, datetime], list[int]] = defaultdict(list)
    for row in rows:
        outcomes[_anew(row, habits, now)].append(row.pk)
    for (state, at), ids in outcomes.items():
        Delivery.objects.filter(pk__in=ids).update(state=state, next_attempt_at=at)
    released = Delivery.objects.filter(pk__in=outcomes.get((State.PENDING, now), []))
    digests = gather(readers=[reader.pk], now=now) if (State.LISTED, now) in outcomes else []
    return [*released, *digests]


def _anew(row: Delivery, habits: Habits, now: datetime) -> tuple[State, datetime]:
    if row.notice is not None:
        state, at = plan(habits, kind=row.notice.kind, now=now)
        if State.LISTED in (state, row.state):
            return State.LISTED, at
    return _after_quiet_hours(habits, now)


def _after_quiet_hours(habits: Habits, now: datetime) -> tuple[State, datetime]:
    at = habits.leaves_at(now)
    return (State.HELD if at > now else State.PENDING), at


def _release_held(*, now: datetime) -> int:
    with transaction.atomic(savepoint=False):
        held = Delivery.objects.filter(state=State.HELD, next_attempt_at__lte=now)
        # Workers take turns here, rather than skip each other's: a reader's mails stay in order.
        ids = [row.pk for row in held.locked().only("pk")[:BATCH]]
        Delivery.objects.filter(pk__in=ids).update(state=State.PENDING)
    return len(ids)


def _readers_of_digests(*, now: datetime) -> set[int]:
    due = Delivery.objects.filter(state=State.LISTED, next_attempt_at__lte=now)
    return set(due.order_by("next_attempt_at", "id").values_list("reader", flat=True)[:READERS])


def _digest(reader: int, channel: str, ids: list[int], *, now: datetime) -> Delivery:
    digest = Delivery.objects.create(
        reader_id=reader,
        channel=channel,
        message_id=message_id(f"digest-{reader}", secrets.token_hex(8)),
        next_attempt_at=now,
        created_at=now,
    )
    Delivery.objects.filter(pk__in=ids).update(
        state=State.GATHERED, digest=digest, next_attempt_at=None
    )
    return digest
