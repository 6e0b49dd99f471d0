"""The leaders who are asked, on the page of a case: by when, about what, with which options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import rules
from django.urls import reverse

from complaints.exchange import Exchange, exchanges_of
from complaints.forms.choosing import Card, card_of
from complaints.models import Ticket
from complaints.options import OptionRow
from departments.formatting import Clock
from departments.models import User
from escalations.models import Deadline, Escalation


@dataclass(frozen=True, slots=True)
class Question:
    """An open escalation: who is asked, by when, and whether the reader may decide it."""

    escalation: Escalation
    clock: Clock | None
    url: str
    exchange: Exchange | None = None
    acknowledge_url: str = ""
    decide_url: str = ""
    ask_url: str = ""
    pass_url: str = ""
    # The options to tick, for who may decide.
    card: Card | None = None


def question_rows(
    escalations: Sequence[Escalation],
    clocks: Mapping[tuple[str, str], Clock],
    options: Sequence[OptionRow],
    tickets: Iterable[Ticket],
    *,
    user: User,
    now: datetime,
) -> list[Question]:
    """Each open one. One query more where the limits raised any of them."""
    exchanges = exchanges_of(escalations, tickets)
    return [
        _row(one, clocks.get((one.reference, Deadline.Kind.DECIDE)), exchanges.get(one.pk))
        if not rules.has_perm("escalations.decide", user, one)
        else _row(
            one,
            clocks.get((one.reference, Deadline.Kind.DECIDE)),
            exchanges.get(one.pk),
            card=card_of(one, options, actor=user, now=now),
            verbs=_verbs(one),
        )
        for one in escalations
    ]


def _verbs(escalation: Escalation) -> Sequence[str]:
    raised = escalation.state == Escalation.State.RAISED
    return ("decide", "ask_option", "pass_up", *(["acknowledge"] if raised else []))


def _row(
    escalation: Escalation,
    clock: Clock | None,
    exchange: Exchange | None,
    *,
    card: Card | None = None,
    verbs: Sequence[str] = (),
) -> Question:
    reference = escalation.reference
    urls = {verb: reverse("complaints:move_escalation", args=[reference, verb]) for verb in verbs}
    return Question(
        escalation,
        clock,
        reverse("complaints:escalation", args=[reference]),
        exchange=exchange,
        acknowledge_url=urls.get("acknowledge", ""),
        decide_url=urls.get("decide", ""),
        ask_url=urls.get("ask_option", ""),
        pass_url=urls.get("pass_up", ""),
        card=card,
    )
