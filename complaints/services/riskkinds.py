"""Which department's leader decides where an option brings a risk of some kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import RiskKind
from departments.models import Department, User
from escalations.permissions import CHANGE_POLICIES
from journal.errors import Conflict, NotAllowed
from journal.services import lock_stream, record

STREAM = "RISKS"


@transaction.atomic
def name_departments(
    *,
    actor: User,
    named: Mapping[int, Department | None],
    seen: str | None = None,
    now: datetime,
) -> list[RiskKind]:
    """Name the department of each kind, by the kind's id; returns those that changed.

    Raises NotAllowed, and Conflict where the table is not as it was `seen`.
    """
    if not actor.has_perm(CHANGE_POLICIES):
        raise NotAllowed(_("This is not yours to do."))
    lock_stream(STREAM)
    kinds = list(RiskKind.objects.select_for_update(of=("self",)).order_by("order", "code"))
    if seen is not None and seen != table_of(kinds):
        raise Conflict(_("Somebody changed the table since you opened it. Look again."), [])
    changed = []
    for kind in kinds:
        if kind.pk not in named:
            continue
        department = named[kind.pk]
        before = kind.department_id
        if before == (department.pk if department else None):
            continue
        kind.department = department
        kind.save(update_fields=["department"])
        data = {"kind": kind.code, "from": before, "to": kind.department_id}
        record(
            stream=STREAM, subject=STREAM, tag="risk_kind:named", actor=actor, now=now, data=data
        )
        changed.append(kind)
    return changed


def table_of(kinds: list[RiskKind]) -> str:
    """The table in a line, to see whether it is still the one that somebody read."""
    return ",".join(f"{kind.pk}:{kind.department_id or 0}" for kind in kinds)
