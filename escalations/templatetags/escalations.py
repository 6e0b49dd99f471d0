"""The engine's codes in words, for pages and notices; a code it does not know stays a code."""

from __future__ import annotations

from django import template

from escalations.models import Deadline, Escalation
from escalations.routing import As, Why
from escalations.wording import skipped_words

register = template.Library()


@register.filter
def deadline_kind(code: str) -> str:
    """What is due: "deliver as promised"."""
    return _label(Deadline.Kind, code)


@register.filter
def escalation_reason(code: str) -> str:
    """Why it was raised: "overdue"."""
    return _label(Escalation.Reason, code)


@register.filter
def escalation_outcome(code: str) -> str:
    """What was decided: "A new date"."""
    return _label(Escalation.Outcome, code)


@register.filter
def route_role(code: str) -> str:
    """The role of a step of a route."""
    return _label(As, code)


@register.filter
def route_reason(code: str) -> str:
    """What came of a step of a route."""
    return _label(Why, code)


@register.filter
def skipped_reason(code: str) -> str:
    """Why a rung did nothing."""
    return skipped_words(code)


def _label(choices: type, code: str) -> str:
    return str(dict(choices.choices).get(code, code))  # type: ignore[attr-defined]
