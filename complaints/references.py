"""Where somebody who types a reference wants to go."""

from __future__ import annotations

import re

from django.urls import reverse

from complaints.kinds import kinds
from departments.models import User

_NUMBER = r"-?((?:\d{4}-)?\d{1,12})"


def address_of(text: str, *, user: User) -> str:
    """The page of the thing with this reference, if the person may see it; else ''."""
    plain = "".join(text.split()).upper()
    for kind in kinds():
        if match := re.fullmatch(kind.prefix + _NUMBER, plain, re.ASCII):
            reference = f"{kind.prefix}-{match[1]}"
            address = kind.address_of(reference, user) or ""
            # What has no page of its own is found again by whoever keeps the address.
            return reverse("complaints:go", args=[reference]) if "#" in address else address
    return ""
