"""The codes of a policy in the reader's language: kinds, severities, roles, units."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from escalations.models.deadlines import Deadline
from escalations.models.policies import Severity
from escalations.policy.rules import (
    ANSWER,
    ANY,
    EXECUTIVE,
    IN_APP,
    LEADER,
    LEADER_ABOVE,
    MAIL,
    OWNER,
)


def kind_name(kind: str) -> str:
    """What is due: "deliver as promised"; a code that means nothing stays a code."""
    if kind == ANSWER:
        return _("answer what was asked")
    if kind == ANY:
        return _("everything else")
    return str(dict(Deadline.Kind.choices).get(kind, kind))


def severity_name(severity: str) -> str:
    """How grave: "Major"."""
    if severity == ANY:
        return _("every severity")
    return str(dict(Severity.choices).get(severity, severity))


def place_name(kind: str, severity: str) -> str:
    """Where something stands in a table of kinds and severities: "accept, Major"."""
    return _("%(kind)s, %(severity)s") % {
        "kind": kind_name(kind),
        "severity": severity_name(severity),
    }


def role_name(role: str) -> str:
    """Who is told."""
    names = {
        OWNER: _("the owner"),
        LEADER: _("the department leader"),
        LEADER_ABOVE: _("the leader above"),
        EXECUTIVE: _("the executive"),
    }
    return names.get(role, role)


def channel_name(channel: str) -> str:
    """By which they are told."""
    return {
        IN_APP: pgettext("channel of a notice", "in app"),
        MAIL: pgettext("channel of a notice", "mail"),
    }.get(channel, channel)


def closure_name(field: str) -> str:
    """What closing a case asks for."""
    names = {
        "cause": _("the cause"),
        "redress": _("what the customer received"),
        "follow_up": _("what follows from it"),
        "evidence": _("a file as evidence"),
    }
    return names.get(field, field)


def limit_name(limit: str) -> str:
    """What is counted."""
    names = {
        "returns": _("returns of a ticket"),
        "handovers": _("handovers of a ticket"),
        "moved_dates": _("moves of one date"),
        "recurrences": _("complaints of one root cause"),
        "recurrence_days": _("days within which they are counted"),
    }
    return names.get(limit, limit)


def part_name(part: str) -> str:
    """A part of the rules, as its page is titled."""
    names = {
        "applies_to": _("What it applies to"),
        "targets": _("How long everything may take"),
        "ladders": _("Ladders"),
        "limits": _("Limits"),
        "extension": _("Extension"),
        "pause_reasons": _("Reasons to pause"),
        "closure": _("What closing asks for"),
        "retention": _("How long cases are kept"),
        "preset": _("Regulator's deadlines"),
    }
    return names.get(part, part)
