"""The demo's policies: the standard, one for what the regulator forwards, and a draft to try."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.models import RiskKind
from complaints.services.riskkinds import name_departments
from departments.models import Department, User
from escalations.models import Preset
from escalations.policy.presets import apply_preset
from escalations.services import install_default_policy
from escalations.services.drafts import activate_version, create_draft, create_policy, save_draft
from escalations.services.presets import install_presets

# Long enough ago that every case of the demo was filed under them.
_SINCE = timedelta(days=60)
_REGULATOR = "cn_nfra_2020_3"


def install_policies(author: User, *, now: datetime) -> None:
    """What holds: the standard, and before it the regulator's deadlines for what it forwards."""
    since = now - _SINCE
    install_default_policy(now=since)
    install_presets(now=since)
    draft = create_policy(
        actor=author,
        code="regulator",
        name_en="Forwarded by the regulator",
        name_zh="监管转办",
        rank=10,
        now=since,
    )
    rules = apply_preset(draft.rules, Preset.objects.get(code=_REGULATOR).data).rules
    rules["applies_to"] = {"presets": [_REGULATOR]}
    version = save_draft(version=draft, actor=author, rules=rules, note="", seen=None, now=since)
    activate_version(version=version, actor=author, running=False, seen=None, now=since)


# Whose leader answers for what; for other risks the lowest above everybody concerned does.
_ANSWERS_FOR = {
    "production_data": "technology",
    "legal": "compliance",
    "personal_data": "compliance",
}


def name_who_answers(
    author: User, departments: Mapping[str, Department], *, now: datetime
) -> None:
    """The table of risks, filled in by compliance."""
    kinds = RiskKind.objects.filter(code__in=_ANSWERS_FOR)
    named = {kind.pk: departments.get(_ANSWERS_FOR[kind.code]) for kind in kinds}
    name_departments(actor=author, named=named, now=now - _SINCE)


def draft_a_stricter_one(author: User, *, now: datetime) -> None:
    """Half the time to accept, and a reminder in time: to be tried on the last days."""
    standard = install_default_policy(now=now)
    draft = create_draft(policy=standard.policy, actor=author, now=now)
    rules = deepcopy(draft.rules)
    rules["targets"]["accept"] = {
        "major": {"within": 1, "unit": "working_hour"},
        "*": {"within": 4, "unit": "working_hour"},
    }
    note = _("Accept tickets in half the time")
    save_draft(version=draft, actor=author, rules=rules, note=note, seen=None, now=now)
