"""How far the date of a case may move, and the letter that tells the customer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format

from complaints.models import Commitment, Complaint, Customer
from departments.calendars import work_time_of
from escalations.models import Deadline, Preset
from escalations.policy import Extension as Limits
from escalations.services.policies import rules_of

# Promises that a customer understands as such, soonest first.
PROMISES_QUOTED = 3
# Stands in a draft for the date that is not chosen yet.
DATE = "{date}"
# As dates are written in the letters themselves.
_STYLES = {"en": "j F Y", "zh-hans": "Y年n月j日"}
_HAN = re.compile(r"[\u3400-\u9fff]")


def limits_of(clock: Deadline) -> Limits:
    """What the policy, by which the clock runs, says about moving its date."""
    return rules_of(clock.policy_version).extension


def furthest(case: Complaint, clock: Deadline, *, now: datetime) -> datetime | None:
    """The last date to which the clock may move; None without a limit.

    For as long as it stood still by the policy, that much later.
    """
    limits = limits_of(clock)
    if limits.maximum is None:
        return None
    # A day ends at midnight, which is the beginning of the next one: just before it.
    start = case.received_at if limits.total else clock.first_due_at - timedelta(microseconds=1)
    last = work_time_of(clock.department).due(start, limits.maximum.amount, limits.maximum.unit)
    return last + stood_still(case, clock, now=now)


def stood_still(case: Complaint, clock: Deadline, *, now: datetime) -> timedelta:
    """For how long the clock has stood still since it began."""
    waits = case.commitments.filter(kind=Commitment.Kind.WAIT, made_at__gte=clock.started_at)
    spans = waits.values_list("made_at", "ended_at")
    return sum(((ended or now) - made for made, ended in spans), timedelta())


# --- The holding letter ---------------------------------------------------------------------------
def language_of(customer: Customer, case: Complaint) -> str:
    """In which language letters to the customer are; by their words where nobody said."""
    if customer.language:
        return customer.language
    written = f"{customer.name}{case.description}"
    return "zh-hans" if _HAN.search(written) else "en"


def holding_letter(case: Complaint) -> str:
    """A draft, in the customer's language: what is promised, by when, and what they may do.

    The new date is not known yet: `DATE` stands for it.
    """
    language = language_of(case.customer, case)
    with translation.override(language):
        context = {
            "case": case,
            "customer": case.customer,
            "date": DATE,
            "promises": promises_quoted(case),
            "ombudsman": may_turn_to_ombudsman(case.preset),
        }
        return render_to_string(f"letters/holding.{language}.txt", context).strip()


def with_date(letter: str, case: Complaint, due_at: datetime) -> str:
    """The letter with the date written in, as its language writes dates."""
    language = language_of(case.customer, case)
    with translation.override(language):
        # A day that ends at midnight is the day before.
        day = date_format(timezone.localtime(due_at - timedelta(microseconds=1)), _STYLES[language])
    return letter.replace(DATE, day)


def promises_quoted(case: Complaint) -> Sequence[Commitment]:
    """What is promised to somebody by now; what people only remind themselves of is not."""
    made = case.commitments.filter(state="made", made_to__isnull=False)
    return list(made.order_by("promised_at", "pk")[:PROMISES_QUOTED])


def may_turn_to_ombudsman(code: str) -> bool:
    """Whether the regulator's rules let the customer go to an ombudsman when it takes longer."""
    preset = Preset.objects.filter(code=code).first() if code else None
    data: dict[str, Any] = preset.data if preset and isinstance(preset.data, dict) else {}
    extension = data.get("extension")
    return isinstance(extension, dict) and bool(extension.get("ombudsman_right"))
