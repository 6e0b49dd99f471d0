"""What activating a draft would do: an honest estimate, at a price that does not grow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from escalations.models import CasePolicy, Deadline, PolicyVersion
from escalations.policy import Traits, parse, traits_of
from escalations.services.policies import Held, RuleBook, rule_book

# So many clocks are looked at; two short reads.
LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Effect:
    """Of the clocks that were looked at: those that would follow the draft, in how many cases."""

    looked_at: int
    clocks: int
    cases: int
    leaving: int
    complete: bool


def effect_of(draft: PolicyVersion) -> Effect:
    """Whose clocks would go by the draft if it held for running cases too. Three queries."""
    live = Deadline.objects.filter(state__in=Deadline.LIVE).order_by("pk")
    found = list(live.values_list("stream", "severity")[: LOOKED_AT + 1])
    rows = found[:LOOKED_AT]
    clocks = Counter(stream for stream, _severity in rows)
    severities = dict(reversed(rows))
    known = CasePolicy.objects.select_related("version").in_bulk(list(clocks))
    book = _book_with(draft)
    following = leaving = cases = 0
    for stream, count in clocks.items():
        chosen = known.get(stream)
        traits = traits_of(chosen.traits) if chosen else Traits(severities[stream])
        version, _rules = book.rules_by(traits)
        if version == draft:
            following += count
            cases += 1
        elif chosen and chosen.version and chosen.version.policy_id == draft.policy_id:
            leaving += count
    return Effect(len(rows), following, cases, leaving, complete=len(found) <= LOOKED_AT)


def _book_with(draft: PolicyVersion) -> RuleBook:
    """What would hold: the draft in the place of the version that it retires."""
    others = [held for held in rule_book().held if _policy_of(held) != draft.policy_id]
    together: list[Held] = [*others, (draft, parse(draft.rules))]
    return RuleBook(sorted(together, key=_order))


def _policy_of(held: Held) -> int | None:
    return held[0].policy_id if held[0] else None


def _order(held: Held) -> tuple[int, int]:
    version = held[0]
    return (version.policy.rank, version.policy_id) if version else (0, 0)
