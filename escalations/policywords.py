"""A policy in sentences: what it applies to, who is told when, what it limits and asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.policy import ANSWER, KINDS, ROLE_OF_LEVEL, SEVERITIES, Extension, Rules, Rung
from escalations.policy.names import (
    channel_name,
    closure_name,
    kind_name,
    role_name,
    severity_name,
)
from escalations.policy.rules import Retention, Span
from escalations.policy.scope import SCOPE_PARTS, Scope
from escalations.scope_choices import names_in
from escalations.wording import amount_words, pause_words, repeat_words, rung_words

TIMED = tuple(kind for kind in KINDS if kind != ANSWER)


def joined(names: Iterable[str]) -> str:
    """As one says it: "the owner and the leader"; "a, b and c"."""
    given = list(names)
    if len(given) < 2:
        return "".join(given)
    first = _(", ").join(given[:-1])
    return _("%(first)s and %(last)s") % {"first": first, "last": given[-1]}


def either(names: Iterable[str]) -> str:
    """One of them: "a, b or c"."""
    given = list(names)
    if len(given) < 2:
        return "".join(given)
    first = _(", ").join(given[:-1])
    return _("%(first)s or %(last)s") % {"first": first, "last": given[-1]}


def span_words(span: Span | None) -> str:
    """How long; a promise where there is no target."""
    return amount_words(span.amount, span.unit) if span else _("as promised")


# --- Ladders --------------------------------------------------------------------------------------
def who_words(rung: Rung) -> str:
    """Who is reminded, or asked to decide."""
    people = joined(role_name(role) for role in ROLE_OF_LEVEL if role in rung.who)
    if not rung.level:
        return _("Remind %(people)s") % {"people": people}
    asked = ROLE_OF_LEVEL[rung.level]
    others = joined(role_name(role) for role in ROLE_OF_LEVEL if role in rung.who and role != asked)
    if not others:
        return _("Ask %(asked)s to decide") % {"asked": role_name(asked)}
    return _("Ask %(asked)s to decide, tell %(others)s") % {
        "asked": role_name(asked),
        "others": others,
    }


def channel_words(rung: Rung) -> str:
    """By which it speaks; empty where it uses all that its reader has."""
    return joined(channel_name(channel) for channel in rung.channels)


def rung_sentence(rung: Rung) -> str:
    """A rung in one line: for differences."""
    parts = [f"{rung_words(rung)}: {who_words(rung)}"]
    if rung.level:
        parts.append(_("level %(level)d") % {"level": rung.level})
    if rung.channels:
        parts.append(channel_words(rung))
    if rung.repeat:
        parts.append(repeat_words(rung.repeat))
    return " · ".join(parts)


# --- What it applies to ---------------------------------------------------------------------------
def scope_names(scope: Scope, presets: Mapping[str, str]) -> dict[str, list[str]]:
    """The names in each part that leaves something out. `presets`: names by code."""
    named = {
        "severities": [severity_name(code) for code in SEVERITIES if code in scope.severities],
        "presets": [presets.get(code, code) for code in sorted(scope.presets)],
    }
    for part in ("channels", "customer_groups", "categories"):
        named[part] = names_in(part, getattr(scope, part))
    return {part: named[part] for part in SCOPE_PARTS if named[part]}


def scope_part_name(part: str) -> str:
    """What a part of the scope looks at."""
    names = {
        "severities": _("Severity"),
        "channels": _("Received by"),
        "presets": _("Regulator's rules"),
        "customer_groups": _("Customer group"),
        "categories": _("Business type or cause"),
    }
    return names[part]


def scope_words(scope: Scope, presets: Mapping[str, str]) -> str:
    """In one sentence."""
    if scope.is_everything:
        return _("Every case that no policy of a lower rank takes.")
    parts = [
        _("%(part)s: %(names)s") % {"part": scope_part_name(part), "names": _(", ").join(names)}
        for part, names in scope_names(scope, presets).items()
    ]
    return " · ".join(parts)


# --- The rest -------------------------------------------------------------------------------------
def times_words(count: int) -> str:
    """How often: once, twice, three times."""
    if count == 1:
        return _("once")
    if count == 2:
        return _("twice")
    return _("%(n)d times") % {"n": count}


def limit_words(limits: Mapping[str, int]) -> list[str]:
    """At which count somebody above is asked, each in a sentence."""
    return [
        ngettext(
            "The first return of a ticket goes to the leader above both departments.",
            "Return number %(n)d of a ticket goes to the leader above both departments.",
            limits["returns"],
        )
        % {"n": limits["returns"]},
        ngettext(
            "The first handover of a ticket goes to the leader above both departments.",
            "Handover number %(n)d of a ticket goes to the leader above both departments.",
            limits["handovers"],
        )
        % {"n": limits["handovers"]},
        ngettext(
            "The first move of a promised date goes to the leader.",
            "Move number %(n)d of one promised date goes to the leader.",
            limits["moved_dates"],
        )
        % {"n": limits["moved_dates"]},
        _("Complaint number %(n)d of one root cause within %(days)d days goes to a leader.")
        % {"n": limits["recurrences"], "days": limits["recurrence_days"]},
    ]


def extension_words(extension: Extension) -> str:
    """How far the date for resolving may move, and on what conditions."""
    if extension.maximum is None:
        far = _("The date for resolving may move as far as the approver sees fit")
    elif extension.total:
        far = _("The date for resolving may move to %(amount)s from when the case came in")
    else:
        far = _("The date for resolving may move by %(amount)s at most")
    conditions = [
        _("an approval is needed") if extension.needs_approval else _("no approval is needed"),
        _("the customer is told") if extension.tell_customer else _("the customer is not told"),
    ]
    parts = [far % {"amount": span_words(extension.maximum)}, *conditions]
    return _("%(said)s.") % {"said": "; ".join(parts)}


def pause_lines(rules: Rules) -> Iterator[tuple[str, str]]:
    """Which clocks stop, and while what."""
    for kind in TIMED:
        if reasons := rules.pause_reasons.get(kind):
            yield kind_name(kind), either(pause_words(code) for code in sorted(reasons))


def closure_words(fields: Iterable[str]) -> str:
    """What closing asks for beside what every closure needs."""
    names = joined(closure_name(field) for field in sorted(fields))
    return names or _("nothing beside the outcome and the reply")


def retention_words(retention: Retention | None) -> str:
    """How long a case is kept."""
    if retention is None:
        return _("The policy does not say.")
    if retention.since == "closure":
        words = ngettext(
            "%(n)d year from its closure", "%(n)d years from its closure", retention.years
        )
    else:
        words = ngettext(
            "%(n)d year from its receipt", "%(n)d years from its receipt", retention.years
        )
    return words % {"n": retention.years}
