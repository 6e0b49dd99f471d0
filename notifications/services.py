"""Telling people: the rows are written with the move, the mail goes out after it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.text import Truncator

from departments.models import User
from journal.canonical import plain
from journal.models import Entry
from journal.services import lock_stream, record
from notifications.handover import broker
from notifications.mail import message_id
from notifications.models import Delivery, Notice
from notifications.texts import ALARM, SYSTEM

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
) -> list[Notice]:
    """Tell each active person once about an entry; returns the notices that are new.

    The text is templates/notices/<kind>.txt, rendered for each reader when it is read or sent.
    """
    readers = {person.pk: person for person in people if person is not None and person.is_active}
    if not readers:
        return []
    with transaction.atomic(savepoint=False):
        told = Notice.objects.filter(entry=entry, reader__in=list(readers))
        for reader_id in list(told.values_list("reader", flat=True)):
            del readers[reader_id]
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
        )
        _send(notices, now=now)
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
        )


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
        transaction.on_commit(partial(broker.hand_over, [delivery.pk]), robust=True)
    return True


def _send(notices: list[Notice], *, now: datetime) -> None:
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            notice=notice,
            reader=notice.reader,
            message_id=message_id(notice.pk, secrets.token_hex(8)),
            next_attempt_at=now,
            created_at=now,
        )
        for notice in notices
    )
    if deliveries:
        ids = [delivery.pk for delivery in deliveries]
        transaction.on_commit(partial(broker.hand_over, ids), robust=True)
