"""The engine in sentences: amounts of time, when a rung speaks, steps of a route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.formatting import DAY, WORKDAY, span_text
from departments.models import Department, User
from departments.worktime import Unit
from escalations.policy import OWNER, Rung, Span
from escalations.routing import As, Step, Why

HOUR = 3600
REACHED = frozenset({Why.TOLD, Why.TOLD_THOUGH_AWAY, Why.NOBODY_ABOVE})


# --- Amounts and rungs ----------------------------------------------------------------------------
def amount_words(amount: float, unit: str) -> str:
    """Such as "2 business days"; parts of hours as hours and minutes."""
    if amount != int(amount):
        return _part_words(amount, unit)
    n = int(amount)
    words = {
        Unit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", n),
        Unit.BUSINESS_DAY: ngettext("%(n)d business day", "%(n)d business days", n),
        Unit.CALENDAR_DAY: ngettext("%(n)d calendar day", "%(n)d calendar days", n),
        Unit.HOUR: ngettext("%(n)d hour, day and night", "%(n)d hours, day and night", n),
    }
    return words[Unit(unit)] % {"n": n}


def _part_words(amount: float, unit: str) -> str:
    if Unit(unit) is Unit.WORKING_HOUR:
        span = span_text(round(amount * HOUR), day_seconds=WORKDAY)
        return _("%(span)s of working time") % {"span": span}
    hours = amount * (1 if Unit(unit) is Unit.HOUR else 24)
    return _("%(span)s, day and night") % {"span": span_text(round(hours * HOUR), day_seconds=DAY)}


def rung_words(rung: Rung) -> str:
    """When it speaks: "half-way", "4 working hours before it is due"."""
    if rung.fraction is not None:
        if rung.fraction == 0.5:
            return _("half-way")
        return _("after %(percent)d%% of its time") % {"percent": round(rung.fraction * 100)}
    if rung.offset is None or not rung.offset.amount:
        return _("when it is due")
    amount = amount_words(abs(rung.offset.amount), rung.offset.unit)
    if rung.offset.amount < 0:
        return _("%(amount)s before it is due") % {"amount": amount}
    return _("%(amount)s after it was due") % {"amount": amount}


def repeat_words(every: Span | None) -> str:
    """How the last rung goes on; empty where it does not."""
    if every is None:
        return ""
    if every.amount == 1 and every.unit is Unit.BUSINESS_DAY:
        return _("Then again every business day, until a decision is recorded or it is done.")
    if every.amount == 1 and every.unit is Unit.CALENDAR_DAY:
        return _("Then again every day, until a decision is recorded or it is done.")
    amount = amount_words(every.amount, every.unit)
    return _("Then again after every %(amount)s, until a decision is recorded or it is done.") % {
        "amount": amount
    }


def skipped_words(code: str) -> str:
    """Why a rung did nothing; the code itself where it has no words."""
    words = {
        "a_higher_rung_passed": _("A higher rung had come due as well, and spoke instead."),
        "past_at_start": _("Its time had passed already when the clock started."),
        "past_when_moved": _("Its time had passed already when the date was moved."),
        "past_when_policy_changed": _("Its time had passed already when the policy changed."),
        "past_when_recomputed": _("Its time had passed already when the hours changed."),
    }
    return words.get(code, code)


def pause_words(code: str) -> str:
    """Why a clock stands still."""
    words = {
        "blocked": _("somebody else has to remove what blocks it"),
        "returned": _("something is missing and was asked for"),
        "external_appraisal": _("an appraisal from outside is awaited"),
    }
    return words.get(code, code)


# --- Routes ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Names:
    """People and departments of routes by id; whoever is gone is still somebody."""

    people: Mapping[int, User] = field(default_factory=dict)
    departments: Mapping[int, Department] = field(default_factory=dict)

    def of(self, step: Step) -> dict[str, str]:
        """What a sentence about a step names."""
        person = self.people.get(step.person or 0)
        department = self.departments.get(step.department or 0)
        return {
            "person": str(person or _("somebody")),
            "department": str(department or _("the department")),
        }


@dataclass(frozen=True, slots=True)
class Way:
    """One search: for which role, step by step in sentences, and whom it found."""

    asked: str
    sentences: tuple[str, ...]
    person: User | None
    last_resort: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the first one who was looked for was there."""
        return len(self.sentences) == 1

    @property
    def is_obvious(self) -> bool:
        """Whether it is the owner who was told: that needs no reason."""
        return self.is_plain and self.asked == OWNER and self.person is not None


def ways_of(steps: Iterable[Mapping[str, Any]], names: Names) -> list[Way]:
    """The searches of a firing, as `Firing.route` keeps them; strange data reads as nothing."""
    searches: list[tuple[str, list[Step]]] = []
    for raw in (one for one in steps if isinstance(one, Mapping)):
        asked, step = str(raw.get("asked", "")), step_of(raw)
        found = bool(searches) and searches[-1][1][-1].why in REACHED
        if not searches or found or searches[-1][0] != asked:
            searches.append((asked, []))
        searches[-1][1].append(step)
    return [way_of(asked, found, names) for asked, found in searches]


def step_of(raw: Mapping[str, Any]) -> Step:
    """A step as data keeps it."""
    return Step(
        str(raw.get("role", "")), str(raw.get("why", "")), raw.get("person"), raw.get("department")
    )


def way_of(asked: str, steps: Iterable[Step], names: Names) -> Way:
    """One search in sentences."""
    steps = tuple(steps)
    reached = next((step.person for step in reversed(steps) if step.why in REACHED), None)
    return Way(
        asked,
        tuple(sentence(step, names) for step in steps),
        names.people.get(reached or 0),
        any(step.why == Why.LAST_RESORT for step in steps),
    )


def sentence(step: Step, names: Names) -> str:
    """What came of a step, with the reason."""
    told = {
        As.OWNER: _("%(person)s has it in hand."),
        As.LEADER: _("%(person)s leads %(department)s."),
        As.DEPUTY: _("%(person)s is a deputy in %(department)s."),
        As.STAND_IN: _("%(person)s stands in."),
    }
    vacant = {
        As.OWNER: _("Nobody has taken it yet."),
        As.LEADER: _("%(department)s has no leader."),
        As.EXECUTIVE: _("Nobody leads any department."),
    }
    if step.why == Why.TOLD:
        says = told.get(As(step.role), "%(person)s")
    elif step.why == Why.VACANT:
        says = vacant.get(As(step.role), _("Nobody has this role."))
    else:
        says = _otherwise(step.why)
    return says % names.of(step)


def _otherwise(why: str) -> str:
    words = {
        Why.INACTIVE: _("%(person)s is no longer active."),
        Why.AWAY: _("%(person)s is away."),
        Why.TOLD_THOUGH_AWAY: _("%(person)s is away, and is told all the same: nobody else is."),
        Why.SAME_AS_BELOW: _(
            "%(person)s has it in hand or is asked on the level below: somebody else should judge."
        ),
        Why.CLOSED: _("%(department)s is not active."),
        Why.NOBODY_ABOVE: _("Nobody is above %(person)s, who is asked again."),
        Why.LAST_RESORT: _("Nobody on the way up is there: any leader is better than none."),
    }
    return words.get(Why(why), "") if why in Why.values else why.replace("%", "%%")
