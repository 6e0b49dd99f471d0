"""What first contact does with a complaint, from the call to its end, and sometimes again."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.year.life import Life
from benchmarks.year.tickets import follow
from benchmarks.year.world import Story
from complaints.models import Category, Commitment, Complaint
from complaints.services import (
    asking,
    cases,
    clocks,
    commitments,
    decisions,
    extensions,
    messages,
    pausing,
    sorting,
)
from complaints.services.customers import NewCustomer
from complaints.services.filing import Filing, file_complaint
from departments.models import Department

SEVERITIES = ("ordinary", "ordinary", "ordinary", "serious", "serious", "major")
# After so many working hours even the patient close over what is still open.
PATIENCE = 160


class CaseLife(Life):
    """One complaint, from the call to its end, and sometimes again."""

    case: Complaint

    def story(self) -> Story:
        """As its first contact lives it."""
        if not self._file():
            return
        yield self.soon(0.1, 2, forgets=0.1)
        self._move(cases.acknowledge, how="called back")
        yield self.soon(0.1, 5)
        for _ in range(self.draw.choice((1, 1, 2))):
            self._ask()
        yield from self._until_closed()
        if self.chance(0.05):
            yield self.draw.uniform(5, 200)
            self._move(cases.reopen, reason="it failed again")
            self._ask()
            yield from self._until_closed()

    def _file(self) -> bool:
        clerks = Department.objects.get(code="customer-service")
        clerk = self.world.hands_of(self.one_of(clerks))
        if clerk is None:
            return False
        # A few are about one and the same fault.
        cause = Category.objects.filter(axis="C").first() if self.chance(0.05) else None
        filing = Filing(
            product="Miles" if cause else "",
            cause=cause,
            customer=NewCustomer(name=f"Customer {self.name[-1]}"),
            channel="phone",
            title=f"Points were not credited, {self.name[-1]}",
            description="Three orders failed.",
            remedy_sought="The points.",
            severity=self.draw.choice(SEVERITIES),
            category=Category.objects.filter(axis="B").order_by("code")[0],
            received_at=self.world.now,
        )
        made = self.world.move(file_complaint, filing=filing, actor=clerk)
        if made is not None:
            self.case = made
        return made is not None

    def _until_closed(self) -> Story:
        waited = 0.0
        while self._fresh().is_open:
            pause = self.soon(2, 14, forgets=0.05)
            waited += pause
            yield pause
            if self._fresh().tickets.open().exists() and waited < PATIENCE:
                self._along_the_way()
            elif self.case.is_open:
                self._towards_the_end()

    def _along_the_way(self) -> None:
        """The customer hears something, or something happens to the case."""
        other = self.draw.choice([each for each in SEVERITIES if each != self.case.severity])
        for share, move, given in (
            (0.45, cases.inform_customer, {"what": "we are at it"}),
            (0.02, sorting.change_severity, {"severity": other, "reason": "it is"}),
            (0.02, cases.withdraw, {"said": "never mind"}),
            (0.03, decisions.request_decision, {"text": "Who pays for it?"}),
            (0.03, messages.write, {"kind": "note", "text": "still waiting"}),
            (0.2, pausing.resume, {"what": "the appraisal"}),
        ):
            if self.chance(share):
                self._move(move, **given)
        if self.chance(0.03) and (colleague := self.one_of(self.case.contact_department)):
            self._move(cases.assign, owner=colleague, reason="holidays")
        if self.chance(0.04):
            self._promise()
        if self.chance(0.08):
            self._stop_or_extend()
        if self.chance(0.02):
            self._ask()

    def _towards_the_end(self) -> None:
        state = Complaint.State
        if self.case.state == state.PROPOSED:
            if self.chance(0.85):
                self._move(cases.customer_accepts, said="fine")
            else:
                self._move(cases.customer_refuses, said="no")
                self._ask()
        elif self.case.state == state.RESOLVED:
            self._close()
        elif self.case.state == state.RECEIVED:
            self._move(cases.acknowledge, how="called back")
        else:
            self._move(
                cases.propose_resolution, outcome="partly", redress="", reply="We are sorry."
            )

    def _stop_or_extend(self) -> None:
        clock = clocks.resolving(self.case)
        if clock is None:
            return
        if self.chance(0.5):
            later = self.world.later(self.draw.uniform(20, 120))
            given = {"why": "external_appraisal", "waits_for": "the appraiser", "until": later}
            self._move(pausing.pause, **given)
        else:
            later = max(clock.due_at, self.world.now) + timedelta(days=self.draw.uniform(1, 9))
            given = {"due_at": later, "reason": "it takes longer", "letter": "We are not done."}
            self._move(extensions.extend, **given)

    def _close(self) -> None:
        given = {"outcome": "upheld", "reply": "We are sorry.", "override": "it is enough"}
        if not self.case.tickets.open().exists():
            self._move(cases.close, **given)
            return
        leader = self.world.hands_of(self.case.contact_department.leader)
        if leader is not None:
            self.world.move(cases.close, complaint=self.case, actor=leader, **given)

    def _ask(self) -> None:
        asked = Department.objects.filter(is_active=True).exclude(kind="executive")
        asked = asked.exclude(code="customer-service").order_by("code")
        made = self._move(
            asking.open_ticket,
            department=self.draw.choice(list(asked)),
            title="Why did it fail?",
            ask="Please look.",
            needed_by=self.world.later(self.draw.uniform(6, 40)),
        )
        if made is not None:
            follow(self.world, made)

    def _promise(self) -> None:
        at = self.world.later(self.draw.uniform(3, 30))
        made = self._move(commitments.promise, what="call back", promised_at=at)
        if made is not None:
            self.world.begin(
                PromiseLife(self.world, "promise", next(self.world.numbers)).story(made)
            )

    def _fresh(self) -> Complaint:
        self.case = Complaint.objects.select_related(
            "contact_owner", "contact_department__leader"
        ).get(pk=self.case.pk)
        return self.case

    def _move(self, move, **given):  # noqa: ANN001, ANN003, ANN202 - any move of a case
        actor = self.world.hands_of(self._fresh().contact_owner)
        if actor is None:
            return None
        return self.world.move(move, complaint=self.case, actor=actor, **given)


class PromiseLife(Life):
    """One promise on a case: kept, late, moved, or taken back."""

    def story(self, promise: Commitment) -> Story:
        """Until it has ended, by whatever."""
        while True:
            yield self.soon(1, 25, forgets=0.2)
            promise = Commitment.objects.select_related("complaint", "owner").get(pk=promise.pk)
            if promise.state != "made":
                return
            actor = self.world.hands_of(promise.owner)
            if actor is None:
                continue
            at = {"commitment": promise, "actor": actor}
            if self.chance(0.25):
                later = self.world.later(self.draw.uniform(2, 20))
                self.world.move(commitments.move_date, **at, promised_at=later, reason="ill")
            else:
                self.world.move(commitments.keep, **at, how="called")
