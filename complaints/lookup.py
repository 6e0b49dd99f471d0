"""Finding a customer again: by name, phone, e-mail, or the whole identity number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from complaints.encryption import blind_index
from complaints.models import Customer
from complaints.search import search_query

MOST = 8
_GAPS = re.compile(r"[\s().\-/]")
# Everybody writes a mobile number of China with and without its country.
_COUNTRY = re.compile(r"^(\+86|0086)(?=1\d{10}$)")


@dataclass(frozen=True, slots=True)
class Matches:
    """Who was found; `more` when there are others, `asked` when there was something to look for."""

    customers: list[Customer]
    more: bool = False
    asked: bool = False


def find_customers(text: str) -> Matches:
    """The customer with this identity number, else those whose name, phone or e-mail has the words.

    Two queries at most, and never more than `MOST` people.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return Matches([])
    known = list(_described(Customer.objects.filter(identity_index=blind_index(text))[:1]))
    if known:
        return Matches(known, asked=True)
    query = search_query(_words(text))
    if query is None:
        return Matches([], asked=True)
    found = list(_described(Customer.objects.filter(search=query).order_by("-pk")[: MOST + 1]))
    return Matches(found[:MOST], more=len(found) > MOST, asked=True)


def customer_by_id(given: str) -> Customer | None:
    """The customer whom a form names; None where it names nobody."""
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        return None
    return _described(Customer.objects.filter(pk=int(given))).first()


def local_phone(text: str) -> str:
    """A phone number as it is kept, whatever stood between its digits."""
    return _COUNTRY.sub("", _GAPS.sub("", text))


def _words(text: str) -> str:
    phone = local_phone(text)
    return phone if phone.removeprefix("+").isdigit() else text


def _described(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With the number of their complaints, and without what nobody is shown here."""
    chosen = Customer.objects.filter(pk__in=customers.values("pk"))
    return (
        chosen.defer("identity_sealed", "identity_index", "search")
        .annotate(earlier=Count("complaints"))
        .order_by("-pk")
    )
