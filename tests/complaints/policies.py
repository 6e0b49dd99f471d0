"""Policies for tests: the standard one with something else in it, for every case."""

from __future__ import annotations

import copy
from typing import Any

from escalations.models import Policy, PolicyVersion
from escalations.policy import STANDARD
from tests.complaints.factories import MONDAY


def policy(*, code: str = "own", rank: int = 1, **rules: Any) -> PolicyVersion:
    """A policy that holds from now on; `rules` replace parts of the standard ones."""
    data = copy.deepcopy(STANDARD) | rules
    made = Policy.objects.create(code=code, name_en=code, name_zh=code, rank=rank)
    return made.versions.create(number=1, rules=data, activated_at=MONDAY)


def days(number: int) -> dict[str, Any]:
    """So many calendar days, for every severity."""
    return {"*": {"within": number, "unit": "calendar_day"}}
