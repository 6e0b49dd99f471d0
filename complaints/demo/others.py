"""Some forty other cases, in every state, so that every page has something to show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from complaints.demo.clockwork import Story
from complaints.demo.stage import Stage
from complaints.models import Complaint, Ticket
from complaints.services import asking, cases, tickets
from complaints.services.decisions import request_decision

THEMES = Path(__file__).with_name("themes.json")
WORKERS = {
    "business": ("yewu1", "yewu2"),
    "technology": ("keji1", "keji2"),
    "operations": ("yunying1", "yunying2"),
    "compliance": ("hegui1", "hegui_lead"),
}
# How far each case comes, and how many working hours ago it began: new ones are recent.
PLAN: list[tuple[str, float]] = [
    ("closed", 238), ("closed", 231), ("closed", 226), ("closed", 219), ("closed_late", 212),
    ("closed", 205), ("withdrawn", 198), ("closed", 190), ("closed", 183), ("closed_late", 175),
    ("closed", 168), ("closed", 160), ("closed", 150), ("overridden", 141), ("closed", 133),
    ("closed", 124), ("withdrawn", 115), ("closed", 104), ("closed", 96), ("closed", 88),
    ("reopened", 80), ("closed", 72), ("closed", 66), ("resolved", 58), ("proposed", 50),
    ("blocked", 44), ("refused", 40), ("forwarded", 36), ("late", 34), ("rejected", 30),
    ("decision", 27), ("answered", 24), ("late", 22), ("accepted", 18), ("returned", 15),
    ("proposed", 13), ("accepted", 11), ("asked", 7), ("accepted", 6), ("asked", 4),
    ("acknowledged", 3), ("asked", 2), ("received", 1.2), ("received", 0.4),
]  # fmt: skip

# Customer service calls this often, but forgets every so many cases.
HOURS_BETWEEN_CALLS = 12
NEGLECTED = 6


def other_cases(stage: Stage) -> Iterator[tuple[Callable[[datetime], Story], float]]:
    """Each story with the working hours that have passed since it began."""
    themes: list[dict[str, Any]] = json.loads(THEMES.read_text(encoding="utf-8"))
    for number, (fate, hours_ago) in enumerate(PLAN):
        theme = themes[number % len(themes)]
        language = "zh" if number % 2 else "en"
        role = _Role(stage, {**theme, **theme[language]}, number)
        yield partial(role.play, fate), hours_ago
        if number % NEGLECTED:
            yield role.keep_informed, hours_ago - HOURS_BETWEEN_CALLS


class _Role:
    """One case, told as far as its fate goes."""

    def __init__(self, stage: Stage, theme: dict[str, Any], number: int) -> None:
        self.stage, self.theme = stage, theme
        self.agent = stage.person(("kefu1", "kefu2")[number % 2])
        self.worker = WORKERS[theme["department"]][number % 2]
        self.case: Complaint | None = None
        self.identity = f"1101{number:02d}19{60 + number}0{number % 9 + 1}15{1000 + 37 * number}"

    def play(self, fate: str, now: datetime) -> Story:
        self.case = case = self._file(now)
        if fate == "received":
            return
        now = yield 0.6
        cases.acknowledge(complaint=case, actor=self.agent, how=self.theme["reply"][:40], now=now)
        if fate == "acknowledged":
            return
        if fate == "withdrawn":
            now = yield 6
            cases.withdraw(complaint=case, actor=self.agent, said=self.theme["remedy"], now=now)
            return
        now = yield 0.5
        ticket = self._ask(case, now)
        if fate in ("asked", "forwarded", "returned"):
            yield from self._not_taken(ticket, fate)
            return
        if fate == "overridden":
            yield from self._overridden(case)
            return
        yield from self._worked_on(case, ticket, fate)

    def keep_informed(self, now: datetime) -> Story:
        """The customer is called now and then, as long as the case is open."""
        while self.case and Complaint.objects.open().filter(pk=self.case.pk).exists():
            cases.inform_customer(
                complaint=self.case, actor=self.agent, what=self.theme["ask"], now=now
            )
            now = yield HOURS_BETWEEN_CALLS

    def _file(self, now: datetime) -> Complaint:
        theme = self.theme
        return self.stage.file(
            self.agent.username, now,
            identity=self.identity, identity_type="", customer=theme["customer"],
            channel=theme["channel"], preset=theme.get("preset", ""),
            severity=theme["severity"],
            category=theme["category"], cause=theme["cause"], title=theme["title"],
            description=theme["story"], remedy_sought=theme["remedy"],
            account=f"62{self.identity[-8:]}",
        )  # fmt: skip

    def _ask(self, case: Complaint, now: datetime) -> Ticket:
        return self.stage.ask(
            case, self.agent.username, self.theme["department"], now,
            hours=20, title=self.theme["ask"][:160], ask=self.theme["story"],
        )  # fmt: skip

    def _not_taken(self, ticket: Ticket, fate: str) -> Story:
        now = yield 1.5
        worker = self.stage.person(self.worker)
        if fate == "returned":
            tickets.return_ticket(
                ticket=ticket, actor=worker, missing=self.theme["ask"],
                from_whom=self.theme["customer"], now=now,
            )  # fmt: skip
        elif fate == "forwarded":
            other = "operations" if self.theme["department"] != "operations" else "business"
            tickets.forward(
                ticket=ticket, actor=worker, department=self.stage.department(other),
                reason=self.theme["answer"], now=now,
            )  # fmt: skip

    def _overridden(self, case: Complaint) -> Story:
        now = yield 12
        yield from self._offer(case, now)
        now = yield 2
        cases.close(
            complaint=case, actor=self.stage.person("kefu_lead"), outcome="partly",
            reply=self.theme["reply"], override=self.theme["answer"], now=now,
        )  # fmt: skip

    def _worked_on(self, case: Complaint, ticket: Ticket, fate: str) -> Story:
        now = yield 1.4
        worker = self.stage.person(self.worker)
        hours = 4 if fate in ("late", "closed_late") else 14
        self.stage.accept(ticket, self.worker, now, hours=hours)
        if fate in ("accepted", "late"):
            return
        now = yield 5 if fate != "closed_late" else 9
        if fate == "blocked":
            tickets.block(
                ticket=ticket, actor=worker, what=self.theme["story"],
                unblocker=self.stage.person("yunying_lead"),
                by_when=self.stage.later(now, 44), now=now,
            )  # fmt: skip
            return
        if fate == "decision":
            request_decision(complaint=case, actor=worker, text=self.theme["ask"], now=now)
            return
        tickets.answer(ticket=ticket, actor=worker, text=self.theme["answer"], now=now)
        if fate == "answered":
            return
        now = yield 2
        if fate == "rejected":
            asking.reject(
                ticket=ticket, actor=self.agent, missing=self.theme["remedy"],
                needed_by=self.stage.later(now, 24), now=now,
            )  # fmt: skip
            return
        asking.confirm(ticket=ticket, actor=self.agent, now=now)
        now = yield 1
        yield from self._settled(case, fate, now)

    def _settled(self, case: Complaint, fate: str, now: datetime) -> Story:
        theme, agent = self.theme, self.agent
        if fate == "proposed":
            self._propose(case, now)
            return
        yield from self._offer(case, now, refused=fate == "refused")
        if fate in ("resolved", "refused"):
            return
        now = yield 3
        cases.close(
            complaint=case, actor=agent, outcome="upheld", reply=theme["reply"], now=now
        )
        if fate == "reopened":
            now = yield 30
            cases.reopen(complaint=case, actor=agent, reason=theme["story"], now=now)

    def _propose(self, case: Complaint, now: datetime) -> None:
        cases.propose_resolution(
            complaint=case, actor=self.agent, outcome="upheld",
            redress=self.theme["answer"], reply=self.theme["reply"], now=now,
        )  # fmt: skip

    def _offer(self, case: Complaint, now: datetime, *, refused: bool = False) -> Story:
        self._propose(case, now)
        now = yield 4
        answered = cases.customer_refuses if refused else cases.customer_accepts
        answered(complaint=case, actor=self.agent, said=self.theme["remedy"], now=now)
