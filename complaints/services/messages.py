"""What people write on a case: notes, call notes, messages that mention people."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, Message
from complaints.services.attachments import attach
from complaints.services.moving import begin, note_down, require
from complaints.services.submissions import once
from departments.models import User
from journal.errors import Invalid
from journal.models import Entry
from notifications.services import tell


@transaction.atomic
def write(
    *,
    complaint: Complaint,
    actor: User,
    kind: str,
    text: str,
    mentions: Sequence[User] = (),
    files: Sequence[UploadedFile[Any]] = (),
    now: datetime,
    token: uuid.UUID | None = None,
) -> Entry:
    """Put it on the timeline; who is mentioned is told. Only who may read the case."""
    made = once(token, actor=actor)
    if made:
        return Entry.objects.get(pk=int(made))
    case = begin(complaint, "note", actor=actor, version=None)
    text = require(text, "text", _("Write something."))
    for person in mentions:
        _require_reader(case, person)
    entry = note_down(
        case, "message:written", actor=actor, now=now, text=text, kind=kind,
        data={"kind": str(kind), "mentions": [person.pk for person in mentions]},
    )  # fmt: skip
    Message.objects.get(entry=entry).mentions.set(mentions)
    for file in files:
        attach(complaint=case, entry=entry, file=file)
    others = [person for person in mentions if person != actor]
    tell(
        people=others, kind="mentioned", entry=entry, subject=case.reference, label=case.title,
        now=now,
    )  # fmt: skip
    once(token, actor=actor, made=str(entry.pk), now=now)
    return entry


def _require_reader(case: Complaint, person: User) -> None:
    if not Complaint.objects.visible_to(person).filter(pk=case.pk).exists():
        raise Invalid(
            _("%(person)s has no part in this case. Ask their department first.")
            % {"person": person},
            "mentions",
        )
