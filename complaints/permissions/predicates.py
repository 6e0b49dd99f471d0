"""What a person is to a case, a ticket, a promise: the words in which rules are written."""

from __future__ import annotations

import rules

from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.things import Thing as CaseThing
from complaints.things import case_of
from departments.models import User
from departments.standing import Standing, standing_of


def _standing(user: User) -> Standing:
    return standing_of(user)


def _is(user: User, person_id: int | None) -> bool:
    """The person, or who stands in for them now."""
    return person_id is not None and (
        user.pk == person_id or person_id in _standing(user).stands_in_for
    )


def _works_in(user: User, department_id: int | None) -> bool:
    standing = _standing(user)
    return department_id in standing.departments or department_id in standing.oversees


@rules.predicate
def is_customer_service(user: User, _thing: object = None) -> bool:
    """Works in, or leads, a department of customer service."""
    return "customer_service" in _standing(user).kinds


@rules.predicate
def is_compliance(user: User, _thing: object = None) -> bool:
    """Works in, or leads, a department of compliance."""
    return "compliance" in _standing(user).kinds


@rules.predicate
def is_first_contact(user: User, case: Complaint) -> bool:
    """Works in, or leads, the department of first contact."""
    return _works_in(user, case.contact_department_id)


@rules.predicate
def is_contact_owner(user: User, case: Complaint) -> bool:
    """Keeps the customer, or stands in for who does."""
    return _is(user, case.contact_owner_id)


@rules.predicate
def leads_first_contact(user: User, case: Complaint) -> bool:
    """Leads the department of first contact, or one above it."""
    return case.contact_department_id in _standing(user).oversees


@rules.predicate
def takes_part(user: User, thing: CaseThing) -> bool:
    """Works in a department that has a part in the case."""
    # A page that fetched them beforehand asks this many times, for nothing.
    involved = {part.department_id for part in case_of(thing).involvements.all()}
    return not _standing(user).reach.isdisjoint(involved)


@rules.predicate
def is_asked(user: User, ticket: Ticket) -> bool:
    """Owns the ticket; while nobody does, works in the department that is asked."""
    if ticket.owner_id is None:
        return _works_in(user, ticket.department_id)
    return _is(user, ticket.owner_id)


@rules.predicate
def is_owner(user: User, thing: Ticket | Commitment) -> bool:
    """Owns it, or stands in for who does."""
    return _is(user, thing.owner_id)


@rules.predicate
def leads_asked(user: User, thing: Ticket | Commitment) -> bool:
    """Leads the department that owes it, or one above it."""
    return thing.department_id in _standing(user).oversees


@rules.predicate
def is_asker(user: User, ticket: Ticket) -> bool:
    """Works in, or leads, the department that asks."""
    return _works_in(user, ticket.asking_department_id)


@rules.predicate
def was_promised(user: User, commitment: Commitment) -> bool:
    """Is the person to whom it was promised."""
    return _is(user, commitment.made_to_id)


@rules.predicate
def keeps_customer(user: User, thing: Ticket | Commitment) -> bool:
    """Keeps the customer of the case, or stands in for who does."""
    return _is(user, thing.complaint.contact_owner_id)


@rules.predicate
def stands_alone(_user: User, commitment: Commitment) -> bool:
    """Not the promise to deliver a ticket: that one is kept by answering."""
    return commitment.ticket_id is None or commitment.kind == Commitment.Kind.UNBLOCK


@rules.predicate
def may_approve(user: User, extension: Extension) -> bool:
    """The leader who is asked, who stands in for them, or a leader above: never who asked.

    Who stands in for the asker has the asker's powers, which do not count here: only their own do.
    """
    standing = _standing(user)
    askers = {extension.asked_by_id, extension.asked_for_id} - {None}
    if user.pk in askers or not standing.is_active:
        return False
    if askers & standing.stands_in_for:
        return user.pk == extension.leader_id
    return _is(user, extension.leader_id) or extension.department_id in standing.oversees


@rules.predicate
def asked_for_it(user: User, extension: Extension) -> bool:
    """Asked for the later date, keeps the customer, or leads who does."""
    case = extension.complaint
    return (
        user.pk in (extension.asked_by_id, extension.asked_for_id)
        or _is(user, case.contact_owner_id)
        or case.contact_department_id in _standing(user).oversees
    )
