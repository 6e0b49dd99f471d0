"""A leader who does not decide yet: asks for another option, or passes it to the leader above."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import User
from escalations.chart import load_chart
from escalations.models import Deadline, Escalation
from escalations.routing import OrgChart, Route
from escalations.services.deadlines import cancel_deadline, move_deadline
from escalations.services.escalations import ask_leader, begin_on, journal_on, start_clock
from journal.errors import IllegalMove, Invalid
from notifications.services import tell

Kind, State = Deadline.Kind, Escalation.State
HIGHEST = 3


@transaction.atomic
def await_option(
    *,
    escalation: Escalation,
    what: str,
    by_when: datetime,
    ticket: str,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """The leader waits for another option: the date for deciding moves to when it is due.

    Not to an earlier one. Raises `Conflict`, `IllegalMove`, `NotAllowed`.
    """
    asked = begin_on(escalation, actor=actor, now=now, version=version)
    if asked.state == State.RAISED:
        asked.state, asked.acknowledged_at = State.ACKNOWLEDGED, now
    asked.version += 1
    asked.save(update_fields=["state", "acknowledged_at", "version"])
    journal_on(
        asked, "escalation:option_asked", actor=actor, now=now, text=what, ticket=ticket,
        by_when=by_when.isoformat(),
    )  # fmt: skip
    clock = Deadline.objects.live().filter(subject=asked.reference, kind=Kind.DECIDE).first()
    if clock is not None and by_when > clock.due_at:
        move_deadline(
            subject=asked.reference, kind=Kind.DECIDE, due_at=by_when, reason=what, actor=actor,
            now=now,
        )  # fmt: skip
    return asked


@transaction.atomic
def pass_up_escalation(
    *,
    escalation: Escalation,
    reason: str,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """The next leader above is asked at once, with a date of their own.

    Raises `Conflict`, `IllegalMove` (not open, or nobody is above), `NotAllowed`, `Invalid`.
    """
    passed = begin_on(escalation, actor=actor, now=now, version=version)
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Say why somebody above has to decide."), field="reason")
    route = next_above(load_chart(now), passed, actor)
    if route is None:
        raise IllegalMove(_("Nobody is above you: this decision is yours."))
    before = passed.leader
    assert route.person is not None
    assert route.department is not None
    passed.leader_id, passed.seat_id = route.person, route.department
    passed.level = min(passed.level + 1, HIGHEST)
    passed.state, passed.acknowledged_at = State.RAISED, None
    passed.version += 1
    passed.save(
        update_fields=["leader", "seat", "level", "state", "acknowledged_at", "version"]
    )
    passed.refresh_from_db(fields=["leader", "seat"])
    cancel_deadline(subject=passed.reference, kind=Kind.DECIDE, now=now)
    start_clock(passed, now=now)
    steps = [step.as_json() for step in route.steps]
    entry = journal_on(
        passed, "escalation:passed_up", actor=actor, now=now, text=reason, before=before.pk,
        route=steps,
    )  # fmt: skip
    ask_leader(passed, entry, reason, now=now)
    tell(
        people={passed.raised_by, before} - {actor, passed.leader, None},
        kind="escalation_passed_up",
        entry=entry,
        subject=passed.reference,
        label=passed.label,
        now=now,
        data={"leader": str(passed.leader), "reason": reason},
    )
    return passed


def next_leader(escalation: Escalation, actor: User, *, now: datetime) -> User | None:
    """Who would be asked; None where nobody is above."""
    route = next_above(load_chart(now), escalation, actor)
    if route is None or route.person is None:
        return None
    return User.objects.get(pk=route.person)


def next_above(chart: OrgChart, escalation: Escalation, actor: User) -> Route | None:
    """Who is asked when this person passes it up; None where nobody is above."""
    avoid = {actor.pk, escalation.leader_id}
    if escalation.raised_by_id is not None:
        avoid.add(escalation.raised_by_id)
    route = chart.route_from(
        escalation.seat_id, escalation.leader_id, level=1, target=2, avoid=frozenset(avoid)
    )
    if route.person is None or route.department is None or route.person in avoid:
        return None
    return route
