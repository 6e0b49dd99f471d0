"""Small checks of data from outside; each problem is one sentence that names its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from departments.worktime import Unit
from escalations.errors import PolicyError
from escalations.policy.rules import Span

T = TypeVar("T")
# Longer than any regulator asks for; what is beyond it is a slip of the finger.
LONGEST = 10_000


def problem(where: str, sentence: str) -> PolicyError:
    """The error that says what is wrong where."""
    return PolicyError([f"{where}: {sentence}" if where else sentence])


def tried(read: Callable[[Any, str], T], raw: Any, where: str, found: list[str]) -> T | None:
    """What was read, or None with its problems noted."""
    try:
        return read(raw, where)
    except PolicyError as error:
        found += error.problems
        return None


def part(raw: Mapping[str, Any], name: str, found: list[str]) -> Mapping[str, Any]:
    """A part of the rules; an empty one if it is missing or no object."""
    piece = raw.get(name, {})
    if isinstance(piece, Mapping):
        return piece
    found.append(_("“%(name)s” is an object.") % {"name": name})
    return {}


def known(raw: Mapping[str, Any], names: Collection[str], what: str, found: list[str]) -> None:
    """Notes the keys that mean nothing."""
    found += [
        _("%(what)s do not know “%(name)s”.") % {"what": what, "name": name}
        for name in raw
        if name not in names
    ]


def no_strangers(raw: Mapping[str, Any], names: Collection[str], where: str) -> None:
    """Raises on the first key that means nothing."""
    for name in raw:
        if name not in names:
            raise problem(where, _("“%(name)s” is not known here.") % {"name": name})


def span_of(raw: Any, amount: str, where: str) -> Span:
    """A number of a unit; raises `PolicyError`."""
    if not isinstance(raw, Mapping) or not is_number(raw.get(amount)):
        raise problem(where, _("give the time as a number."))
    no_strangers(raw, (amount, "unit"), where)
    if raw.get("unit") not in list(Unit):
        raise problem(
            where, _("choose working hours, business days, calendar days, or hours day and night.")
        )
    unit = Unit(raw["unit"])
    if unit in {Unit.BUSINESS_DAY, Unit.CALENDAR_DAY} and raw[amount] != int(raw[amount]):
        raise problem(where, _("days are whole numbers."))
    if abs(raw[amount]) > LONGEST:
        raise problem(where, _("%(most)d is the most that can be counted.") % {"most": LONGEST})
    return Span(raw[amount], unit)


def target_of(raw: Any, where: str) -> Span:
    """How long something may take; raises `PolicyError`."""
    span = span_of(raw, "within", where)
    if span.amount <= 0:
        raise problem(where, _("a target is more than zero."))
    return span


def is_number(value: Any) -> bool:
    """A finite number; Python counts truth values among the integers, a policy does not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
