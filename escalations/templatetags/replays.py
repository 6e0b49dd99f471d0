"""How it stands with the replays of a version, for pages that show it beside other things."""

from __future__ import annotations

from django import template

from escalations.models import PolicyVersion
from escalations.replay.standing import ReplayStanding, standing_of

register = template.Library()


@register.simple_tag
def replays_of(version: PolicyVersion) -> ReplayStanding:
    """What runs, and the newest result in short."""
    return standing_of(version, in_full=False)
