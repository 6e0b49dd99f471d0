"""Who may make which move.

`rules` is asked directly, never Django's backends: a superuser gets nothing here.
"""

from __future__ import annotations

import rules

from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.states import (
    COMMITMENT_MOVES,
    COMPLAINT_MOVES,
    ESCALATION_MOVES,
    EXTENSION_MOVES,
    TICKET_MOVES,
    Move,
)
from complaints.things import Thing as CaseThing
from complaints.things import case_of
from departments.models import User
from departments.standing import Standing, standing_of
from escalations.models import Escalation
from escalations.permissions import may_decide


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


_OWNER_OR_LEADER = is_contact_owner | leads_first_contact
_ASKED_OR_LEADER = is_asked | leads_asked

_COMPLAINT_RULES = {
    "acknowledge": is_first_contact,
    "ask": takes_part,
    "promise": takes_part,
    "inform": is_first_contact,
    "propose_resolution": _OWNER_OR_LEADER,
    "customer_accepts": _OWNER_OR_LEADER,
    "customer_refuses": _OWNER_OR_LEADER,
    "close": _OWNER_OR_LEADER,
    "reopen": is_first_contact | is_compliance,
    "withdraw": _OWNER_OR_LEADER,
    "assign": is_first_contact,
    "change_severity": is_first_contact | is_compliance,
    "recategorise": is_first_contact | is_compliance,
    "extend": _OWNER_OR_LEADER,
    "pause": _OWNER_OR_LEADER,
    "resume": _OWNER_OR_LEADER,
    "escalate": takes_part,
    "note": takes_part | is_customer_service | is_compliance,
}
_TICKET_RULES = {
    "accept": is_asked,
    "answer": _ASKED_OR_LEADER,
    "confirm": is_asker,
    "reject": is_asker,
    "return": _ASKED_OR_LEADER,
    "complete": is_asker,
    "forward": _ASKED_OR_LEADER,
    "block": _ASKED_OR_LEADER,
    "unblock": _ASKED_OR_LEADER,
    "move_date": _ASKED_OR_LEADER,
    "reassign": _ASKED_OR_LEADER,
    "ask": _ASKED_OR_LEADER,
    "withdraw": is_asker,
    "reopen": is_asker,
}
_COMMITMENT_RULES = {
    "keep": (is_owner | leads_asked) & stands_alone,
    "move_date": (is_owner | leads_asked) & stands_alone,
    "withdraw": (was_promised | leads_asked) & stands_alone,
}

_EXTENSION_RULES = {
    "approve": may_approve,
    "refuse": may_approve,
    "withdraw": asked_for_it,
}
_ESCALATION_RULES = {"acknowledge": may_decide, "decide": may_decide}

Thing = CaseThing | Escalation

_TABLES: dict[type, tuple[str, dict[str, Move], dict[str, rules.Predicate]]] = {
    Complaint: ("complaint", COMPLAINT_MOVES, _COMPLAINT_RULES),
    Ticket: ("ticket", TICKET_MOVES, _TICKET_RULES),
    Commitment: ("commitment", COMMITMENT_MOVES, _COMMITMENT_RULES),
    Extension: ("extension", EXTENSION_MOVES, _EXTENSION_RULES),
    Escalation: ("escalation", ESCALATION_MOVES, _ESCALATION_RULES),
}

for _noun, _moves, _rules in _TABLES.values():
    for _verb in _moves:
        rules.add_perm(f"complaints.{_verb}_{_noun}", _rules[_verb])

# Who waits for it may remind; no move, for nothing changes by it.
rules.add_perm("complaints.nudge_ticket", is_asker | keeps_customer)
rules.add_perm("complaints.nudge_commitment", was_promised | keeps_customer)
rules.add_perm("complaints.file_complaint", is_customer_service)
rules.add_perm("complaints.reveal_identity", is_customer_service | is_compliance)
rules.add_perm("complaints.override_closure", leads_first_contact)


def moves_of(thing: Thing) -> dict[str, Move]:
    """The state diagram of the thing."""
    return _TABLES[type(thing)][1]


def may(user: User, verb: str, thing: Thing) -> bool:
    """Whether this person may ever make this move, whatever the state."""
    return rules.has_perm(f"complaints.{verb}_{_TABLES[type(thing)][0]}", user, thing)


def allowed_moves(user: User, thing: Thing) -> list[str]:
    """The verbs that state and permission allow, in the order of the diagram."""
    if isinstance(thing, Ticket | Commitment | Extension) and not thing.complaint.is_open:
        return []
    return [
        verb
        for verb, move in moves_of(thing).items()
        if thing.state in move.sources and fits(thing, verb) and may(user, verb, thing)
    ]


def fits(thing: Thing, verb: str) -> bool:
    """Whether the date of the case stands still or runs, as the move wants it."""
    if not isinstance(thing, Complaint) or verb not in ("extend", "pause", "resume"):
        return True
    return bool(thing.paused_for) == (verb == "resume")
