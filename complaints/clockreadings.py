"""How entries about dates read: escalations, later dates, and what clocks did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.told import Fact, Reading, Told
from departments.formatting import span_text
from escalations.models import Deadline, Escalation
from escalations.wording import pause_words

Read = Callable[[Told], Reading]


# --- Escalations ----------------------------------------------------------------------------------
def _asked(told: Told) -> Reading:
    says = _("%(leader)s is asked to decide: %(reason)s.") % {
        "leader": told.person("leader"),
        "reason": told.choice(Escalation.Reason, "reason"),
    }
    return Reading(_("Decision asked"), says, words=told.text("text"), facts=_level(told))


def _joined(told: Told) -> Reading:
    says = _("One more reason for %(leader)s to decide.") % {"leader": told.person("leader")}
    about = Fact(_("Because of"), told.text("subject"))
    return Reading(_("Decision asked"), says, words=told.text("text"), facts=(about, *_level(told)))


def _climbed(told: Told) -> Reading:
    says = _("Nothing was decided: %(leader)s is asked now.") % {"leader": told.person("leader")}
    return Reading(_("Escalated"), says, facts=_level(told))


def _repeated(told: Told) -> Reading:
    says = _("Still undecided: %(leader)s was asked again.") % {"leader": told.person("leader")}
    return Reading(says=says, quiet=True)


def _level(told: Told) -> tuple[Fact, ...]:
    level = told.number("level")
    return (Fact(_("Level"), str(level)),) if level > 1 else ()


def _decided(told: Told) -> Reading:
    outcome = Fact(_("Decision"), told.choice(Escalation.Outcome, "outcome"))
    return Reading(_("Decided"), words=told.text("note"), facts=(outcome,))


def _risk_accepted(told: Told) -> Reading:
    until = Fact(_("Until"), at=told.at("until"))
    return Reading(_("Risk accepted"), words_are=_("The risk"), facts=(until,))


def _question_withdrawn(_told: Told) -> Reading:
    says = _("Nothing is asked of the leader any more: the cause is gone.")
    return Reading(says=says, quiet=True)


# --- Clocks ---------------------------------------------------------------------------------------
def _reminded(told: Told) -> Reading:
    left = told.number("working_left")
    said = {
        "people": told.names.all_of(told.data.get("told")),
        "what": _due_thing(told),
        "span": span_text(abs(left)),
    }
    if left < 0:
        says = _("Reminder to %(people)s: “%(what)s” is %(span)s late.") % said
    else:
        says = _("Reminder to %(people)s: “%(what)s” is due in %(span)s.") % said
    return Reading(says=says, quiet=True)


def _due_thing(told: Told) -> str:
    """What is due: a promise by its words, another clock by its kind and its ticket."""
    kind, title = told.choice(Deadline.Kind, "kind"), told.title
    if told.text("kind") == Deadline.Kind.DELIVER:
        return title or kind
    return f"{kind}: {title}" if title else kind


def clock(told: Told) -> Reading:
    """A clock did something that this page has no words for."""
    says = f"{told.tag} · {_due_thing(told)}"
    return Reading(says=says, facts=(Fact(_("Due"), at=told.at("due_at")),), quiet=True)


def _clock_moved(told: Told) -> Reading:
    dates = Fact(_("Due"), at=told.at("to"), before=told.at("from"))
    says = _("Clock moved: “%(what)s”.") % {"what": _due_thing(told)}
    return Reading(says=says, facts=(dates,), quiet=True)


def _clock_recomputed(told: Told) -> Reading:
    dates = Fact(_("Due"), at=told.at("to"), before=told.at("from"))
    says = _("The working hours have changed: “%(what)s” is due then.") % {"what": _due_thing(told)}
    return Reading(says=says, facts=(dates,), quiet=True)


def _policy_changed(told: Told) -> Reading:
    dates = Fact(_("Due"), at=told.at("to"), before=told.at("from"))
    says = _("Other rules hold for “%(what)s”: it is due then.") % {"what": _due_thing(told)}
    return Reading(says=says, facts=(dates,), quiet=True)


def _clock_paused(told: Told) -> Reading:
    return Reading(says=_("Clock stopped: “%(what)s”.") % {"what": _due_thing(told)}, quiet=True)


def _clock_resumed(told: Told) -> Reading:
    due = Fact(_("Due"), at=told.at("due_at"))
    says = _("Clock goes on: “%(what)s”.") % {"what": _due_thing(told)}
    return Reading(says=says, facts=(due,), quiet=True)


# --- The date of the case -------------------------------------------------------------------------
def _extension_asked(told: Told) -> Reading:
    says = _("%(leader)s is asked to approve a later date.") % {"leader": told.person("leader")}
    return Reading(_("Later date asked for"), says, words_are=_("Why"), facts=_dates(told))


def _extended(told: Told) -> Reading:
    return Reading(_("Date moved"), words_are=_("Why"), facts=_dates(told))


def _extension_approved(told: Told) -> Reading:
    return Reading(_("Later date approved"), facts=_dates(told))


def _extension_refused(told: Told) -> Reading:
    before = Fact(_("Due"), at=told.at("from"))
    return Reading(_("Later date refused"), words_are=_("Why"), facts=(before,))


def _extension_withdrawn(told: Told) -> Reading:
    if told.ended_along:
        says = _("A later date is not needed any more: %(reference)s.")
        return Reading(says=says % {"reference": told.subject}, quiet=True)
    return Reading(_("Later date withdrawn"), words_are=_("Why"))


def _dates(told: Told) -> tuple[Fact, ...]:
    return (Fact(_("Due"), at=told.at("to"), before=told.at("from")),)


def _case_paused(told: Told) -> Reading:
    until = Fact(_("Looked after on"), at=told.at("until"))
    says = capfirst(pause_words(told.text("reason")))
    return Reading(_("Clock stopped"), says, words_are=_("Waited for"), facts=(until,))


# --- The table ------------------------------------------------------------------------------------
def _badge(kind: Promise, words_are: Promise | str = "") -> Read:
    return lambda _told: Reading(str(kind), words_are=str(words_are))


OF_CLOCKS: Final[dict[str, Read]] = {
    "complaint:extended": _extended,
    "complaint:letter_sent": _badge(
        gettext_lazy("Holding letter"), gettext_lazy("To the customer")
    ),
    "complaint:paused": _case_paused,
    "complaint:resumed": _badge(gettext_lazy("Clock runs on"), gettext_lazy("What came of it")),
    "extension:asked": _extension_asked,
    "extension:approved": _extension_approved,
    "extension:refused": _extension_refused,
    "extension:withdrawn": _extension_withdrawn,
    "escalation:raised": _asked,
    "escalation:joined": _joined,
    "escalation:climbed": _climbed,
    "escalation:repeated": _repeated,
    "escalation:acknowledged": _badge(gettext_lazy("Seen by the leader")),
    "escalation:decided": _decided,
    "escalation:withdrawn": _question_withdrawn,
    "deadline:reminded": _reminded,
    "deadline:moved": _clock_moved,
    "deadline:recomputed": _clock_recomputed,
    "deadline:paused": _clock_paused,
    "deadline:resumed": _clock_resumed,
    "escalation:risk_accepted": _risk_accepted,
    "deadline:policy_changed": _policy_changed,
}
