"""Who may decide, and who writes policies. `rules` is asked directly: a superuser gets nothing."""

from __future__ import annotations

import rules

from departments.models import User
from departments.permissions import is_administrator, is_auditor, is_compliance
from departments.standing import Standing, standing_of
from escalations.models import Escalation


@rules.predicate  # type: ignore[untyped-decorator]
def may_decide(user: User, escalation: Escalation) -> bool:
    """The leader who is asked, their deputy or stand-in, or a leader above."""
    return decides(standing_of(user), escalation)


def decides(standing: Standing, escalation: Escalation) -> bool:
    """The same for a standing that the caller froze."""
    people = {standing.user.pk, *standing.stands_in_for}
    return standing.is_active and (
        escalation.leader_id in people or escalation.seat_id in standing.oversees
    )


rules.add_perm("escalations.decide", may_decide)

CHANGE_POLICIES = "escalations.change_policies"
VIEW_POLICIES = "escalations.view_policies"
rules.add_perm(CHANGE_POLICIES, is_compliance | is_administrator)
rules.add_perm(VIEW_POLICIES, is_compliance | is_administrator | is_auditor)
