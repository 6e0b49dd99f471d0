"""What has to be there before a case may be closed: by its policy, and by its tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import rules as permissions
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Category, Complaint
from complaints.services.moving import require
from departments.models import User
from escalations.policy import Rules
from journal.errors import IllegalMove, Invalid

CAUSE, REDRESS, FOLLOW_UP, EVIDENCE = "cause", "redress", "follow_up", "evidence"
ASKED: Final = (CAUSE, REDRESS, FOLLOW_UP, EVIDENCE)
LACKS: Final[Mapping[str, str | Promise]] = {
    CAUSE: gettext_lazy("Say what the cause was."),
    REDRESS: gettext_lazy("Say what the customer got, or that nothing was due."),
    FOLLOW_UP: gettext_lazy("Say how and when the customer was called afterwards."),
    EVIDENCE: gettext_lazy("Attach the evidence, or say where it is kept."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What is given at closing, beside outcome and reply."""

    cause: Category | None = None
    redress: str = ""
    follow_up: str = ""
    evidence: str = ""
    files: Sequence[UploadedFile[Any]] = field(default_factory=tuple)


def write_proof(
    case: Complaint, proof: Proof | None, rules: Rules, *, actor: User, override: str
) -> list[str]:
    """Put it on the case; what the policy asks for and is not there, which a leader lets pass.

    Raises Invalid at the first field that lacks.
    """
    if proof is not None:
        case.cause = proof.cause or case.cause
        case.redress = proof.redress.strip() or case.redress
        case.follow_up, case.evidence = proof.follow_up.strip(), proof.evidence.strip()
    lacking = [name for name in ASKED if name in rules.closure and not _has(case, name, proof)]
    if lacking and not (override.strip() and may_override(actor, case)):
        raise Invalid(str(LACKS[lacking[0]]), lacking[0])
    return lacking


def _has(case: Complaint, name: str, proof: Proof | None) -> bool:
    if name == EVIDENCE:
        attached = bool(proof and proof.files) or case.attachments.exists()
        return attached or bool(case.evidence)
    return bool(getattr(case, name))


def may_override(actor: User, case: Complaint) -> bool:
    """Whether the person may close over what is open or lacks."""
    return bool(permissions.has_perm("complaints.override_closure", actor, case))


def require_override(case: Complaint, actor: User, reason: str, open_: Sequence[str]) -> None:
    """Raises IllegalMove over open tickets, or Invalid where a leader gives no reason."""
    named = {"tickets": ", ".join(open_)}
    if not may_override(actor, case):
        raise IllegalMove(
            _(
                "Still open: %(tickets)s. Have them answered or withdrawn; only a leader of the "
                "first-contact department may close over them."
            )
            % named
        )
    require(
        reason,
        "override",
        _("Still open: %(tickets)s. Give the reason for closing over them.") % named,
    )


def kept_until(case: Complaint, rules: Rules, *, now: datetime) -> date | None:
    """The last day on which the record has to be kept; None where the policy says nothing."""
    if rules.retention is None:
        return None
    since = now if rules.retention.since == "closure" else case.received_at
    day = timezone.localdate(since)
    try:
        return day.replace(year=day.year + rules.retention.years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + rules.retention.years, day=28)
