"""Filing a complaint: one record, one first-contact owner, and the clocks start."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rules
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Category, Complaint, Customer, Holding
from complaints.search import search_of
from complaints.services import clocks, limits
from complaints.services.attachments import attach
from complaints.services.customers import NewCustomer, find_or_add
from complaints.services.holding import involve
from complaints.services.moving import note_down
from complaints.services.sorting import require_preset
from complaints.services.submissions import once
from departments.models import Department, User
from departments.standing import standing_of
from escalations.models import Preset
from journal.errors import Invalid, NotAllowed
from journal.references import next_reference
from notifications.services import tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """What customer service wrote down. `customer` is one found, or what is known of a new one."""

    customer: Customer | NewCustomer
    channel: str
    title: str
    description: str
    remedy_sought: str
    severity: str
    category: Category
    received_at: datetime
    cause: Category | None = None
    product: str = ""
    account: str = ""
    # None where nobody said; "" where no regulator's rules hold.
    preset: str | None = None
    # Of a customer who is known already; nothing changes where it is not said.
    group: Category | None = None
    statutory_major: bool = False
    files: Sequence[UploadedFile[Any]] = field(default_factory=tuple)


@transaction.atomic
def file_complaint(
    *, filing: Filing, actor: User, now: datetime, token: uuid.UUID | None = None
) -> Complaint:
    """File it once: the same `token` sent again finds the complaint that it made.

    The person who files is its first-contact owner until it is closed.
    """
    if not rules.has_perm("complaints.file_complaint", actor):
        raise NotAllowed(_("Complaints are filed by customer service."))
    if filing.received_at > now:
        raise Invalid(_("It cannot have been received in the future."), "received_at")
    _require_preset(filing)
    made = once(token, actor=actor)
    if made:
        return Complaint.objects.get(reference=made)
    complaint = _write(filing, actor, now=now)
    once(token, actor=actor, made=complaint.reference, now=now)
    return complaint


def _require_preset(filing: Filing) -> None:
    """What a regulator forwards goes by somebody's rules, or expressly by none."""
    if filing.preset is None and filing.channel == Complaint.Channel.REGULATOR:
        if Preset.objects.exists():
            raise Invalid(_("Say whose rules hold, or choose “None”."), "preset")
    else:
        require_preset(filing.preset or "")


def _write(filing: Filing, actor: User, *, now: datetime) -> Complaint:
    customer = (
        find_or_add(given=filing.customer, now=now)
        if isinstance(filing.customer, NewCustomer)
        else filing.customer
    )
    if filing.group is not None and customer.group != filing.group:
        customer.group = filing.group
        customer.save(update_fields=["group"])
    department = contact_department_of(actor)
    complaint = Complaint(
        reference=next_reference("C", year=now.year),
        severity=filing.severity,
        statutory_major=filing.statutory_major,
        channel=filing.channel,
        customer=customer,
        title=filing.title,
        description=filing.description,
        remedy_sought=filing.remedy_sought,
        category=filing.category,
        cause=filing.cause,
        product=filing.product,
        account=filing.account,
        preset=filing.preset or "",
        received_at=filing.received_at,
        filed_at=now,
        filed_by=actor,
        contact_department=department,
        contact_owner=actor,
        holder_department=department,
        holder=actor,
    )
    complaint.search = search_of(complaint)
    complaint.save(force_insert=True)
    _begin_record(complaint, filing, actor, now=now)
    return complaint


def _begin_record(complaint: Complaint, filing: Filing, actor: User, *, now: datetime) -> None:
    entry = note_down(
        complaint,
        "complaint:filed",
        actor=actor,
        now=now,
        text=filing.description,
        data={"version": 1, "severity": filing.severity, "channel": filing.channel},
    )
    for file in filing.files:
        attach(complaint=complaint, entry=entry, file=file)
    involve(complaint, complaint.contact_department, now=now)
    Holding.objects.create(
        complaint=complaint, department=complaint.contact_department, person=actor, since=now
    )
    clocks.start_case(complaint, now=now)
    limits.recurred(complaint, now=now)
    if complaint.severity == "major" and complaint.contact_department.leader:
        tell(
            people=[complaint.contact_department.leader],
            kind="major_filed",
            entry=entry,
            subject=complaint.reference,
            label=complaint.title,
            now=now,
        )


def contact_department_of(actor: User) -> Department:
    """The customer service department that keeps what this person files."""
    own = standing_of(actor).departments
    return Department.objects.filter(pk__in=own, kind=Department.Kind.CUSTOMER_SERVICE).earliest(
        "pk"
    )
