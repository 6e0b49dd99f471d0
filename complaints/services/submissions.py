"""The same form sent twice makes one thing."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from complaints.models import Submission
from departments.models import User
from journal.errors import IllegalMove


def once(
    token: uuid.UUID | None, *, actor: User, made: str = "", now: datetime | None = None
) -> str:
    """What this form made before, or ''. With `made`, remember it.

    Raises IllegalMove where somebody else sent it: what they made is not ours to see.

    The first look takes a lock on the token until the transaction ends, so that a
    double click waits for the first one and then finds what it made.
    """
    if token is None:
        return ""
    if made and now is not None:
        Submission.objects.create(token=token, person=actor, made=made, at=now)
        return made
    with connection.cursor() as cursor:
        key = token.int & 0x7FFF_FFFF_FFFF_FFFF
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    before = Submission.objects.filter(token=token).first()
    if before and before.person_id != actor.pk:
        raise IllegalMove(_("Somebody else sent this form already. Open it anew."))
    return before.made if before else ""
