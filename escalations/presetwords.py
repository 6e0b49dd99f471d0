"""A preset in words: its stages, and what it says beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from escalations.policy import KINDS
from escalations.policy.names import kind_name
from escalations.policy.presets import stage_name, variant_name
from escalations.policy.rules import Retention
from escalations.policywords import either, retention_words
from escalations.wording import amount_words, pause_words


def stage_lines(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What, and within how long."""
    return [_stage(stage) for stage in data.get("stages") or ()]


def _stage(stage: Mapping[str, Any]) -> tuple[str, str]:
    kind = stage["kind"]
    what = kind_name(kind) if kind in KINDS else stage_name(kind)
    if "when" in stage:
        case = variant_name(stage["when"])
        what = _("%(what)s (%(case)s)") % {"what": what, "case": case}
    within = amount_words(stage["within"], stage["unit"])
    if stage.get("repeat"):
        return what, _("every %(amount)s") % {"amount": within}
    return what, within


def preset_facts(data: Mapping[str, Any]) -> list[str]:
    """What it says beside its stages, each in a sentence."""
    return [*_extension(data.get("extension") or {}), *_others(data)]


def _extension(given: Mapping[str, Any]) -> Iterator[str]:
    if "max" in given:
        amount = amount_words(given["max"], given["unit"])
        if given.get("total"):
            yield _("May be extended to %(amount)s in all.") % {"amount": amount}
        else:
            yield _("May be extended by %(amount)s.") % {"amount": amount}
    if given.get("needs_approval"):
        yield _("An extension needs an approval.")
    if given.get("tell_customer"):
        yield _("The customer is told of an extension.")
    if given.get("holding_letter"):
        yield _("Whoever waits longer gets a holding letter.")
    if given.get("ombudsman_right"):
        yield _("The letter names the ombudsman.")


def _others(data: Mapping[str, Any]) -> Iterator[str]:
    if reasons := data.get("pause_reasons"):
        yield _("Stops while %(why)s.") % {"why": either(map(pause_words, reasons))}
    if kept := data.get("retention"):
        kept_for = retention_words(Retention(kept["years"], kept["from"]))
        yield _("Cases are kept for %(time)s.") % {"time": kept_for}
    if major := data.get("statutory_major"):
        yield _("Statutory major: %(rule)s.") % {"rule": major}
    if not data.get("stages"):
        yield _("It names no numbers: acknowledge at once, tell the customer at set times.")
