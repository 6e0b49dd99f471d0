"""Policies as their pages tell them: the list, and a version. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from departments.calendars import week_on, work_time_of
from departments.models import Department, WorkCalendar
from departments.worktime import WorkTime
from departments.yearview import hours_in_words
from escalations.models import Deadline, Policy, PolicyVersion, Preset, Rollout
from escalations.policy import ANSWER, ANY, SEVERITIES, Ladder, Rules, Rung, parse
from escalations.policy.names import kind_name, place_name, severity_name
from escalations.policydiff import Changed, differences
from escalations.policywords import (
    channel_words,
    closure_words,
    extension_words,
    joined,
    limit_words,
    pause_lines,
    retention_words,
    scope_words,
    span_words,
    who_words,
)
from escalations.wording import repeat_words, rung_words

KINDS = tuple(Deadline.Kind.values)
# "*" in an address.
EVERY = "any"
GRAVEST_FIRST = tuple(reversed(SEVERITIES))


@dataclass(frozen=True, slots=True)
class Presets:
    """All of them, read once."""

    by_code: Mapping[str, Preset]

    @property
    def names(self) -> dict[str, str]:
        """By code."""
        return {code: preset.name for code, preset in self.by_code.items()}

    def unverified(self, code: str) -> str:
        """The name of a preset that nobody has verified; empty for none, and for those verified."""
        preset = self.by_code.get(code)
        if not code or (preset and preset.verified_at):
            return ""
        return preset.name if preset else code


def read_presets() -> Presets:
    """One query."""
    rows = Preset.objects.select_related("verified_by")
    return Presets({preset.code: preset for preset in rows})


@dataclass(frozen=True, slots=True)
class Row:
    """A policy in the list."""

    policy: Policy
    live: PolicyVersion | None
    draft: PolicyVersion | None
    applies_to: str
    limits: Mapping[str, int]
    preset: str
    unverified: str


def list_policies(presets: Presets) -> list[Row]:
    """In the order in which a case asks them. Two queries."""
    current = PolicyVersion.objects.filter(Q(activated_at=None) | Q(retired_at=None))
    policies = Policy.objects.prefetch_related(
        Prefetch("versions", current.order_by("number"), to_attr="current")
    )
    return [_row(policy, presets) for policy in policies]


def _row(policy: Policy, presets: Presets) -> Row:
    versions = policy.current  # type: ignore[attr-defined]
    live = next((each for each in versions if each.is_active), None)
    draft = next((each for each in versions if each.is_draft), None)
    shown = live or draft
    rules = parse(shown.rules) if shown else None
    return Row(
        policy,
        live,
        draft,
        scope_words(rules.scope, presets.names) if rules else "",
        rules.limits if rules else {},
        presets.names.get(rules.preset, rules.preset) if rules else "",
        presets.unverified(rules.preset) if rules else "",
    )


@dataclass(frozen=True, slots=True)
class RungRow:
    """A rung as it is drawn."""

    rung: Rung
    when: str
    who: str
    channels: str
    tone: str


@dataclass(frozen=True, slots=True)
class LadderView:
    """The ladder for a kind and a severity, and for which it was written."""

    kind: str
    severity: str
    target: str
    rungs: Sequence[RungRow]
    afterwards: str
    source: tuple[str, str]

    @property
    def written_for(self) -> str:
        """The place at which it stands in the rules."""
        return place_name(*self.source)

    @property
    def is_own(self) -> bool:
        """Whether it was written for just this."""
        return self.source == (self.kind, self.severity)

    @property
    def source_address(self) -> tuple[str, ...]:
        """The same in an address, where a star reads badly."""
        return tuple(EVERY if each == ANY else each for each in self.source)

    @property
    def place(self) -> str:
        """What it is shown for."""
        return place_name(self.kind, self.severity)


def source_of(rules: Rules, kind: str, severity: str) -> tuple[str, str]:
    """Where the ladder that speaks for this is written: as `Rules.ladder` looks it up."""
    for name in (kind, ANY):
        rows = rules.ladders.get(name, {})
        for each in (severity, ANY):
            if rows.get(each):
                return name, each
    return ANY, ANY


def speaks_for(rules: Rules, source: tuple[str, str]) -> list[str]:
    """Everything for which the ladder at this place speaks: severities, with their kinds."""
    found: dict[tuple[str, ...], list[str]] = {}
    for kind in KINDS:
        own = tuple(each for each in GRAVEST_FIRST if source_of(rules, kind, each) == source)
        if own:
            found.setdefault(own, []).append(kind_name(kind))
    return [
        _("%(severities)s: %(kinds)s.")
        % {"severities": joined(map(severity_name, own)), "kinds": _(", ").join(kinds)}
        for own, kinds in found.items()
    ]


def ladder_view(rules: Rules, kind: str, severity: str) -> LadderView:
    """The ladder that speaks for a kind and a severity, drawn."""
    ladder = rules.ladder(kind, severity)
    return LadderView(
        kind,
        severity,
        span_words(rules.target(kind, severity)),
        rung_rows(ladder),
        repeat_words(ladder[-1].repeat) if ladder else "",
        source_of(rules, kind, severity),
    )


def rung_rows(ladder: Ladder) -> list[RungRow]:
    """Each rung in words, with its tone."""
    return [
        RungRow(rung, rung_words(rung), who_words(rung), channel_words(rung), _tone(rung))
        for rung in ladder
    ]


def _tone(rung: Rung) -> str:
    if rung.fraction is None and rung.offset is not None and not rung.offset.amount:
        return "is-due"
    return "is-up" if rung.level else ""


@dataclass(frozen=True, slots=True)
class VersionFile:
    """What the page of a version tells beside its ladder."""

    version: PolicyVersion
    rules: Rules
    live: PolicyVersion | None
    draft: PolicyVersion | None
    versions: Sequence[PolicyVersion]
    targets: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    applies_to: str
    limits: Sequence[str]
    extension: str
    pauses: Sequence[tuple[str, str]]
    closure: str
    retention: str
    preset: str
    unverified: str
    against: PolicyVersion | None
    changes: Sequence[Changed]
    rollout: Rollout | None


def open_version(
    policy: Policy, number: int | None, presets: Presets, against: int | None
) -> VersionFile | None:
    """The version with this number, else the live one, else the newest. None if it is not there."""
    rows = policy.versions.select_related("activated_by", "created_by", "rollout")
    versions = list(rows.order_by("-number"))
    live = next((each for each in versions if each.is_active), None)
    wanted = (each for each in versions if each.number == number)
    version = next(wanted, None) if number is not None else live or next(iter(versions), None)
    if version is None:
        return None
    rules = parse(version.rules)
    other = _compared(version, versions, live, against)
    return VersionFile(
        version=version,
        rules=rules,
        live=live,
        draft=next((each for each in versions if each.is_draft), None),
        versions=versions,
        targets=targets_table(rules),
        applies_to=scope_words(rules.scope, presets.names),
        limits=limit_words(rules.limits),
        extension=extension_words(rules.extension),
        pauses=list(pause_lines(rules)),
        closure=closure_words(rules.closure),
        retention=retention_words(rules.retention),
        preset=presets.names.get(rules.preset, rules.preset),
        unverified=presets.unverified(rules.preset),
        against=other,
        changes=differences(parse(other.rules), rules, presets.names) if other else [],
        rollout=getattr(version, "rollout", None),
    )


def _compared(
    version: PolicyVersion,
    versions: Sequence[PolicyVersion],
    live: PolicyVersion | None,
    against: int | None,
) -> PolicyVersion | None:
    """What was asked for; else what a draft would replace, else the version before."""
    if against is not None:
        return next((each for each in versions if each.number == against), None)
    if version.is_draft and live is not None:
        return live
    return next((each for each in versions if each.number < version.number), None)


def targets_table(rules: Rules) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kind by kind, the time for each severity, the gravest first."""
    return [
        (
            kind_name(kind),
            [
                (severity_name(severity), span_words(rules.target(kind, severity)))
                for severity in GRAVEST_FIRST
            ],
        )
        for kind in (*KINDS, ANSWER)
    ]


def calendars(now: datetime) -> list[tuple[WorkCalendar, str]]:
    """By which working time is counted, with the hours of today."""
    today = now.date()
    return [
        (each, hours_in_words(week_on(each, today))) for each in WorkCalendar.objects.order_by("pk")
    ]


def house_hours() -> tuple[Department | None, WorkTime | None]:
    """The hours for examples: those of the department at the top."""
    top = Department.objects.filter(parent=None, is_active=True).order_by("pk").first()
    return (top, work_time_of(top)) if top else (None, None)
