"""Telling people: the rows are written with the move, the mail goes out after it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.text import Truncator

from departments.models import User
from journal.canonical import plain
from journal.models import Entry
from journal.services import lock_stream, record
from notifications.handover import broker
from notifications.mail import message_id
from notifications.models import Delivery, Notice, Preference
from notifications.texts import ALARM, SYSTEM
from notifications.waiting import habits_of, plan, retime

MAIL = "mail"
ALARM_PAUSE = timedelta(hours=1)


def tell(
    *,
    people: Iterable[User | None],
    kind: str,
    entry: Entry,
    subject: str,
    label: str,
    now: datetime,
    data: Mapping[str, object] | None = None,
    urgent: bool = False,
    channels: Collection[str] | None = None,
) -> list[Notice]:
    """Tell each active person once about an entry; returns the notices that are new.

    The text is templates/notices/<kind>.txt, rendered for each reader when it is read or sent.
    In the app everybody is told at once. What else carries it are `channels`, None being all;
    there, only what is `urgent` disregards a reader's quiet hours and digests.
    """
    readers = {person.pk: person for person in people if person is not None and person.is_active}
    if not readers:
        return []
    with transaction.atomic(savepoint=False):
        told = Notice.objects.filter(entry=entry, reader=OuterRef("pk"))
        wanted = User.objects.filter(pk__in=list(readers)).select_related("notice_preference")
        fresh = {person.pk: person for person in wanted.exclude(Exists(told))}
        notices = Notice.objects.bulk_create(
            Notice(
                reader=reader,
                entry=entry,
                kind=kind,
                stream=entry.stream_id,
                subject=subject,
                label=Truncator(label).chars(200),
                data=plain(data or {}),
                created_at=now,
            )
            for reader in readers.values()
            if reader.pk in fresh
        )
        if channels is None or MAIL in channels:
            _send(notices, fresh, urgent=urgent, now=now)
    return notices


def alarm(*, kind: str, now: datetime, data: Mapping[str, object] | None = None) -> list[Notice]:
    """Tell the administrators that the installation needs them, once an hour for each kind.

    The text is templates/notices/alarm_<kind>.txt, or the general alarm.txt.
    """
    tag = f"alarm:{kind}"
    raised = Entry.objects.filter(stream=SYSTEM, tag=tag, at__gt=now - ALARM_PAUSE)
    if raised.exists():
        return []
    with transaction.atomic(savepoint=False):
        lock_stream(SYSTEM)
        # Of two alarms at once, the second waited for the lock and now sees the first.
        if raised.exists():
            return []
        entry = record(stream=SYSTEM, subject=SYSTEM, tag=tag, actor=None, now=now, data=data)
        return tell(
            people=User.objects.filter(is_active=True, is_staff=True),
            kind=f"{ALARM}{kind}",
            entry=entry,
            subject=SYSTEM,
            label=kind,
            now=now,
            data=data,
            urgent=True,
        )


def prefer(*, preference: Preference, now: datetime) -> list[Delivery]:
    """Keep how a person wants to be told, also of what waits already.

    Returns what waited and now is on its way.
    """
    reader = preference.user
    with transaction.atomic(savepoint=False):
        # Of two changes at once, the second decides.
        User.objects.select_for_update(no_key=True).get(pk=reader.pk)
        preference.pk = Preference.objects.filter(user=reader).values_list("pk", flat=True).first()
        preference.save(force_update=preference.pk is not None)
        reader.notice_preference = preference
        released = retime(reader=reader, now=now)
        _hand_over(released)
    return released


def mark_read(*, notice: Notice, now: datetime) -> None:
    """The reader has seen it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now)


def mark_all_read(*, reader: User, up_to: int, now: datetime) -> int:
    """Everything up to a notice was seen; later ones were not on the page and stay unread."""
    unread = Notice.objects.filter(reader=reader, read_at__isnull=True, pk__lte=up_to)
    return unread.update(read_at=now)


def retry(*, delivery: Delivery, now: datetime) -> bool:
    """Attempt a delivery again that had failed for good; False if it has not, or not any more."""
    with transaction.atomic(savepoint=False):
        failed = Delivery.objects.failed().filter(pk=delivery.pk)
        if not failed.update(
            state=Delivery.State.PENDING, attempts=0, next_attempt_at=now, done_at=None
        ):
            return False
        _hand_over([delivery])
    return True


def _send(
    notices: list[Notice], readers: Mapping[int, User], *, urgent: bool, now: datetime
) -> None:
    deliveries = [
        Delivery(
            notice=notice,
            reader=notice.reader,
            channel=MAIL,
            urgent=urgent,
            message_id=message_id(f"notice-{notice.pk}", secrets.token_hex(8)),
            next_attempt_at=now,
            created_at=now,
        )
        for notice in notices
    ]
    if not urgent:
        for row, notice in zip(deliveries, notices, strict=True):
            habits = habits_of(readers[notice.reader_id])
            row.state, row.next_attempt_at = plan(habits, kind=notice.kind, now=now)
    _hand_over(Delivery.objects.bulk_create(deliveries))


def _hand_over(deliveries: Iterable[Delivery]) -> None:
    kept_back = Delivery.WAITING
    ids = [delivery.pk for delivery in deliveries if delivery.state not in kept_back]
    if ids:
        transaction.on_commit(partial(broker.hand_over, ids), robust=True)
