"""The demo's policies: the standard, one for what the regulator forwards, and a draft to try."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from departments.models import User
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
