"""The frame of every move: lock, check, write, journal. The services fill it in.

Lock order, everywhere: the case's stream, then the case, then what belongs to it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _

from complaints.models import Complaint, Message, Ticket
from complaints.permissions import fits, may, moves_of
from complaints.things import Thing as CaseThing
from complaints.things import case_of
from departments.models import Department, User
from departments.standing import standing_of
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from journal.services import lock_stream, record

Thing = TypeVar("Thing", bound=CaseThing)


def stream_of(thing: CaseThing) -> str:
    """The reference of the case."""
    return case_of(thing).reference


def begin(thing: Thing, verb: str, *, actor: User, version: int | None) -> Thing:
    """The thing, locked and fresh, after the move was found allowed.

    Raises NotAllowed, Conflict (changed since `version`) or IllegalMove (wrong state).
    """
    lock_stream(stream_of(thing))
    fresh = _locked(thing)
    if not may(actor, verb, fresh):
        raise NotAllowed(_("This is not yours to do."))
    if version is not None and version != fresh.version:
        raise Conflict(
            _("This changed since you opened it. Read what happened, then send again."),
            since=changes_since(fresh, version),
        )
    if fresh.state not in moves_of(fresh)[verb].sources:
        raise IllegalMove(
            _("This cannot be done now: the state is “%(state)s”.")
            % {"state": fresh.get_state_display()}
        )
    if not fits(fresh, verb):
        raise IllegalMove(clock_says(fresh))
    if not isinstance(fresh, Complaint) and not fresh.complaint.is_open:
        raise IllegalMove(_("The case is closed. Reopen it first."))
    return fresh


def clock_says(case: CaseThing) -> str:
    """Why its date can neither be stopped nor moved, or why it cannot run on."""
    if isinstance(case, Complaint) and case.paused_for:
        return _("The clock of this case stands still. Let it run on first.")
    return _("The clock of this case runs already.")


def _locked(thing: Thing) -> Thing:
    rows = type(thing)._default_manager.select_for_update(of=("self",))
    if not isinstance(thing, Complaint):
        Complaint.objects.select_for_update().get(pk=thing.complaint_id)
        rows = rows.select_related("complaint")
    # The row of a thing is of the thing's own kind.
    return cast("Thing", rows.get(pk=thing.pk))


def changes_since(thing: CaseThing, version: int) -> list[Entry]:
    """What moved the thing after somebody saw it in this version."""
    return list(
        Entry.objects.filter(
            stream=stream_of(thing), subject=thing.reference, data__version__gt=version
        )
        .select_related("actor", "department")
        .order_by("seq")
    )


def finish(
    thing: CaseThing,
    verb: str,
    *,
    actor: User | None,
    now: datetime,
    text: str = "",
    tag: str = "",
    data: dict[str, Any] | None = None,
) -> Entry:
    """Write the thing in its new state and what happened, with the words said."""
    move = moves_of(thing)[verb]
    if move.target is not None:
        thing.state = move.target
    thing.version += 1
    if isinstance(thing, Ticket):
        thing.moved_at = now
    thing.save()
    return note_down(
        thing, tag or move.tag, actor=actor, now=now, text=text,
        data={"version": thing.version, **(data or {})},
    )  # fmt: skip


def note_down(
    thing: CaseThing,
    tag: str,
    *,
    actor: User | None,
    now: datetime,
    text: str = "",
    kind: str = Message.Kind.MOVE,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Journal what happened. The words stay redactable: the journal keeps their digest."""
    details = dict(data or {})
    if text:
        details["text_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    entry = record(
        stream=stream_of(thing), subject=thing.reference, tag=tag, actor=actor, now=now,
        department=speaking_for(actor, thing), acting_for=acting_for(actor, thing),
        data=details,
    )  # fmt: skip
    if text:
        Message.objects.create(complaint=case_of(thing), entry=entry, kind=kind, text=text)
    return entry


def speaking_for(
    actor: User | None, thing: CaseThing
) -> Department | None:
    """The department for which the person acts: the thing's own where they work there."""
    if actor is None:
        return None
    standing = standing_of(actor)
    sides = (
        (thing.contact_department_id,)
        if isinstance(thing, Complaint)
        else (thing.department_id, getattr(thing, "asking_department_id", None))
    )
    own = [side for side in sides if side in standing.departments]
    pk = own[0] if own else min(standing.departments, default=None)
    return Department.objects.get(pk=pk) if pk is not None else None


def acting_for(actor: User | None, thing: CaseThing) -> User | None:
    """For whom the person stands in, where the thing is that person's."""
    owner_id = thing.contact_owner_id if isinstance(thing, Complaint) else thing.owner_id
    if actor is None or owner_id is None or owner_id not in standing_of(actor).stands_in_for:
        return None
    return User.objects.get(pk=owner_id)


def require(text: str, field: str, message: str) -> str:
    """The text without blanks around it, or Invalid at the field."""
    plain = text.strip()
    if not plain:
        raise Invalid(message, field)
    return plain


def require_future(at: datetime, field: str, *, now: datetime) -> datetime:
    """The instant, or Invalid where it has passed."""
    if at <= now:
        raise Invalid(_("Give a date that is still to come."), field)
    return at
