"""Words with the customer: each one is kept, with what was promised in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Complaint, Contact, FollowUp
from complaints.models.contact import BEST, WORST
from complaints.services import clocks
from complaints.services.moving import begin, finish, require
from departments.models import User
from journal.errors import Invalid
from journal.models import Entry

Means, Direction = Contact.Means, Contact.Direction
HEARD = "complaint:customer_heard"


@transaction.atomic
def inform_customer(
    *,
    complaint: Complaint,
    actor: User,
    what: str,
    direction: str = Direction.OUT,
    means: str = Means.UNSAID,
    at: datetime | None = None,
    with_whom: str = "",
    quoted: Sequence[Commitment] = (),
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """A contact with the customer. Only what we told them meets the clock that asks for it."""
    case = begin(complaint, "inform", actor=actor, version=version)
    what = require(what, "what", _("Say what was said."))
    at = _happened(at, case, now=now)
    told = direction == Direction.OUT
    named = _quoted(case, quoted) if told else []
    data = {"means": str(means), "at": at.isoformat(), "with": with_whom, "quoted": named}
    tag = "" if told else HEARD
    entry = finish(case, "inform", actor=actor, now=now, text=what, tag=tag, data=data)
    log(
        entry, case, actor=actor, at=at, direction=direction, means=means,
        with_whom=with_whom, quoted=named,
    )  # fmt: skip
    if told:
        clocks.customer_told(case, now=now)
    return case


@transaction.atomic
def follow_up(
    *,
    complaint: Complaint,
    actor: User,
    said: str,
    satisfaction: int | None = None,
    words: str = "",
    means: str = Means.PHONE,
    at: datetime | None = None,
    now: datetime,
    version: int | None = None,
) -> FollowUp:
    """The customer was asked afterwards whether it works, and how satisfied they are."""
    case = begin(complaint, "follow_up", actor=actor, version=version)
    said = require(said, "said", _("Write down what was said."))
    if satisfaction is not None and not WORST <= satisfaction <= BEST:
        raise Invalid(_("Choose from 1 to 5."), "satisfaction")
    at = _happened(at, case, now=now)
    case.follow_up = said
    data = {"means": str(means), "at": at.isoformat(), "satisfaction": satisfaction}
    entry = finish(case, "follow_up", actor=actor, now=now, text=said, data=data)
    log(entry, case, actor=actor, at=at, direction=Direction.OUT, means=means)
    clocks.customer_told(case, now=now)
    return FollowUp.objects.create(
        complaint=case, entry=entry, department=case.contact_department, at=at,
        satisfaction=satisfaction, words=words.strip(),
    )  # fmt: skip


def log(
    entry: Entry,
    case: Complaint,
    *,
    actor: User | None,
    at: datetime,
    direction: str,
    means: str = Means.UNSAID,
    with_whom: str = "",
    quoted: Sequence[dict[str, str]] = (),
) -> Contact:
    """Put what an entry tells into the contact log. Called inside a move."""
    return Contact.objects.create(
        complaint=case, entry=entry, at=at, means=means, direction=direction, person=actor,
        with_whom=with_whom.strip()[:80], quoted=list(quoted),
    )  # fmt: skip


def quotable(case: Complaint) -> list[Commitment]:
    """What is promised to somebody, whose date the customer can be told; soonest first."""
    made = case.commitments.filter(state="made", made_to__isnull=False)
    return list(made.select_related("owner", "department").order_by("promised_at", "pk"))


def _quoted(case: Complaint, promises: Sequence[Commitment]) -> list[dict[str, str]]:
    """As they stand at this moment: a date that moves later shows what the customer was told."""
    if any(promise.complaint_id != case.pk for promise in promises):
        raise Invalid(_("Choose promises of this case."), "quoted")
    return [
        {"reference": one.reference, "what": one.what, "at": one.promised_at.isoformat()}
        for one in promises
    ]


def _happened(at: datetime | None, case: Complaint, *, now: datetime) -> datetime:
    """When it was; never to come, never before the complaint."""
    if at is None:
        return now
    if at > now:
        raise Invalid(_("That is still to come."), "at")
    if at < case.received_at:
        raise Invalid(_("That was before the complaint was received."), "at")
    return at
