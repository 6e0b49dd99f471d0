"""Letters to the customer: written, sent by mail or by post, and never changed afterwards."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.granting import language_of
from complaints.models import Complaint, Contact, Extension, Letter, Posting
from complaints.papers import draft_of, subject_of
from complaints.services import clocks, contacts
from complaints.services.moving import begin, finish, note_down, require
from departments.models import User
from escalations.models import Deadline
from escalations.services import meet_deadline
from journal.errors import Invalid
from journal.models import Entry
from journal.references import next_reference
from journal.services import lock_stream
from notifications.handover import broker
from notifications.mail import message_id
from notifications.services import tell

Kind, State = Letter.Kind, Letter.State
TASK = "complaints.tasks.post_letters"


@transaction.atomic
def write(
    *,
    complaint: Complaint,
    actor: User,
    kind: str,
    language: str = "",
    now: datetime,
    version: int | None = None,
) -> Letter:
    """A draft from the template of its kind, in the customer's language."""
    case = begin(complaint, "write_letter", actor=actor, version=version)
    return _drafted(case, kind, language or language_of(case.customer, case), actor, now=now)


def _drafted(
    case: Complaint, kind: str, language: str, actor: User, *, now: datetime, text: str = "",
    extension: Extension | None = None,
) -> Letter:  # fmt: skip
    letter = Letter.objects.create(
        reference=next_reference("L"), complaint=case, kind=kind, language=language,
        subject=subject_of(case, kind, language), text=text or draft_of(case, kind, language),
        department=case.contact_department, author=actor, extension=extension, written_at=now,
        email=case.customer.email,
    )  # fmt: skip
    note_down(letter, "letter:drafted", actor=actor, now=now, data={"kind": str(kind)})
    return letter


@transaction.atomic
def revise(
    *,
    letter: Letter,
    actor: User,
    subject: str,
    text: str,
    now: datetime,
    version: int | None = None,
) -> Letter:
    """Other words, before it goes out."""
    draft = begin(letter, "revise", actor=actor, version=version)
    draft.subject = require(subject, "subject", _("Write the subject."))
    draft.text = require(text, "text", _("Write the letter."))
    finish(draft, "revise", actor=actor, now=now)
    return draft


@transaction.atomic
def send(
    *, letter: Letter, actor: User, email: str, now: datetime, version: int | None = None
) -> Letter:
    """By mail, with the PDF attached; it counts as sent when the mail server has taken it."""
    leaving = begin(letter, "send", actor=actor, version=version)
    leaving.email = require(email, "email", _("Give the customer's e-mail address."))
    leaving.sent_by = actor
    finish(leaving, "send", actor=actor, now=now, text=leaving.text, data={"to": leaving.email})
    queue(leaving, now=now)
    return leaving


def queue(letter: Letter, *, now: datetime) -> Posting:
    """A row of the queue; handed to a worker after the commit. Called inside a move."""
    posting = Posting.objects.create(
        letter=letter,
        message_id=message_id(f"letter-{letter.reference}", secrets.token_hex(8)),
        next_attempt_at=now,
        created_at=now,
    )
    transaction.on_commit(partial(broker.ask, TASK, []), robust=True)
    return posting


@transaction.atomic
def post(
    *,
    letter: Letter,
    actor: User,
    on: date,
    how: str = Contact.Means.LETTER,
    now: datetime,
    version: int | None = None,
) -> Letter:
    """Printed, and sent by post or handed over on a day."""
    posted = begin(letter, "post", actor=actor, version=version)
    if on > timezone.localdate(now):
        raise Invalid(_("That is still to come."), "on")
    if on < timezone.localdate(posted.complaint.received_at):
        raise Invalid(_("That was before the complaint was received."), "on")
    posted.posted_on, posted.sent_by, posted.sent_at = on, actor, now
    data = {"on": on.isoformat(), "how": str(how)}
    entry = finish(posted, "post", actor=actor, now=now, text=posted.text, data=data)
    _is_out(posted, entry, actor, means=how, now=now)
    return posted


@transaction.atomic
def discard(
    *, letter: Letter, actor: User, now: datetime, version: int | None = None
) -> Letter:
    """It is not sent."""
    gone = begin(letter, "withdraw", actor=actor, version=version)
    gone.ended_at = now
    finish(gone, "withdraw", actor=actor, now=now)
    return gone


def holding_letter_of(extension: Extension, *, actor: User, now: datetime) -> Letter:
    """The letter of a later date: leaves by mail at once, else waits to be printed and posted.

    Called inside the move that grants the date.
    """
    case = extension.complaint
    language = language_of(case.customer, case)
    letter = _drafted(
        case, Kind.HOLDING, language, extension.asked_by, now=now, text=extension.letter,
        extension=extension,
    )  # fmt: skip
    if letter.email:
        letter.sent_by = extension.asked_by
        finish(letter, "send", actor=actor, now=now, text=letter.text, data={"to": letter.email})
        queue(letter, now=now)
    return letter


# --- After it went out, or could not --------------------------------------------------------------
@transaction.atomic
def went_out(*, letter: Letter, now: datetime) -> None:
    """The mail server took it."""
    lock_stream(letter.complaint.reference)
    sent = Letter.objects.select_related("complaint", "sent_by").get(pk=letter.pk)
    sent.state, sent.sent_at, sent.version = State.SENT, now, sent.version + 1
    sent.save()
    data = {"to": sent.email, "version": sent.version, "sha256": sent.pdf_sha256}
    entry = note_down(sent, "letter:sent", actor=sent.sent_by, now=now, data=data)
    _is_out(sent, entry, sent.sent_by, means=Contact.Means.MAIL, now=now)


@transaction.atomic
def could_not_go(*, letter: Letter, reason: str, now: datetime) -> None:
    """No further attempt would help: whoever keeps the customer is told."""
    lock_stream(letter.complaint.reference)
    failed = Letter.objects.select_related("complaint__contact_owner", "sent_by").get(pk=letter.pk)
    failed.state, failed.version = State.FAILED, failed.version + 1
    failed.save()
    data = {"to": failed.email, "version": failed.version, "reason": reason}
    entry = note_down(failed, "letter:failed", actor=None, now=now, data=data)
    people = [failed.sent_by, failed.complaint.contact_owner]
    tell(
        people=people, kind="letter_failed", entry=entry, subject=failed.reference,
        label=failed.subject, now=now, data={"reason": reason, "to": failed.email},
    )  # fmt: skip


def _is_out(letter: Letter, entry: Entry, actor: User | None, *, means: str, now: datetime) -> None:
    """The customer was told by it."""
    case = letter.complaint
    at = now
    contacts.log(
        entry, case, actor=actor, at=at, direction=Contact.Direction.OUT, means=means
    )
    if letter.kind == Kind.ACKNOWLEDGEMENT and case.state == Complaint.State.RECEIVED:
        finish(case, "acknowledge", actor=actor, now=now, data={"letter": letter.reference})
        meet_deadline(subject=case.reference, kind=Deadline.Kind.ACKNOWLEDGE, now=now)
    clocks.customer_told(case, now=now)
