"""The founding case, retold: two departments do not agree, and a leader must decide."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.demo.clockwork import Story
from complaints.demo.stage import Stage
from complaints.models import Commitment, Complaint, Ticket
from complaints.services.asking import complete
from complaints.services.cases import acknowledge, inform_customer
from complaints.services.commitments import move_date, promise
from complaints.services.messages import write
from complaints.services.tickets import return_ticket

Texts = dict[str, str]
FOUNDING_ACCOUNT = "123456XXX"
TEXTS = Path(__file__).with_name("founding.json")


def founding_case(stage: Stage, language: str) -> Callable[[datetime], Story]:
    """The story in one language."""
    return partial(_tell, stage, json.loads(TEXTS.read_text(encoding="utf-8"))[language])


def _tell(stage: Stage, text: Texts, now: datetime) -> Story:
    case = _filed(stage, text, now)
    now = yield 0.3
    kefu1 = stage.person("kefu1")
    acknowledge(complaint=case, actor=kefu1, how=text["acknowledged"], now=now)
    special = yield from _business_asks_technology(stage, case, text)
    environment = yield from _technology_sends_it_back(stage, case, special, text)
    now = yield 2.0
    _move(stage, environment, text["uat_moved_1"], now=now, hours=8)
    inform_customer(complaint=case, actor=kefu1, what=text["told"], now=now)
    yield from _they_quarrel(stage, case, environment, text)
    now = yield 7.0
    at, yewu1 = stage.later(now, 18.5), stage.person("yewu1")
    promise(complaint=case, actor=yewu1, what=text["deduct"], promised_at=at, now=now)
    now = yield 4.0
    inform_customer(complaint=case, actor=kefu1, what=text["told"], now=now)
    yield from _a_leader_must_decide(stage, case, special, text)


def _business_asks_technology(
    stage: Stage, case: Complaint, text: Texts
) -> Generator[float, datetime, Ticket]:
    now = yield 0.2
    manual = stage.ask(
        case, "kefu1", "business", now, hours=16,
        title=text["ask_business"], ask=text["ask_business_text"],
    )  # fmt: skip
    now = yield 1.2
    stage.accept(manual, "yewu1", now, hours=60)
    now = yield 0.8
    special = stage.ask(
        case, "yewu1", "technology", now, hours=30, parent=manual,
        title=text["ask_tech"], ask=text["ask_tech_text"],
    )  # fmt: skip
    now = yield 0.5
    _say(stage, case, text["call"], by="yewu1", kind="call", now=now)
    return special


def _technology_sends_it_back(
    stage: Stage, case: Complaint, special: Ticket, text: Texts
) -> Generator[float, datetime, Commitment]:
    now = yield 1.0
    environment = promise(
        complaint=case, actor=stage.person("keji2"), what=text["uat"],
        promised_at=stage.later(now, 8), now=now,
    )  # fmt: skip
    now = yield 0.4
    _send_back(stage, special, text["missing_1"], whom=text["from"], now=now)
    now = yield 1.6
    complete(ticket=special, actor=stage.person("yewu1"), text=text["supplied"], now=now)
    now = yield 1.0
    stage.accept(special, "keji1", now, hours=30)
    return environment


def _they_quarrel(stage: Stage, case: Complaint, environment: Commitment, text: Texts) -> Story:
    now = yield 2.0
    _say(stage, case, text["blame"], by="yewu2", kind="message", now=now)
    now = yield 0.7
    _say(stage, case, text["reply_blame"], by="keji1", kind="message", now=now)
    now = yield 1.3
    _move(stage, environment, text["uat_moved_2"], now=now, hours=17)


def _a_leader_must_decide(stage: Stage, case: Complaint, special: Ticket, text: Texts) -> Story:
    now = yield 9.0
    _send_back(stage, special, text["missing_2"], whom=text["from"], now=now)
    now = yield 1.5
    stage.ask(
        case, "yewu1", "operations", now, hours=24,
        title=text["ask_ops"], ask=text["ask_ops_text"],
    )  # fmt: skip
    now = yield 0.5
    at, kefu1 = stage.later(now, 14), stage.person("kefu1")
    promise(complaint=case, actor=kefu1, what=text["tell"], promised_at=at, now=now)


def _filed(stage: Stage, text: Texts, now: datetime) -> Complaint:
    letter = SimpleUploadedFile(text["file"], text["file_text"].encode(), "text/plain")
    return stage.file(
        "kefu1", now,
        identity=text["identity"], identity_type=text["identity_type"], customer=text["customer"],
        channel="phone", severity="major", category="B.01.01.01", cause="C.02.02",
        title=text["title"], description=text["story"], remedy_sought=text["remedy"],
        account=FOUNDING_ACCOUNT, product="Points mall", files=[letter],
    )  # fmt: skip


def _say(
    stage: Stage, case: Complaint, text: str, *, by: str, kind: str, now: datetime
) -> None:
    write(complaint=case, actor=stage.person(by), kind=kind, text=text, now=now)


def _send_back(stage: Stage, ticket: Ticket, missing: str, *, whom: str, now: datetime) -> None:
    keji1 = stage.person("keji1")
    return_ticket(ticket=ticket, actor=keji1, missing=missing, from_whom=whom, now=now)


def _move(
    stage: Stage, promised: Commitment, reason: str, *, now: datetime, hours: float
) -> None:
    keji2, at = stage.person("keji2"), stage.later(now, hours)
    move_date(commitment=promised, actor=keji2, reason=reason, promised_at=at, now=now)
