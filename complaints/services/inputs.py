"""What a need lacks, and who supplies it: until then its ticket cannot be answered."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import NeedInput, Ticket
from departments.models import User
from journal.errors import Invalid


def still_lacking(ticket: Ticket) -> list[NeedInput]:
    """What has to be supplied before the ticket can be answered, and is not there yet."""
    lacking = NeedInput.objects.filter(need__ticket=ticket, supplied_at__isnull=True)
    # What nobody supplies any more, because its ticket was withdrawn, holds nothing up.
    return list(
        lacking.exclude(ticket__state=Ticket.State.WITHDRAWN).select_related(
            "from_department", "ticket"
        )
    )


def require_inputs(ticket: Ticket) -> None:
    """Raises Invalid while something that the ticket needs was not supplied."""
    lacking = still_lacking(ticket)
    if lacking:
        named = "; ".join(
            _("%(name)s (%(department)s, %(ticket)s)")
            % {
                "name": one.name,
                "department": one.from_department.name,
                "ticket": one.ticket.reference if one.ticket else "—",
            }
            for one in lacking
        )
        raise Invalid(_("First this has to be supplied: %(names)s.") % {"names": named}, "text")


def supplied(ticket: Ticket, *, actor: User, now: datetime) -> User | None:
    """The answer of a ticket that asks for an input is its value; who waits for it, if anybody.

    Called inside a move.
    """
    found = NeedInput.objects.filter(ticket=ticket).select_related("need__ticket__owner").first()
    if found is None:
        return None
    found.value, found.supplied_by, found.supplied_at = ticket.answer, actor, now
    found.save(update_fields=["value", "supplied_by", "supplied_at"])
    return found.need.ticket.owner if found.need.ticket else None


def taken_back(ticket: Ticket) -> None:
    """What was supplied is not right: it lacks again. Called inside a move."""
    NeedInput.objects.filter(ticket=ticket).update(value="", supplied_by=None, supplied_at=None)
