"""A leader who does not decide yet: asks a department for another option, or passes it up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, OptionAsked, Ticket
from complaints.services.addressing import let_read
from complaints.services.decisions import keep_words
from complaints.services.moving import require, require_future
from complaints.services.optiontickets import open_quietly
from complaints.services.people import active_or_invalid
from complaints.services.ticket_notices import tell_asked
from departments.models import Department, User
from escalations.models import Escalation
from escalations.services import await_option, pass_up_escalation
from journal.errors import IllegalMove
from journal.models import Entry
from journal.references import next_reference


@transaction.atomic
def ask_option(
    *,
    escalation: Escalation,
    actor: User,
    department: Department,
    what: str,
    by_when: datetime,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """Another option is wanted of a department by a date; until then nobody reminds the leader."""
    what = require(what, "what", _("Say which option you miss."))
    require_future(by_when, "by_when", now=now)
    active_or_invalid(department, "department")
    reference = next_reference("T")
    asked = await_option(
        escalation=escalation, what=what, by_when=by_when, ticket=reference, actor=actor, now=now,
        version=version,
    )  # fmt: skip
    case = Complaint.objects.select_for_update().get(reference=asked.stream)
    if not case.is_open:
        raise IllegalMove(_("The case is closed. Reopen it first."))
    keep_words(case, asked, what)
    ticket = open_quietly(
        case,
        reference=reference,
        department=department,
        asked_by=actor,
        asking=asked.seat,
        title=_("Another option for %(reference)s") % {"reference": asked.reference},
        ask=what,
        needed_by=by_when,
        purpose=Ticket.Purpose.ASK,
        actor=actor,
        now=now,
    )
    OptionAsked.objects.create(escalation=asked, ticket=ticket, by_when=by_when)
    opened = Entry.objects.get(stream=case.reference, subject=reference, tag="ticket:opened")
    tell_asked(ticket, "option_asked", opened, now=now)
    return ticket


@transaction.atomic
def pass_up(
    *,
    escalation: Escalation,
    actor: User,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """The next leader above decides; why stays with the case."""
    passed = pass_up_escalation(
        escalation=escalation, reason=reason, actor=actor, now=now, version=version
    )
    case = Complaint.objects.get(reference=passed.stream)
    keep_words(case, passed, reason.strip())
    let_read(case, passed, now=now)
    return passed
