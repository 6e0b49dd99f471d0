"""Earlier complaints of the same customer, and those with a title much like this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.contrib.postgres.search import SearchQuery

from complaints.models import Complaint, Customer
from complaints.querysets import ComplaintQuerySet
from complaints.search import lexemes, raw_query
from departments.models import User

MOST = 3
# What the words find is looked through by its titles, newest first, and no further than this.
LOOKED_THROUGH = 60
LOOKED_BACK = timedelta(days=400)
ALIKE = 0.4
_MOST_WORDS = 10
_FILLERS = """
    a an and are as at be by can cannot do does for from has have he her his i in is it its my no
    not of on or she that the their they this to was were will with
"""
_SHOWN = ("reference", "title", "state", "received_at", "closed_at", "customer__name")


@dataclass(frozen=True, slots=True)
class Seen:
    """A complaint that may be the same trouble, and why it is shown."""

    complaint: Complaint
    same_customer: bool


def seen_before(*, customer: Customer | None, title: str, user: User, now: datetime) -> list[Seen]:
    """At most a handful: the customer's own first. Three queries."""
    cases = (
        Complaint.objects.visible_to(user)
        .select_related("customer")
        .only(*_SHOWN)
        .order_by("-received_at", "-pk")
    )
    own = list(cases.filter(customer=customer)[:MOST]) if customer else []
    shown = [Seen(case, same_customer=True) for case in own]
    known = {case.pk for case in own}
    alike = [case for case in _alike(cases, title, now=now) if case.pk not in known]
    return shown + [Seen(case, same_customer=False) for case in alike[:MOST]]


def _alike(cases: ComplaintQuerySet, title: str, *, now: datetime) -> list[Complaint]:
    """Those with all the words first, then those with many of them."""
    words = telling_words(title)
    if not words:
        return []
    recent = cases.filter(received_at__gte=now - LOOKED_BACK)
    best = list(recent.filter(search=_raw([_all(words)]))[:MOST])
    if len(best) < MOST and len(words) > 1:
        some = recent.filter(search=_raw(_all(pair) for pair in combinations(words, 2)))
        scored = [(_likeness(words, case.title), case) for case in some[:LOOKED_THROUGH]]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        best += [case for score, case in scored if score >= ALIKE and case not in best]
    return best


def telling_words(title: str) -> list[str]:
    """The words of a title that say something: no fillers, Chinese by its pairs."""
    fillers = _FILLERS.split()
    words = [word for word in lexemes(title) if word not in fillers]
    pairs = [word for word in words if len(word) > 1]
    return (pairs or words)[:_MOST_WORDS]


def _all(words: Iterable[str]) -> str:
    return "(" + " & ".join(f"'{word}'" for word in words) + ")"


def _raw(terms: Iterable[str]) -> SearchQuery:
    return raw_query(" | ".join(terms))


def _likeness(words: list[str], title: str) -> float:
    """The share of the words that the other title has."""
    return len(set(words) & set(lexemes(title))) / len(words)
