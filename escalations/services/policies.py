"""Which rules hold now; a system is never without."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

from django.db import transaction

from escalations.models import Policy, PolicyVersion
from escalations.policy import STANDARD, Rules, parse

STANDARD_CODE = "standard"


def active_rules() -> tuple[PolicyVersion | None, Rules]:
    """The active version and its rules; no version and the built-in rules while there is none."""
    active = PolicyVersion.objects.filter(activated_at__isnull=False, retired_at__isnull=True)
    version = active.order_by("-activated_at", "-id").first()
    return version, parse(version.rules if version else STANDARD)


def rules_of(version: PolicyVersion | None) -> Rules:
    """The rules by which a deadline was started."""
    return parse(version.rules if version else STANDARD)


def install_default_policy(*, now: datetime) -> PolicyVersion:
    """Create the policy `standard` with the built-in rules, unless it is there."""
    with transaction.atomic():
        policy, _ = Policy.objects.select_for_update().get_or_create(
            code=STANDARD_CODE, defaults={"name_en": "Standard", "name_zh": "标准"}
        )
        version = policy.versions.order_by("-number").first()
        if version is None:
            # A copy: what is written into this version later is not the built-in standard.
            rules = deepcopy(STANDARD)
            version = policy.versions.create(number=1, rules=rules, activated_at=now)
    return version


def activate_version(*, version: PolicyVersion, now: datetime) -> PolicyVersion:
    """Let a version hold from now on; the one before it is retired. Raises `PolicyError`."""
    parse(version.rules)
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=version.policy_id)
        version.policy.versions.filter(activated_at__isnull=False, retired_at__isnull=True).exclude(
            pk=version.pk
        ).update(retired_at=now)
        version.activated_at, version.retired_at = now, None
        version.save(update_fields=["activated_at", "retired_at"])
    return version
