"""Two cases, and one thing of each kind in them: what the permission matrix is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.api.models import AccessToken
from complaints.api.tokens import make_token
from complaints.models import Complaint, Extension, Ticket
from complaints.services.commitments import promise
from complaints.services.customers import NewCustomer
from complaints.services.decisions import request_decision
from complaints.services.extensions import extend
from complaints.services.tickets import accept
from departments.models import CalendarDay, Department, User, WorkCalendar
from escalations.models import Deadline, Escalation, PolicyVersion, Preset
from notifications.models import Delivery, Notice
from tests.complaints.factories import ask, file_case
from tests.house import policyscene
from tests.house.matrix import Line
from tests.personas import Org

ONE_DAY = timedelta(days=1)
# Each stands in the words of one thing of the case, and nowhere else.
WORDS_OF_OWN = ("Heron", "Bittern", "Lapwing", "Wagtail")
WORDS_OF_FOREIGN = ("Moorhen", "Dipper", "Snipe")
# What addresses want that are about no thing.
GIVEN = {
    "complaints:export": ["departments"],
    "account_reset_password_from_key": ["1", "no-such-key"],
}


@dataclass(frozen=True, slots=True)
class Scene:
    """`own`: customer service, business, technology. `foreign`: customer service, operations."""

    own: Complaint
    foreign: Complaint
    things: dict[str, Any]

    def address(self, line: Line) -> str:
        """The address that the line is about."""
        thing = self.things.get(line.object)
        if line.verb:
            return reverse(f"complaints:move_{line.name}", args=[thing.reference, line.verb])
        return reverse(line.name, args=_arguments(line.name, thing))


def _arguments(name: str, thing: Any) -> list[Any]:
    if name == "complaints:attachment":
        return [thing.attachments.get().token]
    if isinstance(thing, CalendarDay):
        return [thing.calendar_id, thing.date]
    if isinstance(thing, PolicyVersion | Preset):
        return policyscene.arguments(name, thing)
    if isinstance(thing, AccessToken | Notice | Delivery | WorkCalendar | Department | Deadline):
        return [thing.pk]
    return [thing.reference] if thing else GIVEN.get(name, [])


def build_scene(org: Org) -> Scene:
    """Through the services, as the people would."""
    now = timezone.now()
    own, foreign = (_filed(org, name, now) for name in ("Heron", "Moorhen"))
    asked = ask(own, org.cs1, org.biz, now=now, title="Bittern", ask="Bittern")
    ticket = _taken(ask(own, org.cs1, org.biz, now=now), org.biz1, now)
    below = _taken(ask(own, org.biz1, org.tech, now=now, parent=ticket), org.tech1, now)
    _taken(ask(foreign, org.cs1, org.ops, now=now, title="Dipper"), org.ops1, now)
    promised = promise(
        complaint=own, actor=org.biz1, what="Lapwing", promised_at=now + ONE_DAY, now=now
    )
    notice = Notice.objects.filter(reader=org.biz1).first()
    things = {
        "own": own,
        "foreign": foreign,
        "asked": asked,
        "ticket": ticket,
        "below": below,
        "promise": promised,
        "answer": ticket.commitments.get(),
        "later": _later(own, org.cs1, now),
        "leaders": _later(foreign, org.cs_lead, now),
        "question": _question(own, org.cs1, org.biz, "Wagtail"),
        "elsewhere": _question(foreign, org.cs1, org.ops, "Snipe"),
        "notice": notice,
        "token": _token(org.biz1, now),
        "mail": notice.deliveries.get(),
        "hours": org.calendar,
        "house": org.tech,
        "clock": Deadline.objects.get(subject=ticket.commitments.get().reference),
        "far_clock": Deadline.objects.get(subject=foreign.reference, kind="resolve"),
        "day": org.holiday(date(2026, 5, 4)),
        **policyscene.policies(org, now),
    }
    return Scene(own, foreign, things)


def _filed(org: Org, name: str, now: datetime) -> Complaint:
    customer = NewCustomer(
        name=f"{name} senior", identity_type="passport", identity_number=f"{name}4821"
    )
    return file_case(
        org.cs1,
        now=now,
        title=f"{name} has lost its points",
        description=f"So {name} says.",
        customer=customer,
        files=[SimpleUploadedFile(f"{name}.txt", b"My points!")],
    )


def _token(person: User, now: datetime) -> AccessToken:
    return make_token(
        person=person, name="Report", scopes=["read"], expires_at=now + ONE_DAY, now=now
    )[0]


def _taken(ticket: Ticket, owner: User, now: datetime) -> Ticket:
    return accept(ticket=ticket, actor=owner, promised_at=now + ONE_DAY / 2, now=now)


def _later(case: Complaint, actor: User, now: datetime) -> Extension:
    """A later date; of the leader, who may not approve it."""
    due_at = now + 10 * ONE_DAY
    return extend(
        complaint=case, actor=actor, due_at=due_at, reason="Slow.", letter="Later.", now=now
    )


def _question(case: Complaint, actor: User, department: Department, text: str) -> Escalation:
    return request_decision(
        complaint=case, actor=actor, department=department, text=text, now=timezone.now()
    )
