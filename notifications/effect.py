"""What a person's preference means at this moment, for the page that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from departments.formatting import capped
from departments.models import User
from notifications.models import Delivery
from notifications.waiting import habits_of

MANY = 99


@dataclass(frozen=True, slots=True)
class Effect:
    """When mail leaves that is written now; an instant of None is "at once"."""

    news_at: datetime | None
    question_at: datetime | None
    by_digest: bool
    # "" for none, such as "7" or "99+".
    waiting: str


def effect_of(reader: User, *, now: datetime) -> Effect:
    """What happens to news, and to a question, of this moment. One query."""
    habits = habits_of(reader)
    question_at = habits.leaves_at(now)
    digest_at = habits.digest_after(now)
    news_at = digest_at or question_at
    waiting = Delivery.objects.waiting().filter(reader=reader)[: MANY + 1].count()
    return Effect(
        news_at=news_at if news_at > now else None,
        question_at=question_at if question_at > now else None,
        by_digest=digest_at is not None,
        waiting=capped(waiting, MANY),
    )
