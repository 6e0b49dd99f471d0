"""What a case is made of: each of these belongs to exactly one case."""

from __future__ import annotations

from complaints.models import Commitment, Complaint, Extension, Letter, Ticket

Thing = Complaint | Ticket | Commitment | Extension | Letter


def case_of(thing: Thing) -> Complaint:
    """The case itself, or the one to which the thing belongs."""
    return thing if isinstance(thing, Complaint) else thing.complaint
