"""Where somebody who types a reference wants to go."""

from __future__ import annotations

import re

from django.db.models import QuerySet
from django.urls import reverse

from complaints.models import Commitment, Complaint, Extension, Ticket
from departments.models import User
from escalations.models import Escalation

_REFERENCE = re.compile(r"(C|T|P|E|X)-?((?:\d{4}-)?\d{1,12})", re.IGNORECASE | re.ASCII)


def address_of(text: str, *, user: User) -> str:
    """The page of the thing with this reference, if the person may see it; else ''."""
    match = _REFERENCE.fullmatch("".join(text.split()))
    if match is None:
        return ""
    kind, reference = match[1].upper(), f"{match[1].upper()}-{match[2]}"
    if not _visible(kind, user).filter(reference=reference).exists():
        return ""
    if kind == "C":
        return reverse("complaints:case", args=[reference])
    return reverse("complaints:go", args=[reference])


def _visible(kind: str, user: User) -> QuerySet:
    if kind == "C":
        return Complaint.objects.visible_to(user)
    if kind == "T":
        return Ticket.objects.visible_to(user)
    if kind == "P":
        return Commitment.objects.filter(complaint__in=Complaint.objects.visible_to(user))
    if kind == "X":
        return Extension.objects.visible_to(user)
    return Escalation.objects.visible_to(user)
