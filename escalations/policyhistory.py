"""The history of a policy in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from escalations.errors import PolicyError
from escalations.models import Policy
from escalations.policy import STANDARD, parse
from escalations.policydiff import Changed, Presets, differences
from journal.models import Entry

NAMED = ("name_en", "name_zh", "rank")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: what was done, and each thing that is different since."""

    entry: Entry
    says: str
    changes: Sequence[Changed]


def lines_of(entries: Iterable[Entry], presets: Presets) -> list[Line]:
    """The entries of a policy's stream as a person reads them."""
    return [Line(entry, _says(entry), _changes(entry, presets)) for entry in entries]


def _says(entry: Entry) -> str:
    words = {
        "policy:created": _("made this policy"),
        "policy:changed": _("changed its name or rank"),
        "policy:draft_begun": _("began version %(version)s"),
        "policy:draft_saved": _("changed the draft of version %(version)s"),
        "policy:draft_discarded": _("threw the draft of version %(version)s away"),
        "policy:activated": _("activated version %(version)s for new cases"),
        "policy:retired": _("retired this policy"),
        "preset:installed": _("entered it from what is shipped"),
        "preset:changed": _("brought in new numbers: it has to be verified again"),
        "preset:verified": _("verified it against %(source)s, on %(checked_on)s"),
        "preset:withdrawn": _("withdrew the verification: %(reason)s"),
    }
    if entry.tag == "policy:activated" and entry.data.get("running"):
        says = _("activated version %(version)s for new and for running cases")
    else:
        says = words.get(entry.tag, entry.tag)
    known = {"version": "", "source": "", "checked_on": "", "reason": ""}
    return says % {**known, **entry.data}


def _changes(entry: Entry, presets: Presets) -> list[Changed]:
    before, after = entry.data.get("before"), entry.data.get("after")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    if entry.tag == "policy:changed":
        return [
            Changed(
                str(Policy._meta.get_field(name).verbose_name).capitalize(),
                str(before[name]),
                str(after[name]),
            )
            for name in NAMED
            if before.get(name) != after.get(name)
        ]
    return _rules_changed(before, after, presets)


def _rules_changed(
    before: Mapping[str, Any], after: Mapping[str, Any], presets: Presets
) -> list[Changed]:
    """Only the parts that changed are kept: the others are the same on both sides, whatever."""
    try:
        return differences(parse(_whole(before)), parse(_whole(after)), presets)
    except PolicyError:
        # Written by another version of the product: the history still shows that it was.
        return []


def _whole(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A part that is null was not there."""
    given = {name: part for name, part in parts.items() if part is not None}
    return {**{name: STANDARD[name] for name in STANDARD if name not in parts}, **given}
