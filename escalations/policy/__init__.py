"""Rules as data: what a `PolicyVersion` says, typed and checked. The format is docs/policies.md."""

from escalations.policy.ladders import as_json, parse_ladder
from escalations.policy.reading import parse
from escalations.policy.rules import (
    ANSWER,
    EXECUTIVE,
    KINDS,
    LEADER,
    LEADER_ABOVE,
    OWNER,
    ROLE_OF_LEVEL,
    Ladder,
    Rules,
    Rung,
    Span,
)
from escalations.policy.standard import STANDARD

__all__ = [
    "ANSWER",
    "EXECUTIVE",
    "KINDS",
    "LEADER",
    "LEADER_ABOVE",
    "OWNER",
    "ROLE_OF_LEVEL",
    "STANDARD",
    "Ladder",
    "Rules",
    "Rung",
    "Span",
    "as_json",
    "parse",
    "parse_ladder",
]
