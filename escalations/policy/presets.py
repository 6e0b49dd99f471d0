"""A regulator's deadlines written into the rules of a policy: pure.

What the rules have no word for is said, not swallowed: `Applied.left_out` and `Applied.read_as`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from escalations.policy.rules import ANY, KINDS
from escalations.policy.terms import EXTENSION_FLAGS

# A regulator that wants an answer by a day wants the customer to have heard by then. It is not
# `acknowledge`: that one is met by "your complaint is here".
READ_AS = {"respond": "update_customer"}
# Towards the customer: such a clock stops only for what the preset itself lists.
TOWARDS_CUSTOMER = frozenset({"acknowledge", "update_customer", "resolve", "review"})
UNDERSTOOD = frozenset(
    {"code", "name", "stages", "extension", "pause_reasons", "retention", "reports",
     "closure_codes", "required_fields", "statutory_major"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applied:
    """The rules with the preset in them; what was read in a certain way, what has no place."""

    rules: dict[str, Any]
    read_as: Sequence[str]
    left_out: Sequence[str]


def variants_of(data: Mapping[str, Any]) -> list[str]:
    """Kinds of cases for which some stage has a time of its own."""
    return list(dict.fromkeys(stage["when"] for stage in _stages(data) if "when" in stage))


def apply_preset(rules: Mapping[str, Any], data: Mapping[str, Any], variant: str = "") -> Applied:
    """Write the preset's numbers into a copy of the rules; the rest of them stays as it is."""
    made: dict[str, Any] = deepcopy(dict(rules))
    times = _times(data, variant)
    targets = made.setdefault("targets", {})
    for kind, stage in times.items():
        targets[kind] = {ANY: {"within": stage["within"], "unit": stage["unit"]}}
    _write_pauses(made, data, times)
    _write_extension(made, data.get("extension"))
    if "retention" in data:
        made["retention"] = dict(data["retention"])
    asked = {*made.get("closure", []), *_closure(data)}
    if asked:
        made["closure"] = sorted(asked)
    made["preset"] = data["code"]
    return Applied(made, list(_read_as(data)), list(_left_out(data, variant)))


def _stages(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return data.get("stages") or ()


def _times(data: Mapping[str, Any], variant: str) -> dict[str, Mapping[str, Any]]:
    """The stage of each kind that the engine knows; the variant's own goes before the usual."""
    times: dict[str, Mapping[str, Any]] = {}
    for wanted in ("", variant):
        for stage in _stages(data):
            kind = READ_AS.get(stage["kind"], stage["kind"])
            if kind in KINDS and stage.get("when", "") == wanted:
                times[kind] = stage
    return times


def _write_pauses(
    made: dict[str, Any], data: Mapping[str, Any], times: Mapping[str, Mapping[str, Any]]
) -> None:
    reasons = list(data.get("pause_reasons", ()))
    pauses = made.setdefault("pause_reasons", {})
    for kind in TOWARDS_CUSTOMER & set(times):
        pauses.pop(kind, None)
        if reasons:
            pauses[kind] = reasons


def _write_extension(made: dict[str, Any], given: Mapping[str, Any] | None) -> None:
    if given is None:
        return
    extension = dict(made.get("extension", {}))
    if "max" in given:
        extension = {"max": {"within": given["max"], "unit": given["unit"]}}
    flags = {name: given[name] for name in EXTENSION_FLAGS if name in given}
    if given.get("holding_letter"):
        flags["tell_customer"] = True
    made["extension"] = {**extension, **flags}


def _closure(data: Mapping[str, Any]) -> Iterator[str]:
    """What has to be known at closing, so that what the regulator wants can be told later."""
    if "half_yearly_cause_analysis" in data.get("reports", ()):
        yield "cause"
    if data.get("closure_codes"):
        yield "redress"


def _read_as(data: Mapping[str, Any]) -> Iterator[str]:
    if any(stage["kind"] in READ_AS for stage in _stages(data)):
        yield _("“Respond” is kept as: tell the customer where it stands.")
    extension = data.get("extension") or {}
    if extension.get("holding_letter"):
        yield _("A holding letter is kept as: the customer is told of every extension.")
    if extension and "max" not in extension:
        yield _("It names no longest extension: the one of the policy stays.")
    if extension.get("ombudsman_right"):
        yield _("The draft of the letter names the ombudsman.")
    if "half_yearly_cause_analysis" in data.get("reports", ()):
        yield _("For the analysis of causes, closing a case asks for its cause.")
    if data.get("closure_codes"):
        yield _("For the way in which a case is closed, closing asks what the customer received.")
    if TOWARDS_CUSTOMER & {READ_AS.get(stage["kind"], stage["kind"]) for stage in _stages(data)}:
        yield _("Its clocks stop only for the reasons that it lists itself.")


def _left_out(data: Mapping[str, Any], variant: str) -> Iterator[str]:
    for stage in _stages(data):
        if stage["kind"] not in KINDS and stage["kind"] not in READ_AS:
            yield _("There is no clock for “%(stage)s”.") % {"stage": stage_name(stage["kind"])}
    for other in variants_of(data):
        if other != variant:
            yield _("The times for “%(variant)s” are not used.") % {"variant": variant_name(other)}
    told: dict[str, Callable[[], str]] = {
        "required_fields": lambda: _("Which fields a complaint needs is set by its form."),
        "statutory_major": lambda: _("Whether a case is statutory major is said at filing."),
        "reports": lambda: _("Reports to the regulator are made by people."),
        "closure_codes": lambda: _("The regulator's codes for closing are entered with it."),
    }
    yield from (say() for name, say in told.items() if data.get(name))
    yield from (
        _("“%(name)s” is not known to this version of the product.") % {"name": name}
        for name in sorted(set(data) - UNDERSTOOD)
    )


def stage_name(kind: str) -> str:
    """A stage that is no kind of clock."""
    names = {
        "summary_resolution": _("resolve at once, with a short answer"),
        "respond": _("respond"),
    }
    return names.get(kind, kind)


def variant_name(variant: str) -> str:
    """A kind of case that has times of its own; empty is the usual one."""
    names = {
        "": _("the usual case"),
        "complex": _("complex cases"),
        "superannuation": _("superannuation"),
        "hardship": _("financial hardship"),
    }
    return names.get(variant, variant)
