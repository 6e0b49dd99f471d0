"""Which rules hold for which case; a system is never without."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from escalations.models import CasePolicy, Policy, PolicyVersion
from escalations.policy import STANDARD, Rules, Traits, parse

STANDARD_CODE = "standard"
# Asked last: it takes whatever no other policy wants.
STANDARD_RANK = 1000

Held = tuple[PolicyVersion | None, Rules]


def rules_of(version: PolicyVersion | None) -> Rules:
    """The rules of a version; the built-in ones for none."""
    return _read(json.dumps(version.rules if version else STANDARD, sort_keys=True))


@lru_cache(maxsize=64)
def _read(text: str) -> Rules:
    """Read once for as long as they say the same: every start of a clock asks for them."""
    return parse(json.loads(text))


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The versions that hold at one time, in the order in which a case asks them."""

    held: Sequence[Held]

    def rules_by(self, traits: Traits) -> Held:
        """The first version that applies to a case like this; else the built-in rules."""
        for version, rules in self.held:
            if rules.scope.takes_in(traits):
                return version, rules
        return None, rules_of(None)


def rule_book() -> RuleBook:
    """What holds now. One query."""
    return RuleBook([(version, rules_of(version)) for version in PolicyVersion.objects.active()])


def rules_by(traits: Traits) -> Held:
    """The version that holds now for a case like this, and its rules. One query."""
    return rule_book().rules_by(traits)


def rules_for(stream: str, *, severity: str) -> Held:
    """The version that was chosen for this case, and its rules.

    A case for which none was chosen goes by what holds now for its severity.
    """
    chosen = CasePolicy.objects.select_related("version__policy").filter(pk=stream).first()
    if chosen is None:
        return rules_by(Traits(severity))
    return chosen.version, rules_of(chosen.version)


def choose_policy(*, stream: str, traits: Traits) -> Held:
    """Choose the version by which the clocks of a case start from now on.

    The caller is within a transaction and holds the lock of the case's stream. Clocks that run
    already stay as they are.
    """
    version, rules = rules_by(traits)
    CasePolicy.objects.bulk_create(
        [CasePolicy(stream=stream, traits=traits.as_json(), version=version)],
        update_conflicts=True,
        unique_fields=["stream"],
        update_fields=["traits", "version"],
    )
    return version, rules


def install_default_policy(*, now: datetime) -> PolicyVersion:
    """Create the policy `standard` with the built-in rules, unless it is there."""
    with transaction.atomic():
        policy, _ = Policy.objects.select_for_update().get_or_create(
            code=STANDARD_CODE,
            defaults={"name_en": "Standard", "name_zh": "标准", "rank": STANDARD_RANK},
        )
        version = policy.versions.order_by("-number").first()
        if version is None:
            # A copy: what is written into this version later is not the built-in standard.
            rules = deepcopy(STANDARD)
            version = policy.versions.create(
                number=1, rules=rules, created_at=now, activated_at=now
            )
    return version
