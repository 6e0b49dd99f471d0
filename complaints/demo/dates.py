"""Four cases about dates: one waits for a later one, one got it, one stands still, one is borne."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from complaints.demo.clockwork import Story
from complaints.demo.stage import Stage
from complaints.granting import holding_letter
from complaints.models import Complaint, Extension
from complaints.services.cases import acknowledge
from complaints.services.clocks import resolving
from complaints.services.decisions import Terms, decide, request_decision
from complaints.services.extensions import approve, extend
from complaints.services.pausing import pause
from departments.standing import forget_standing
from escalations.models import Escalation

TEXTS = Path(__file__).with_name("dates.json")
Texts = dict[str, str]
A_WEEK = timedelta(days=7)


def cases_about_dates(stage: Stage) -> Iterator[tuple[Callable[[datetime], Story], float]]:
    """Each story with the working hours that have passed since it began."""
    texts: dict[str, Texts] = json.loads(TEXTS.read_text(encoding="utf-8"))
    yield partial(_waits, stage, texts["waiting"]), 7
    yield partial(_granted, stage, texts["granted"]), 9
    yield partial(_stands_still, stage, texts["paused"]), 8
    yield partial(_borne, stage, texts["risk"]), 10


def _begun(stage: Stage, text: Texts, to: str, now: datetime) -> Complaint:
    case = stage.file(
        "kefu2", now,
        customer=text["customer"], channel="phone", severity="serious", category=text["category"],
        title=text["title"], description=text["story"], remedy_sought=text["remedy"],
    )  # fmt: skip
    acknowledge(complaint=case, actor=stage.person("kefu2"), how=text["called"], now=now)
    case.refresh_from_db()
    stage.ask(case, "kefu2", to, now, hours=30, title=text["ask"], ask=text["ask_text"])
    return case


def _taken(stage: Stage, case: Complaint, by: str, now: datetime) -> None:
    stage.accept(case.tickets.get(), by, now, hours=28)
    case.refresh_from_db()


def _waits(stage: Stage, text: Texts, now: datetime) -> Story:
    case = _begun(stage, text, "business", now)
    now = yield 2
    _taken(stage, case, "yewu2", now)
    now = yield 3
    _later(stage, case, text, now)


def _granted(stage: Stage, text: Texts, now: datetime) -> Story:
    case = _begun(stage, text, "technology", now)
    now = yield 2
    _taken(stage, case, "keji2", now)
    now = yield 2
    asked = _later(stage, case, text, now)
    now = yield 1
    leader = asked.leader
    assert leader is not None
    forget_standing(leader)
    approve(extension=asked, actor=leader, note=text["note"], now=now)


def _later(stage: Stage, case: Complaint, text: Texts, now: datetime) -> Extension:
    clock = resolving(case)
    assert clock is not None
    return extend(
        complaint=case, actor=stage.person("kefu2"), due_at=clock.due_at + A_WEEK,
        reason=text["reason"], letter=holding_letter(case), now=now,
    )  # fmt: skip


def _stands_still(stage: Stage, text: Texts, now: datetime) -> Story:
    case = _begun(stage, text, "operations", now)
    now = yield 2
    _taken(stage, case, "yunying1", now)
    now = yield 2
    pause(
        complaint=case, actor=stage.person("kefu2"), why="external_appraisal",
        waits_for=text["waits"], until=stage.later(now, 40), now=now,
    )  # fmt: skip


def _borne(stage: Stage, text: Texts, now: datetime) -> Story:
    case = _begun(stage, text, "technology", now)
    now = yield 1
    _taken(stage, case, "keji1", now)
    asked = request_decision(
        complaint=case, actor=stage.person("kefu2"), text=text["question"], now=now
    )
    now = yield 1.5
    asked.refresh_from_db()
    forget_standing(asked.leader)
    decide(
        escalation=asked, actor=asked.leader, outcome=Escalation.Outcome.RISK_ACCEPTED,
        note=text["note"], terms=Terms(risk=text["danger"], until=now + 3 * A_WEEK), now=now,
    )  # fmt: skip
