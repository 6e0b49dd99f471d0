"""A nudge: whoever waits reminds whoever owes. It moves nothing, and is written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import rules
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Ticket
from complaints.services.moving import note_down, stream_of
from complaints.services.people import people_of
from departments.models import User
from departments.queries import stand_in_of
from journal.errors import IllegalMove, NotAllowed
from journal.models import Entry
from journal.services import lock_stream
from notifications.services import tell

NUDGE_PAUSE = timedelta(hours=1)
"""The same person reminds of the same thing once within this time."""
_OWED = {
    Ticket: (Ticket.State.OPEN, Ticket.State.ACCEPTED, Ticket.State.BLOCKED),
    Commitment: (Commitment.State.MADE,),
}


@dataclass(frozen=True, slots=True)
class Nudge:
    """When the reminder was sent; `is_new` is False where an earlier one still counts."""

    at: datetime
    is_new: bool


@transaction.atomic
def nudge(*, thing: Ticket | Commitment, actor: User, now: datetime) -> Nudge:
    """Remind whoever owes it; within an hour of the last time, only say when that was.

    Raises NotAllowed for those who do not wait for it, IllegalMove where nobody owes it.
    """
    lock_stream(stream_of(thing))
    owed = _fresh(thing)
    if not rules.has_perm(f"complaints.{_permission(owed)}", actor, owed):
        raise NotAllowed(_("This is not yours to do."))
    if owed.state not in _OWED[type(owed)] or not owed.complaint.is_open:
        raise IllegalMove(
            _("Nobody owes this any more: the state is “%(state)s”.")
            % {"state": owed.get_state_display()}
        )
    earlier = _last(owed, actor, now)
    if earlier is not None:
        return Nudge(earlier, is_new=False)
    _remind(owed, actor, now=now)
    return Nudge(now, is_new=True)


def nudge_tag(kind: type[Ticket | Commitment]) -> str:
    """How a nudge is written down."""
    return "ticket:nudged" if kind is Ticket else "commitment:nudged"


def _permission(owed: Ticket | Commitment) -> str:
    return "nudge_ticket" if isinstance(owed, Ticket) else "nudge_commitment"


def _fresh(thing: Ticket | Commitment) -> Any:
    """As it is now; every move holds the lock of the case that we hold."""
    rows = type(thing)._default_manager.select_related("complaint", "department", "owner")
    return rows.get(pk=thing.pk)


def _last(owed: Ticket | Commitment, actor: User, now: datetime) -> datetime | None:
    entries = Entry.objects.filter(
        subject=owed.reference, tag=nudge_tag(type(owed)), actor=actor, at__gt=now - NUDGE_PAUSE
    )
    return entries.order_by("-seq").values_list("at", flat=True).first()


def _remind(owed: Ticket | Commitment, actor: User, *, now: datetime) -> None:
    people = [person for person in _who_owes(owed, now) if person != actor]
    if not people:
        raise IllegalMove(_("There is nobody else to remind: it is yours to do."))
    due_at = owed.needed_by if isinstance(owed, Ticket) else owed.promised_at
    data = {"told": [person.pk for person in people], "due_at": due_at.isoformat()}
    entry = note_down(owed, nudge_tag(type(owed)), actor=actor, now=now, data=data)
    label = owed.title if isinstance(owed, Ticket) else owed.what
    tell(
        people=people,
        kind="nudged",
        entry=entry,
        subject=owed.reference,
        label=label,
        now=now,
        data={"due_at": data["due_at"]},
    )


def _who_owes(owed: Ticket | Commitment, now: datetime) -> Iterable[User]:
    """The owner, and who stands in while they are away; the department while nobody owns it."""
    if owed.owner is None:
        return people_of(owed.department)
    stand_in = stand_in_of(owed.owner, now)
    return [owed.owner, stand_in] if stand_in else [owed.owner]
