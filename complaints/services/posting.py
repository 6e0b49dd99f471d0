"""The queue of letters: claimed for a while, mailed outside any transaction, then settled.

As deliveries are: a claim is a lease, the Message-ID stays, and whoever settles a row must still
hold its claim.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from datetime import datetime, timedelta
from email.utils import formataddr
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import translation

from complaints.models import Letter, Posting
from complaints.papers import PaperError, pdf_of
from complaints.services.letters import could_not_go, went_out
from notifications.channels import ChannelError, ChannelUnreachable, judge
from notifications.delivery import GRACE, MOST_ATTEMPTS, pause_after

log = structlog.get_logger(__name__)
BATCH = 5


def post_due(*, now: datetime, budget: float = 20) -> int:
    """Mail what is due, for at most about `budget` seconds; how many went out."""
    started, sent = time.monotonic(), 0
    while time.monotonic() - started < budget:
        at = now + timedelta(seconds=time.monotonic() - started)
        claimed = _claim(at)
        if not claimed:
            break
        for posting in claimed:
            sent += _attempt(posting, now=at)
    return sent


def _claim(now: datetime) -> list[Posting]:
    until = now + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + GRACE
    with transaction.atomic():
        due = Posting.objects.pending().filter(next_attempt_at__lte=now)
        rows = due.select_for_update(of=("self",), skip_locked=True)
        claimed = list(
            rows.select_related("letter__complaint__customer", "letter__department")
            .order_by("next_attempt_at", "id")[:BATCH]
        )
        Posting.objects.filter(pk__in=[row.pk for row in claimed]).update(
            attempts=F("attempts") + 1, next_attempt_at=until
        )
    for row in claimed:
        row.attempts, row.next_attempt_at = row.attempts + 1, until
    return claimed


def _attempt(posting: Posting, *, now: datetime) -> bool:
    try:
        _mail(posting)
    except ChannelError as error:
        if error.permanent or posting.attempts >= MOST_ATTEMPTS:
            _fail(posting, error.reason, now=now)
        else:
            again = now + pause_after(posting.attempts)
            _settle(posting, next_attempt_at=again, last_error=error.reason[:300])
            log.info("letter_postponed", posting=posting.pk, attempts=posting.attempts)
        return False
    with transaction.atomic():
        done = _settle(
            posting, state=Posting.State.SENT, next_attempt_at=None, last_error="", done_at=now
        )
        if done:
            went_out(letter=posting.letter, now=now)
    return done


def _fail(posting: Posting, reason: str, *, now: datetime) -> None:
    with transaction.atomic():
        if _settle(
            posting, state=Posting.State.FAILED, next_attempt_at=None, last_error=reason[:300],
            done_at=now,
        ):  # fmt: skip
            could_not_go(letter=posting.letter, reason=reason, now=now)
    log.warning("letter_failed", posting=posting.pk, attempts=posting.attempts)


def _settle(posting: Posting, **outcome: object) -> bool:
    held = Posting.objects.pending().filter(
        pk=posting.pk, attempts=posting.attempts, next_attempt_at=posting.next_attempt_at
    )
    return held.update(**outcome) == 1


def _mail(posting: Posting) -> None:
    """Raises ChannelError."""
    try:
        message = compose(posting)
        get_connection().send_messages([message])
    except PaperError as error:
        raise ChannelError(str(error)) from error
    except ValueError as error:
        raise ChannelError("bad_address", permanent=True) from error
    except (SMTPException, OSError) as error:
        judged = judge(error)
        if isinstance(judged, ChannelUnreachable):
            raise ChannelError(judged.reason) from error
        raise judged from error


def compose(posting: Posting) -> EmailMessage:
    """The mail: the letter's own words, and the sheet as PDF, made once and kept."""
    letter = posting.letter
    customer, house = letter.complaint.customer, letter.department
    with translation.override(letter.language):
        message = EmailMessage(
            subject=" ".join(letter.subject.split()),
            body=letter.text,
            to=[formataddr((" ".join(customer.name.split()), letter.email))],
            reply_to=[house.mailbox] if house.mailbox else None,
            headers={"Message-ID": posting.message_id, "Content-Language": letter.language},
        )
    message.attach(f"{letter.reference}.pdf", _kept_pdf(letter), "application/pdf")
    return message


def _kept_pdf(letter: Letter) -> bytes:
    """The file as it was made at the first attempt: every attempt sends the same."""
    if letter.pdf:
        with letter.pdf.open("rb") as file:
            return bytes(file.read())
    content = pdf_of(letter)
    token = uuid.uuid4().hex
    letter.pdf_sha256 = hashlib.sha256(content).hexdigest()
    letter.pdf.save(f"letters/{token[:2]}/{token}", ContentFile(content), save=False)
    letter.save(update_fields=["pdf", "pdf_sha256"])
    return content
