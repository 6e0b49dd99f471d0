"""Customers: found again, or new; their identity sealed, and shown only with a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import rules
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.encryption import blind_index, seal, unseal
from complaints.models import Category, Complaint, Customer
from complaints.search import search_vector
from complaints.services.moving import note_down
from departments.models import User
from journal.errors import NotAllowed
from journal.services import lock_stream

_TAIL = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCustomer:
    """What is known of a customer who was not found."""

    name: str
    phone: str = ""
    email: str = ""
    identity_type: str = ""
    identity_number: str = ""
    group: Category | None = None
    language: str = ""


def find_or_add(*, given: NewCustomer, now: datetime) -> Customer:
    """The customer with this identity number, else a new one."""
    index = blind_index(given.identity_number)
    known = Customer.objects.filter(identity_index=index) if index else Customer.objects.none()
    try:
        with transaction.atomic():
            return known.first() or _add(given, index, now=now)
    except IntegrityError:
        # Somebody else wrote the same customer down at the same moment.
        return known.get()


def _add(given: NewCustomer, index: str, *, now: datetime) -> Customer:
    plain = "".join(given.identity_number.split())
    customer = Customer.objects.create(
        name=given.name,
        phone=given.phone,
        email=given.email,
        identity_type=given.identity_type,
        identity_sealed=seal(plain),
        identity_index=index,
        identity_tail=plain[-_TAIL:] if len(plain) > _TAIL else "",
        group=given.group,
        language=given.language,
        search=search_vector(given.name, given.phone, given.email),
        created_at=now,
    )
    customer.refresh_from_db(fields=["search"])
    return customer


@transaction.atomic
def reveal_identity(*, complaint: Complaint, actor: User, now: datetime) -> str:
    """The identity number in full; the journal keeps who looked."""
    if not rules.has_perm("complaints.reveal_identity", actor, complaint):
        raise NotAllowed(_("Identity numbers are shown to customer service and compliance only."))
    lock_stream(complaint.reference)
    note_down(complaint, "customer:identity_revealed", actor=actor, now=now)
    return unseal(complaint.customer.identity_sealed)
