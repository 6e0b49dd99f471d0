"""A whole policy in data, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from escalations.errors import PolicyError
from escalations.models.deadlines import Deadline
from escalations.policy.checks import known, part, target_of, tried
from escalations.policy.ladders import parse_ladder
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
    """The rules of a version; raises `PolicyError` with a sentence for every problem."""
    found: list[str] = []
    if not isinstance(raw, Mapping):
        raise PolicyError([_("The rules are an object with targets and ladders.")])
    known(raw, PARTS, _("The rules"), found)
    rules = Rules(
        targets=_targets(part(raw, "targets", found), found),
        ladders=_ladders(part(raw, "ladders", found), found),
        pause_reasons=_pauses(part(raw, "pause_reasons", found), found),
        limits=_limits(part(raw, "limits", found), found),
        scope=scope(part(raw, "applies_to", found), found),
        extension=extension(part(raw, "extension", found), found),
        closure=closure(raw.get("closure", []), found),
        retention=retention(raw.get("retention"), found),
        preset=code(raw.get("preset", ""), "preset", found),
    )
    _every_clock_has_a_ladder(rules, found)
    if found:
        raise PolicyError(found)
    return rules


def _targets(raw: Mapping[str, Any], found: list[str]) -> dict[str, dict[str, Span]]:
    known(raw, KINDS, _("The targets"), found)
    targets: dict[str, dict[str, Span]] = {}
    for kind in KINDS:
        rows = raw.get(kind)
        if rows == BY_PROMISE and kind != ANSWER:
            continue
        if not isinstance(rows, Mapping) or (ANY not in rows and set(SEVERITIES) - set(rows)):
            found.append(
                _("%(kind)s needs a target for each severity, or “by_promise”.") % {"kind": kind}
            )
            continue
        known(rows, (*SEVERITIES, ANY), _("The target of %(kind)s") % {"kind": kind}, found)
        read = {name: tried(target_of, row, f"{kind}, {name}", found) for name, row in rows.items()}
        targets[kind] = {name: span for name, span in read.items() if span}
    return targets


def _ladders(raw: Mapping[str, Any], found: list[str]) -> dict[str, dict[str, Ladder]]:
    known(raw, (*Deadline.Kind.values, ANY), _("The ladders"), found)
    ladders: dict[str, dict[str, Ladder]] = {}
    for kind, rows in raw.items():
        if not isinstance(rows, Mapping):
            found.append(_("The ladders of %(kind)s are written by severity.") % {"kind": kind})
            continue
        known(rows, (*SEVERITIES, ANY), _("The ladders of %(kind)s") % {"kind": kind}, found)
        read = {
            name: tried(parse_ladder, row, f"{kind}, {name}", found) for name, row in rows.items()
        }
        ladders[kind] = {name: ladder for name, ladder in read.items() if ladder}
    return ladders


def _pauses(raw: Mapping[str, Any], found: list[str]) -> dict[str, frozenset[str]]:
    known(raw, Deadline.Kind.values, _("The reasons to pause"), found)
    for kind, reasons in raw.items():
        if not isinstance(reasons, list) or not all(isinstance(name, str) for name in reasons):
            found.append(_("The reasons to pause %(kind)s are a list of codes.") % {"kind": kind})
            return {}
    return {kind: frozenset(reasons) for kind, reasons in raw.items()}


def _limits(raw: Mapping[str, Any], found: list[str]) -> dict[str, int]:
    known(raw, LIMITS, _("The limits"), found)
    for name, limit in raw.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            found.append(_("The limit of %(name)s is a whole number from 1.") % {"name": name})
    return {**LIMITS, **raw}


def _every_clock_has_a_ladder(rules: Rules, found: list[str]) -> None:
    for kind in Deadline.Kind.values:
        for severity in SEVERITIES:
            if not found and not rules.ladder(kind, severity):
                found.append(
                    _("No ladder speaks for %(kind)s, %(severity)s: write one, or one for “*”.")
                    % {"kind": kind, "severity": severity}
                )
