"""Which clocks filing will start, and when each will be due: shown before anything is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from departments.calendars import work_times_of
from departments.formatting import instant_text
from departments.models import Department
from departments.worktime import Unit
from escalations.models import Deadline, Severity
from escalations.policy import Span, Traits
from escalations.services import RuleBook, rule_book, rules_by

Kind = Deadline.Kind

_WHAT: Final[dict[str, str | Promise]] = {
    Kind.ACKNOWLEDGE: gettext_lazy("Acknowledge the customer"),
    Kind.UPDATE_CUSTOMER: gettext_lazy("Tell the customer where it stands"),
    Kind.RESOLVE: gettext_lazy("Resolve"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """One clock: what has to be done, within what, by when."""

    what: str
    within: str
    due_at: datetime
    now: datetime

    @property
    def by(self) -> str:
        """The hour where it is today, else the date with it."""
        local = timezone.localtime(self.due_at)
        if local.date() == timezone.localtime(self.now).date():
            return _("by %(time)s") % {"time": date_format(local, "H:i")}
        return instant_text(self.due_at, now=self.now)


def what_filing_starts(
    *, contact: Department, asked: Department | None, traits: Traits, now: datetime
) -> list[Start]:
    """The clocks of the case, and of the first ticket where a department is asked at once.

    Three queries. By the same rules and hours that filing itself goes by.
    """
    rules = rules_by(traits)[1]
    hours = work_times_of({contact.pk, asked.pk if asked else contact.pk})
    wanted = [(kind, str(label), contact) for kind, label in _WHAT.items()]
    if asked:
        label = _("%(department)s accepts the ticket") % {"department": asked.name}
        wanted.insert(1, (Kind.ACCEPT, label, asked))
    return [
        Start(what, span_text(span), hours[department.pk].due(now, span.amount, span.unit), now)
        for kind, what, department in wanted
        if (span := rules.target(kind, traits.severity))
    ]


def span_text(span: Span) -> str:
    """Such as "2 working hours"."""
    number = math.ceil(span.amount)
    written = {
        Unit.WORKING_HOUR: ngettext("%(n)s working hour", "%(n)s working hours", number),
        Unit.BUSINESS_DAY: ngettext("%(n)s working day", "%(n)s working days", number),
        Unit.CALENDAR_DAY: ngettext("%(n)s calendar day", "%(n)s calendar days", number),
        Unit.HOUR: ngettext("%(n)s hour", "%(n)s hours", number),
    }
    return written[span.unit] % {"n": f"{span.amount:g}"}


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a severity goes, in words."""

    severity: str
    name: str
    text: str


def what_each_severity_starts() -> list[Speed]:
    """For each severity how fast it goes. One query."""
    book = rule_book()
    return [
        Speed(severity.value, str(severity.label), _sentence(_promises(book, severity)))
        for severity in Severity
    ]


def _sentence(parts: Iterable[str]) -> str:
    return _("%(promises)s.") % {"promises": _(", ").join(parts)}


def _promises(book: RuleBook, severity: str) -> Iterable[str]:
    rules = book.rules_by(Traits(severity))[1]
    acknowledge = rules.target(Kind.ACKNOWLEDGE, severity)
    if acknowledge:
        yield _("acknowledged within %(span)s") % {"span": span_text(acknowledge)}
    resolve = rules.target(Kind.RESOLVE, severity)
    if resolve:
        yield _("resolved within %(span)s") % {"span": span_text(resolve)}
    if severity == Severity.MAJOR:
        yield _("your leader is told at once")
