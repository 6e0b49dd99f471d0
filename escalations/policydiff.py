"""What is different between two versions of a policy, in words: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from escalations.policy import KINDS, LIMITS, SEVERITIES, Ladder, Rules, Scope
from escalations.policy.names import kind_name, limit_name, part_name, place_name
from escalations.policywords import (
    closure_words,
    either,
    extension_words,
    retention_words,
    rung_sentence,
    scope_names,
    scope_part_name,
    span_words,
)
from escalations.wording import pause_words

Presets = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of what, in words; either side may be empty."""

    what: str
    before: str
    after: str


def differences(before: Rules, after: Rules, presets: Presets) -> list[Changed]:
    """Everything that is different; `presets` are their names by code."""
    return [
        *_scopes(before.scope, after.scope, presets),
        *_targets(before, after),
        *_ladders(before, after),
        *_limits(before, after),
        *_terms(before, after, presets),
    ]


def _scopes(before: Scope, after: Scope, presets: Presets) -> Iterator[Changed]:
    old, new = scope_names(before, presets), scope_names(after, presets)
    for part in {**old, **new}:
        if old.get(part) != new.get(part):
            was, is_ = (_(", ").join(side.get(part, [_("all")])) for side in (old, new))
            yield Changed(scope_part_name(part), was, is_)


def _targets(before: Rules, after: Rules) -> Iterator[Changed]:
    for kind in KINDS:
        by_severity = [
            (severity, span_words(before.target(kind, severity)), span_words(new))
            for severity in SEVERITIES
            for new in (after.target(kind, severity),)
            if before.target(kind, severity) != new
        ]
        alike = {(was, is_) for _severity, was, is_ in by_severity}
        if len(by_severity) == len(SEVERITIES) and len(alike) == 1:
            yield Changed(kind_name(kind), *alike.pop())
        else:
            yield from (
                Changed(place_name(kind, severity), was, is_) for severity, was, is_ in by_severity
            )


def _ladders(before: Rules, after: Rules) -> Iterator[Changed]:
    for kind in _keys(before.ladders, after.ladders):
        old, new = before.ladders.get(kind, {}), after.ladders.get(kind, {})
        for severity in _keys(old, new):
            name = _("Ladder: %(place)s") % {"place": place_name(kind, severity)}
            yield from _one_ladder(name, old.get(severity), new.get(severity))


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return sorted({*old, *new})


def _one_ladder(name: str, old: Ladder | None, new: Ladder | None) -> Iterator[Changed]:
    if old is None and new is not None:
        yield Changed(
            name, _("as the others"), _("one of its own, of %(n)d rungs") % {"n": len(new)}
        )
    elif new is None and old is not None:
        yield Changed(
            name, _("one of its own, of %(n)d rungs") % {"n": len(old)}, _("as the others")
        )
    elif old is not None and new is not None:
        yield from _rungs(name, old, new)


def _rungs(name: str, old: Ladder, new: Ladder) -> Iterator[Changed]:
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    for tag, first, last, start, end in steps:
        if tag == "equal":
            continue
        for was, is_ in zip_longest(range(first, last), range(start, end)):
            number = (is_ if is_ is not None else was) + 1
            where = _("%(ladder)s, rung %(n)d") % {"ladder": name, "n": number}
            yield Changed(where, _said(old, was), _said(new, is_))


def _said(ladder: Ladder, index: int | None) -> str:
    return rung_sentence(ladder[index]) if index is not None else ""


def _limits(before: Rules, after: Rules) -> Iterator[Changed]:
    for name in LIMITS:
        if before.limits[name] != after.limits[name]:
            what = limit_name(name)
            yield Changed(what, str(before.limits[name]), str(after.limits[name]))


def _terms(before: Rules, after: Rules, presets: Presets) -> Iterator[Changed]:
    said: Sequence[tuple[str, Callable[[Rules], str]]] = (
        ("extension", lambda rules: extension_words(rules.extension)),
        ("closure", lambda rules: closure_words(rules.closure)),
        ("retention", lambda rules: retention_words(rules.retention)),
        ("preset", lambda rules: presets.get(rules.preset, rules.preset)),
    )
    for name, words in said:
        was, is_ = words(before), words(after)
        if was != is_:
            yield Changed(part_name(name), was, is_)
    for kind in KINDS:
        old, new = before.pause_reasons.get(kind), after.pause_reasons.get(kind)
        if (old or None) != (new or None):
            what = _("Reasons to pause: %(kind)s") % {"kind": kind_name(kind)}
            yield Changed(what, _reasons(old), _reasons(new))


def _reasons(codes: Iterable[str] | None) -> str:
    return either(pause_words(code) for code in sorted(codes or ())) or _("none")
