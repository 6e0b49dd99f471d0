from __future__ import annotations

from datetime import UTC, datetime

import pytest

from journal.services import record
from notifications.handover import broker
from notifications.models import Preference
from notifications.services import prefer, tell
from tests.notifications.mailserver import receiving

CASE = "C-2026-00412"


@pytest.fixture(autouse=True)
def _fresh_broker():
    broker.quiet_until = 0.0
    yield
    broker.quiet_until = 0.0


@pytest.fixture
def now():
    return datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def mailserver(settings):
    settings.SITE_URL = "https://duban.example.org"
    yield from receiving(settings)


@pytest.fixture
def entry_of(now):
    def make(*, subject="T-1031", tag="ticket:returned", stream=CASE, **fields):
        given = {"actor": None, "now": now} | fields
        return record(stream=stream, subject=subject, tag=tag, **given)

    return make


@pytest.fixture
def told(entry_of, now):
    """Tells people about a new entry of the case; returns the notices."""

    def make(*people, kind="other", label="Points not credited", entry=None, **fields):
        entry = entry or entry_of()
        return tell(
            people=people,
            kind=kind,
            entry=entry,
            subject=fields.pop("subject", entry.subject),
            label=label,
            **({"now": now} | fields),
        )

    return make


@pytest.fixture
def prefers(now):
    """Has a person choose how they are told; returns what that released."""

    def choose(person, *, at=None, **fields):
        return prefer(preference=Preference(user=person, **fields), now=at or now)

    return choose
