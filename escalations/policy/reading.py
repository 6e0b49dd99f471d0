"""A whole policy in data, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from escalations.errors import PolicyError, Problem
from escalations.models.deadlines import Deadline
from escalations.policy.checks import LONGEST, known, part, target_of, tried
from escalations.policy.ladders import parse_ladder
from escalations.policy.names import kind_name, limit_name, place_name, severity_name
from escalations.policy.rules import (
    ANSWER,
    ANY,
    BY_PROMISE,
    KINDS,
    LIMITS,
    SEVERITIES,
    Ladder,
    Rules,
    Span,
)
from escalations.policy.terms import closure, code, extension, retention, scope

T = TypeVar("T")

PARTS = (
    "applies_to",
    "targets",
    "ladders",
    "pause_reasons",
    "limits",
    "extension",
    "closure",
    "retention",
    "preset",
)


def parse(raw: Any) -> Rules:
    """The rules of a version; raises `PolicyError` with a `Problem` for each that there is."""
    if not isinstance(raw, Mapping):
        raise PolicyError([_("The rules are an object with targets and ladders.")])
    found: list[str] = []
    known(raw, PARTS, _("The rules"), found)
    rules = Rules(
        targets=_within("targets", raw, _targets, found),
        ladders=_within("ladders", raw, _ladders, found),
        pause_reasons=_within("pause_reasons", raw, _pauses, found),
        limits=_within("limits", raw, _limits, found),
        scope=_within("applies_to", raw, scope, found),
        extension=_within("extension", raw, extension, found),
        closure=_read("closure", lambda own: closure(raw.get("closure", []), own), found),
        retention=_read("retention", lambda own: retention(raw.get("retention"), own), found),
        preset=_read("preset", lambda own: code(raw.get("preset", ""), "preset", own), found),
    )
    _read("ladders", lambda own: _every_clock_has_a_ladder(rules, found, own), found)
    if found:
        raise PolicyError(found)
    return rules


def _read(name: str, read: Callable[[list[str]], T], found: list[str]) -> T:
    """A part, with its problems noted as problems of this part."""
    own: list[str] = []
    result = read(own)
    found += [Problem(sentence, name) for sentence in own]
    return result


def _within(
    name: str,
    raw: Mapping[str, Any],
    read: Callable[[Mapping[str, Any], list[str]], T],
    found: list[str],
) -> T:
    """The same for a part that is an object."""
    return _read(name, lambda own: read(part(raw, name, own), own), found)


def _targets(raw: Mapping[str, Any], found: list[str]) -> dict[str, dict[str, Span]]:
    known(raw, KINDS, _("The targets"), found)
    targets: dict[str, dict[str, Span]] = {}
    for kind in KINDS:
        rows = raw.get(kind)
        if rows == BY_PROMISE and kind != ANSWER:
            continue
        if not isinstance(rows, Mapping) or (ANY not in rows and set(SEVERITIES) - set(rows)):
            found.append(_without_target(kind))
            continue
        name = kind_name(kind)
        known(rows, (*SEVERITIES, ANY), _("The targets of “%(kind)s”") % {"kind": name}, found)
        read = {
            severity: tried(target_of, row, place_name(kind, severity), found)
            for severity, row in rows.items()
        }
        targets[kind] = {severity: span for severity, span in read.items() if span}
    return targets


def _without_target(kind: str) -> str:
    if kind == ANSWER:
        return _("“%(kind)s” needs a time for every severity.") % {"kind": kind_name(kind)}
    return _(
        "“%(kind)s” needs a time for every severity, or that only a promise sets its date."
    ) % {"kind": kind_name(kind)}


def _ladders(raw: Mapping[str, Any], found: list[str]) -> dict[str, dict[str, Ladder]]:
    known(raw, (*Deadline.Kind.values, ANY), _("The ladders"), found)
    ladders: dict[str, dict[str, Ladder]] = {}
    for kind, rows in raw.items():
        name = kind_name(kind)
        if not isinstance(rows, Mapping):
            found.append(_("The ladders of “%(kind)s” are written by severity.") % {"kind": name})
            continue
        known(rows, (*SEVERITIES, ANY), _("The ladders of “%(kind)s”") % {"kind": name}, found)
        read = {
            severity: tried(parse_ladder, row, place_name(kind, severity), found)
            for severity, row in rows.items()
        }
        ladders[kind] = {severity: ladder for severity, ladder in read.items() if ladder}
    return ladders


def _pauses(raw: Mapping[str, Any], found: list[str]) -> dict[str, frozenset[str]]:
    known(raw, Deadline.Kind.values, _("The reasons to pause"), found)
    for kind, reasons in raw.items():
        if not isinstance(reasons, list) or not all(isinstance(name, str) for name in reasons):
            found.append(
                _("The reasons to pause “%(kind)s” are a list of codes.")
                % {"kind": kind_name(kind)}
            )
            return {}
    return {kind: frozenset(reasons) for kind, reasons in raw.items()}


def _limits(raw: Mapping[str, Any], found: list[str]) -> dict[str, int]:
    known(raw, LIMITS, _("The limits"), found)
    for name, limit in raw.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or not 0 < limit <= LONGEST:
            found.append(
                _("The limit for %(what)s is a whole number from 1.") % {"what": limit_name(name)}
            )
    return {**LIMITS, **raw}


def _every_clock_has_a_ladder(rules: Rules, found: list[str], own: list[str]) -> None:
    # One hole is enough to say: the ladder that fills it mostly fills the others.
    for kind in Deadline.Kind.values:
        for severity in SEVERITIES:
            if not found and not own and not rules.ladder(kind, severity):
                own.append(
                    _(
                        "No ladder speaks for “%(kind)s”, %(severity)s: write one for it, or one"
                        " for everything else and every severity."
                    )
                    % {"kind": kind_name(kind), "severity": severity_name(severity)}
                )
