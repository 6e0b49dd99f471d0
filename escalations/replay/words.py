"""What a replay cannot know, said on its page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def notes_of(clocks: Mapping[str, int]) -> list[str]:
    """The sentences below the figures; `clocks` counts what became of them."""
    return [*_counts(clocks), *_always()]


def _counts(clocks: Mapping[str, int]) -> list[str]:
    sentences = {
        "played": ngettext(
            "One clock was replayed under this version.",
            "%(n)d clocks were replayed under this version.",
            clocks.get("played", 0),
        ),
        "others": ngettext(
            "One clock belongs to a case of another policy: it counts as it was, on both sides.",
            "%(n)d clocks belong to cases of other policies: they count as they were, on both"
            " sides.",
            clocks.get("others", 0),
        ),
        "unstarted": ngettext(
            "One clock would not have started: this version gives it no time.",
            "%(n)d clocks would not have started: this version gives them no time.",
            clocks.get("unstarted", 0),
        ),
        "stalls": ngettext(
            "One clock watches for silence. It is not replayed and counts as it was.",
            "%(n)d clocks watch for silence. They are not replayed and count as they were.",
            clocks.get("stalls", 0),
        ),
        "broken": ngettext(
            "One clock could not be read. It counts as it was; the log of the worker says why.",
            "%(n)d clocks could not be read. They count as they were; the log of the worker says"
            " why.",
            clocks.get("broken", 0),
        ),
    }
    said = {"played", *(name for name in sentences if clocks.get(name))}
    return [sentences[name] % {"n": clocks.get(name, 0)} for name in sentences if name in said]


def _always() -> list[str]:
    return [
        _(
            "People do in a replay what they did: where this version would have spoken earlier,"
            " nobody answers earlier for it."
        ),
        _(
            "Whom it reaches follows departments, leaders and stand-ins as they are now, with the"
            " absences that were entered for those days; hours and severities are those of today."
        ),
        _(
            "Not in these figures: what limits on returns and moved dates would raise, what people"
            " ask for themselves, and clocks that only this version would start."
        ),
    ]
