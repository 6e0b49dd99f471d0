"""Policies for the permission matrix: one that holds, a draft of it, a preset of each kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from escalations.models import PolicyVersion, Preset
from escalations.services import install_default_policy
from escalations.services.drafts import create_draft
from escalations.services.presets import digest_of, install_presets, verify_preset
from tests.personas import Org

OF_POLICY = ("policy", "name_policy", "begin_version", "retire_policy")
OF_PART = {"edit_section": ["targets"], "edit_ladder": ["deliver", "major"]}


def arguments(name: str, thing: PolicyVersion | Preset) -> list[Any]:
    """What the address of a page wants."""
    page = name.removeprefix("escalations:")
    if isinstance(thing, Preset):
        return [thing.code]
    if page in OF_POLICY:
        return [thing.policy_id]
    if page.startswith("replay"):
        return [thing.pk]
    return [thing.policy_id, thing.number, *OF_PART.get(page, [])]


def policies(org: Org, now: datetime) -> dict[str, Any]:
    """The things of the matrix."""
    live = install_default_policy(now=now)
    install_presets(now=now)
    checked, preset = Preset.objects.order_by("code")[:2]
    verify_preset(
        preset=checked,
        actor=org.comp1,
        source="The law",
        checked_on=timezone.localdate(now),
        seen=digest_of(checked),
        now=now,
    )
    return {
        "live": live,
        "draft": create_draft(policy=live.policy, actor=org.comp1, now=now),
        "checked": checked,
        "preset": preset,
    }
