"""What the list of complaints can be narrowed to; all of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import LineField
from complaints.models import Commitment, Complaint, Involvement, Ticket
from complaints.scope import start_of
from complaints.search import search_query
from departments.models import Department, User
from departments.queries import subtree_ids
from escalations.models import Deadline, Severity

OPEN, ALL = "open", "all"
MANY = 2000
STATES = [(OPEN, _("All that are open")), (ALL, _("All")), *Complaint.State.choices]

UNSEEN = ("within", "part", "slow", "broken", "customer_of")
PERIODS = [
    ("7", _("in the last 7 days")),
    ("30", _("in the last 30 days")),
    ("90", _("in the last 90 days")),
]


class TextFilter(django_filters.Filter):
    """A line of text."""

    field_class = LineField


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the query that leaves it out."""

    name: str
    text: str
    query: str


class ComplaintFilter(django_filters.FilterSet):
    """Without a state: the open ones; with words to look for, all."""

    q = TextFilter(
        label=_("Text"),
        method="matching",
        max_length=120,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "placeholder": _("Words, order, customer, reference…"),
            }
        ),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=None, method="in_state"
    )
    severity = django_filters.ChoiceFilter(
        label=_("Severity"), choices=Severity.choices, empty_label=_("Any")
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Takes part"),
        field_name="involvements__department",
        queryset=Department.objects.all(),
        empty_label=_("Any"),
    )
    holder = django_filters.ModelChoiceFilter(
        label=_("Held by"),
        queryset=Department.objects.all(),
        empty_label=_("Any"),
        method="held_by",
    )
    # Not on the form: the numbers of the dashboard lead here.
    within = django_filters.ModelChoiceFilter(
        label=_("Held in or below"), queryset=Department.objects.all(), method="held_within"
    )
    part = django_filters.ModelChoiceFilter(
        label=_("Part in or below"), queryset=Department.objects.all(), method="part_within"
    )
    slow = django_filters.ChoiceFilter(
        label=_("Resolved late"), choices=PERIODS, method="resolved_late"
    )
    broken = django_filters.ChoiceFilter(
        label=_("Promise kept late"), choices=PERIODS, method="with_broken_promise"
    )
    # Not on the form either: a case leads to the others of its customer.
    customer_of = TextFilter(label=_("Customer of"), method="of_customer")
    mine = django_filters.BooleanFilter(
        label=_("Mine"), widget=forms.CheckboxInput, method="unchanged"
    )
    late = django_filters.BooleanFilter(
        label=_("Late"), widget=forms.CheckboxInput, method="only_late"
    )

    class Meta:
        model = Complaint
        fields = ()

    def __init__(self, data: QueryDict, *, user: User, now: datetime) -> None:
        self.user = user
        self.now = now
        given = data.copy()
        usual = ALL if given.get("q", "").strip() else OPEN
        self.state_is_chosen = given.get("state", usual) in dict(STATES).keys() - {usual}
        if not self.state_is_chosen:
            given["state"] = usual
        super().__init__(given, queryset=Complaint.objects.visible_to(user))

    @cached_property
    def values(self) -> dict[str, Any]:
        """What is set, as it was understood; what was not is left out."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def any_of(self) -> list[Q]:
        """Mine in three ways, each with an index of its own.

        Among open cases a ticket counts while it is open; among all of them, any that was mine.
        """
        if not self.values.get("mine"):
            return []
        owned = Ticket.objects.filter(owner=self.user)
        tickets = (owned.open() if self.values["state"] == OPEN else owned).values("complaint")
        return [
            Q(contact_owner=self.user),
            Q(holder=self.user) & ~Q(state__in=Complaint.ENDED),
            Q(pk__in=tickets),
        ]

    def kept(self) -> Iterator[tuple[str, str]]:
        """What is set and stands on no form: a form that is sent carries it along."""
        for name in UNSEEN:
            if name in self.values:
                yield name, _written(self.values[name])

    def chips(self) -> Iterator[Chip]:
        """Each filter that somebody set, with the query without it."""
        for name, value in self.values.items():
            if name == "state" and not self.state_is_chosen:
                continue
            yield Chip(name, self._said(name, value), self.query(without=name))

    def query(self, *, without: str = "", **more: str) -> str:
        """The address of this list: in one order, without what says nothing."""
        said = QueryDict(mutable=True)
        for name in self.filters:
            chosen = name in self.values and (name != "state" or self.state_is_chosen)
            if chosen and name != without:
                said[name] = _written(self.values[name])
        said.update(more)
        return said.urlencode()

    def _said(self, name: str, value: Any) -> str:
        label = str(self.filters[name].label)
        if value is True:
            return label
        choices = {
            "state": dict(STATES),
            "severity": dict(Severity.choices),
            "slow": dict(PERIODS),
            "broken": dict(PERIODS),
        }.get(name, {})
        return f"{label}: {choices.get(value, value)}"

    # The filters

    def matching(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """With every word of the text: by what the words find, unless they find very many.

        The planner cannot tell how rare the beginning of a word is, and would look for it
        through all cases, newest first; that is quick only where every other case has it.
        """
        query = search_query(text)
        if query is None:
            return rows
        found = Complaint.objects.filter(search=query).order_by("-received_at", "-pk")
        hits = list(found.values_list("pk", flat=True)[: MANY + 1])
        return rows.filter(search=query) if len(hits) > MANY else rows.filter(pk__in=hits)

    def in_state(self, rows: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        """Open, all, or just this one."""
        if state == OPEN:
            return rows.open()
        return rows if state == ALL else rows.filter(state=state)

    def held_by(self, rows: QuerySet[Any], _name: str, department: Department) -> QuerySet[Any]:
        """Held now: a case that has ended is held by nobody."""
        return rows.open().filter(holder_department=department)

    def held_within(self, rows: QuerySet[Any], _name: str, department: Department) -> QuerySet[Any]:
        """Held now by the department or one below it."""
        return rows.open().filter(holder_department__in=subtree_ids([department.pk]))

    def part_within(self, rows: QuerySet[Any], _name: str, department: Department) -> QuerySet[Any]:
        """In which the department or one below it takes part."""
        parts = Involvement.objects.filter(department__in=subtree_ids([department.pk]))
        return rows.filter(pk__in=parts.values("complaint"))

    def of_customer(self, rows: QuerySet[Any], _name: str, reference: str) -> QuerySet[Any]:
        """Of the same customer as a case that the person may read."""
        known = Complaint.objects.visible_to(self.user).filter(reference=reference)
        return rows.filter(customer__in=known.values("customer"))

    def resolved_late(self, rows: QuerySet[Any], _name: str, days: str) -> QuerySet[Any]:
        """Resolved in these days, and later than they should have been."""
        late = Deadline.objects.filter(
            kind="resolve", state="met_late", ended_at__gte=start_of(int(days), self.now)
        )
        return rows.filter(reference__in=late.values("stream"))

    def with_broken_promise(self, rows: QuerySet[Any], _name: str, days: str) -> QuerySet[Any]:
        """With a promise that was kept in these days, but late; of the departments chosen."""
        late = Commitment.objects.filter(
            state="kept_late", ended_at__gte=start_of(int(days), self.now)
        )
        if part := self.values.get("part"):
            late = late.filter(department__in=subtree_ids([part.pk]))
        return rows.filter(pk__in=late.values("complaint"))

    def only_late(self, rows: QuerySet[Any], _name: str, late: bool | None) -> QuerySet[Any]:
        """With a clock past due: no clock runs on a case that has ended."""
        return rows.open().late(self.now) if late else rows

    def unchanged(self, rows: QuerySet[Any], _name: str, _value: object) -> QuerySet[Any]:
        """Whose they are is not one condition but several: see `any_of`."""
        return rows


def _written(value: Any) -> str:
    if value is True:
        return "1"
    return str(value.pk) if isinstance(value, Department) else str(value)
