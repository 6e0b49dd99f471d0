"""What ends with a case: its tickets, promises, clocks and escalations."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Commitment, Complaint, Extension, Ticket
from complaints.services import clocks, limits
from complaints.services.holding import end_holding
from complaints.services.moving import finish
from departments.models import User
from escalations.services import withdraw_escalations


def end_case(case: Complaint, verb: str, *, actor: User, now: datetime) -> None:
    """Nothing on an ended case is due any more. Called inside the move that ends it."""
    clocks.stop_all(case, now=now)
    stop_waiting(case, actor=actor, now=now)
    for ticket in case.tickets.open().select_related("complaint"):
        end_thing(ticket, actor=actor, now=now)
    for commitment in case.commitments.filter(state="made").select_related("complaint"):
        end_thing(commitment, actor=actor, now=now)
    withdraw_escalations(stream=case.reference, now=now)
    end_holding(case, verb, now=now)


def stop_waiting(case: Complaint, *, actor: User, now: datetime) -> None:
    """Nobody waits for a later date, nor for what the clock stood still for: it is resolved."""
    for extension in case.extensions.waiting().select_related("complaint"):
        end_thing(extension, actor=actor, now=now)
    waits = case.commitments.filter(state="made", kind=Commitment.Kind.WAIT)
    for wait in waits.select_related("complaint"):
        end_thing(wait, actor=actor, now=now)
    if case.paused_for:
        case.paused_for = ""
        case.save(update_fields=["paused_for"])


def end_thing(thing: Ticket | Commitment | Extension, *, actor: User | None, now: datetime) -> None:
    """Withdraw a ticket, a promise or what waits for approval because what it was for has ended."""
    thing.ended_at = now
    data: dict[str, object] = {"because": "ended"}
    if isinstance(thing, Commitment):
        # A promise that was late already counts as broken, however it ends.
        data["late"] = now > thing.first_promised_at
    finish(thing, "withdraw", actor=actor, now=now, data=data)
    clocks.stop_all(thing, now=now)
    if not isinstance(thing, Extension):
        limits.settled(thing, now=now)


def involved_people(case: Complaint) -> list[User]:
    """First-contact owner, and owners and askers of the tickets that are not done."""
    people = {case.contact_owner_id: case.contact_owner}
    for ticket in case.tickets.open().select_related("owner", "asked_by"):
        people[ticket.asked_by_id] = ticket.asked_by
        if ticket.owner:
            people[ticket.owner.pk] = ticket.owner
    return list(people.values())
