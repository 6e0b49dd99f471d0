"""What a policy says beside targets and ladders; each reader notes what is wrong in `found`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from escalations.policy.checks import known, target_of, tried
from escalations.policy.names import closure_name
from escalations.policy.rules import (
    CLOSURE_FIELDS,
    RETENTION_FROM,
    SEVERITIES,
    Extension,
    Retention,
)
from escalations.policy.scope import SCOPE_PARTS, Scope

EXTENSION_FLAGS = {"total": False, "needs_approval": True, "tell_customer": True}
LONGEST_KEPT = 100


def scope(raw: Mapping[str, Any], found: list[str]) -> Scope:
    """To which cases it applies."""
    known(raw, SCOPE_PARTS, _("The cases that a policy applies to"), found)
    sets: dict[str, frozenset[str]] = {}
    for name in SCOPE_PARTS:
        codes = raw.get(name, [])
        if isinstance(codes, list) and all(isinstance(each, str) for each in codes):
            sets[name] = frozenset(codes)
        else:
            found.append(_("“%(name)s” is a list of codes.") % {"name": name})
    found += [
        _("There is no severity “%(name)s”.") % {"name": name}
        for name in sorted(sets.get("severities", frozenset()) - set(SEVERITIES))
    ]
    return Scope(**sets)


def extension(raw: Mapping[str, Any], found: list[str]) -> Extension:
    """How far a date may be extended."""
    flags = {name: raw.get(name, default) for name, default in EXTENSION_FLAGS.items()}
    known(raw, ("max", *EXTENSION_FLAGS), _("The rules of extension"), found)
    for name, flag in flags.items():
        if not isinstance(flag, bool):
            found.append(_("“%(name)s” of the extension is true or false.") % {"name": name})
    longest = raw.get("max")
    if longest is None:
        return Extension(None, **flags)
    span = tried(target_of, longest, _("The longest extension"), found)
    return Extension(span, **flags)


def closure(raw: Any, found: list[str]) -> frozenset[str]:
    """What must be known before a case is closed."""
    if not isinstance(raw, list) or any(name not in CLOSURE_FIELDS for name in raw):
        fields = ", ".join(map(closure_name, CLOSURE_FIELDS))
        found.append(_("Closing can ask for these: %(fields)s.") % {"fields": fields})
        return frozenset()
    return frozenset(raw)


def retention(raw: Any, found: list[str]) -> Retention | None:
    """How long cases are kept; None if the policy does not say."""
    if raw is None:
        return None
    given = raw if isinstance(raw, Mapping) else {}
    years, since = given.get("years"), given.get("from")
    if type(years) is not int or not 0 < years <= LONGEST_KEPT or since not in RETENTION_FROM:
        found.append(_("Cases are kept for 1 to 100 years, from closure or from receipt."))
        return None
    known(raw, ("years", "from"), _("The rules of keeping"), found)
    return Retention(years, since)


def code(raw: Any, name: str, found: list[str]) -> str:
    """A code, or an empty text."""
    if isinstance(raw, str):
        return raw
    found.append(_("“%(name)s” is a code.") % {"name": name})
    return ""
