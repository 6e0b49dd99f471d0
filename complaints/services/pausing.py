"""The clock of a case stands still: only for what the policy lists, and never for good.

Whoever keeps the customer promises to look after what is waited for: that promise has a date,
reminds and climbs like any other, and when it ends the clock runs on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Commitment, Complaint
from complaints.services import clocks, commitments
from complaints.services.blocking import run_on
from complaints.services.moving import begin, finish, require, require_future
from departments.models import User
from escalations.models import Deadline
from escalations.services import pause_deadline
from escalations.services.policies import rules_of
from escalations.wording import pause_words
from journal.errors import IllegalMove, Invalid


def reasons_of(clock: Deadline | None) -> list[str]:
    """For which reasons the policy lets this clock stand still."""
    if clock is None:
        return []
    rules = rules_of(clock.policy_version)
    return sorted(rules.pause_reasons.get(clock.kind, frozenset()))


@transaction.atomic
def pause(
    *,
    complaint: Complaint,
    actor: User,
    why: str,
    waits_for: str,
    until: datetime,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """Stop the clock, saying who or what is waited for; `until` is when to look after it."""
    case = begin(complaint, "pause", actor=actor, version=version)
    clock = clocks.resolving(case)
    _require_listed(clock, why)
    waits_for = require(waits_for, "waits_for", _("Say who or what is waited for."))
    require_future(until, "until", now=now)
    case.paused_for = why
    data = {"reason": why, "until": until.isoformat()}
    finish(case, "pause", actor=actor, now=now, text=waits_for, data=data)
    assert clock is not None
    pause_deadline(subject=case.reference, kind=clock.kind, reason=why, now=now)
    commitments.make(
        case,
        what=waits_for,
        owner=case.contact_owner,
        department=case.contact_department,
        promised_at=until,
        actor=actor,
        made_to=None,
        now=now,
        kind=Commitment.Kind.WAIT,
    )
    return case


def _require_listed(clock: Deadline | None, why: str) -> None:
    if clock is None:
        raise IllegalMove(_("No date for resolving this case runs."))
    listed = reasons_of(clock)
    if not listed:
        raise IllegalMove(_("The policy of this case never lets its clock stand still."))
    if why not in listed:
        raise Invalid(
            _("The policy of this case lets its clock stand still only for: %(reasons)s.")
            % {"reasons": "; ".join(pause_words(code) for code in listed)},
            "why",
        )


@transaction.atomic
def resume(
    *,
    complaint: Complaint,
    actor: User,
    what: str,
    now: datetime,
    version: int | None = None,
) -> Complaint:
    """What was waited for is here, or will not come: the clock runs on with what was left."""
    case = begin(complaint, "resume", actor=actor, version=version)
    what = require(what, "what", _("Say what came of it."))
    waits = case.commitments.filter(state="made", kind=Commitment.Kind.WAIT)
    for wait in waits.select_related("complaint", "made_to"):
        commitments.kept(wait, actor=actor, now=now)
    run_on(case, actor=actor, text=what, now=now)
    return case
