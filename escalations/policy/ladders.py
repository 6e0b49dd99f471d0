"""Ladders in data: read, checked, and written back for a deadline's snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from departments.worktime import Unit
from escalations.errors import PolicyError
from escalations.policy.checks import is_number, no_strangers, problem, span_of, tried
from escalations.policy.names import role_name
from escalations.policy.rules import CHANNELS, ROLE_OF_LEVEL, Ladder, Rung, Span


def parse_ladder(raw: Any, where: str = "") -> Ladder:
    """A list of rungs; raises `PolicyError`."""
    if not isinstance(raw, list) or not raw:
        raise PolicyError([_("%(where)s: a ladder has one rung at least.") % {"where": where}])
    found: list[str] = []
    read = (
        tried(parse_rung, rung, _("%(where)s, rung %(n)d") % {"where": where, "n": n}, found)
        for n, rung in enumerate(raw, start=1)
    )
    ladder = tuple(rung for rung in read if rung)
    found = found or _disorder(ladder, where)
    if found:
        raise PolicyError(found)
    return ladder


def parse_rung(raw: Any, where: str = "") -> Rung:
    """One rung; raises `PolicyError` at its first problem."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("when"), Mapping):
        raise problem(where, _("say when it speaks, who is told, and the level."))
    no_strangers(raw, ("when", "who", "level", "repeat", "channels"), where)
    who, level = raw.get("who"), raw.get("level", 0)
    if not isinstance(who, list) or not who or any(role not in ROLE_OF_LEVEL for role in who):
        raise problem(where, _("choose who is told: the owner, a leader or the executive."))
    if type(level) is not int or level not in range(len(ROLE_OF_LEVEL)):
        raise problem(where, _("the level is a reminder, 1, 2 or 3."))
    if level and ROLE_OF_LEVEL[level] not in who:
        raise problem(
            where,
            _("level %(level)d asks %(role)s, who must be among those told.")
            % {"level": level, "role": role_name(ROLE_OF_LEVEL[level])},
        )
    fraction, offset = _when(raw["when"], where)
    if level and (fraction is not None or (offset and offset.amount < 0)):
        raise problem(where, _("before the due date a rung can remind, not escalate."))
    repeat, channels = _repeat(raw.get("repeat"), where), _channels(raw.get("channels", []), where)
    return Rung(tuple(who), level, fraction, offset, repeat, channels)


def as_json(ladder: Ladder) -> list[dict[str, Any]]:
    """The ladder as `parse_ladder` reads it: a deadline's snapshot."""
    return [_rung_as_json(rung) for rung in ladder]


def _rung_as_json(rung: Rung) -> dict[str, Any]:
    when: dict[str, Any] = {"fraction": rung.fraction}
    if rung.offset is not None:
        when = {"offset": rung.offset.amount, "unit": rung.offset.unit.value}
    row: dict[str, Any] = {"when": when, "who": list(rung.who), "level": rung.level}
    if rung.repeat is not None:
        row["repeat"] = {"every": rung.repeat.amount, "unit": rung.repeat.unit.value}
    if rung.channels:
        row["channels"] = list(rung.channels)
    return row


def _when(raw: Mapping[str, Any], where: str) -> tuple[float | None, Span | None]:
    if set(raw) == {"fraction"}:
        fraction = raw["fraction"]
        if not is_number(fraction) or not 0 < fraction < 1:
            raise problem(where, _("a part of the time is between none and all: half-way is half."))
        return float(fraction), None
    no_strangers(raw, ("offset", "unit"), where)
    return None, span_of({"unit": Unit.WORKING_HOUR.value, **raw}, "offset", where)


def _repeat(raw: Any, where: str) -> Span | None:
    if raw is None:
        return None
    span = span_of(raw, "every", where)
    if span.amount < 1:
        raise problem(where, _("a rung repeats every 1 or more of its unit."))
    return span


def _channels(raw: Any, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or any(channel not in CHANNELS for channel in raw):
        raise problem(where, _("it is told in the app or by mail."))
    return tuple(channel for channel in CHANNELS if channel in raw)


def _disorder(ladder: Ladder, where: str) -> list[str]:
    """What is wrong between rungs that are each right."""
    return [
        sentence % {"where": where, "n": n}
        for n, (lower, upper) in enumerate(pairwise(ladder), start=2)
        for sentence in _between(lower, upper)
    ]


def _between(lower: Rung, upper: Rung) -> Iterator[str]:
    if upper.position <= lower.position:
        yield _("%(where)s: rung %(n)d comes before the one above it.")
    if upper.level < lower.level:
        yield _("%(where)s: rung %(n)d steps down a level.")
    if lower.repeat:
        yield _("%(where)s: only the last rung may repeat, not the one before rung %(n)d.")
