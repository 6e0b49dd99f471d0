"""Earlier complaints of the same customer, and those with a title much like this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from complaints.models import Complaint, Customer
from complaints.querysets import ComplaintQuerySet
from complaints.search import lexemes
from departments.models import User

MOST = 3
# What the words find is looked through by its titles, newest first, and no further than this.
LOOKED_THROUGH = 60
LOOKED_BACK = timedelta(days=400)
ALIKE = 0.4
_MOST_WORDS = 10
_FILLERS = frozenset(
    "a an and are as at be by can cannot do does for from has have he her his i in is it its my no "
    "not of on or she that the their they this to was were will with".split()
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A complaint that may be the same trouble, and why it is shown."""

    complaint: Complaint
    same_customer: bool


def seen_before(
    *, customer: Customer | None, title: str, user: User, now: datetime
) -> list[Seen]:
    """At most a handful: the customer's own first. Two queries."""
    cases = (
        Complaint.objects.visible_to(user)
        .select_related("customer")
        .only("reference", "title", "state", "received_at", "closed_at", "severity", "customer__name")
        .order_by("-received_at", "-pk")
    )
    own = list(cases.filter(customer=customer)[:MOST]) if customer else []
    shown = [Seen(case, same_customer=True) for case in own]
    known = {case.pk for case in own}
    alike = [case for case in _alike(cases, title, now=now) if case.pk not in known]
    return shown + [Seen(case, same_customer=False) for case in alike[:MOST]]


def _alike(cases: ComplaintQuerySet, title: str, *, now: datetime) -> list[Complaint]:
    words = telling_words(title)
    query = _any_two(words)
    if query is None:
        return []
    recent = cases.filter(Q(search=query), received_at__gte=now - LOOKED_BACK)
    scored = ((_likeness(words, case.title), case) for case in recent[:LOOKED_THROUGH])
    best = sorted(
        (pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: pair[0], reverse=True
    )
    return [case for _score, case in best]


def telling_words(title: str) -> list[str]:
    """The words of a title that say something: no fillers, Chinese by its pairs."""
    words = [word for word in lexemes(title) if word not in _FILLERS]
    pairs = [word for word in words if len(word) > 1]
    return (pairs or words)[:_MOST_WORDS]


def _any_two(words: list[str]) -> SearchQuery | None:
    """Found by any two of the words, or by the only one."""
    if not words:
        return None
    if len(words) == 1:
        return _raw([f"'{words[0]}'"])
    return _raw(f"('{one}' & '{other}')" for one, other in combinations(words, 2))


def _raw(terms: Iterable[str]) -> SearchQuery:
    return SearchQuery(" | ".join(terms), search_type="raw", config="simple")


def _likeness(words: list[str], title: str) -> float:
    """The share of the words that the other title has."""
    return len(set(words) & set(lexemes(title))) / len(words)
