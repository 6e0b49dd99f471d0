"""What each kind of journal entry says to a person, by its tag; in the active language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, Message
from complaints.told import Fact, Reading, Told
from departments.formatting import span_text
from escalations.models import Deadline, Escalation, Severity

Read = Callable[[Told], Reading]


def read(told: Told) -> Reading:
    """How the entry reads. A tag that nobody here knows is shown as it is written."""
    known = READINGS.get(told.tag)
    if known is not None:
        return known(told)
    kind = told.tag.partition(":")[0]
    if kind == "deadline":
        return _clock(told)
    return Reading(says=f"{told.tag} · {told.title or told.subject}", quiet=True)


# --- The case -------------------------------------------------------------------------------------
def _filed(told: Told) -> Reading:
    return Reading(
        _("Filed"),
        words_are=_("What happened"),
        facts=(
            Fact(_("Severity"), told.choice(Severity, "severity")),
            Fact(_("Received by"), told.choice(Complaint.Channel, "channel")),
        ),
    )


def _assigned(told: Told) -> Reading:
    says = _("%(person)s is first-contact owner now.") % {"person": told.person("to")}
    return Reading(_("Assigned"), says, words_are=_("Why"))


def _severity_changed(told: Told) -> Reading:
    before, after = told.choice(Severity, "from"), told.choice(Severity, "to")
    return Reading(
        _("Severity"),
        _("From %(before)s to %(after)s.") % {"before": before, "after": after},
        words_are=_("Why"),
    )


def _resolution_proposed(told: Told) -> Reading:
    outcome = Fact(_("Outcome"), told.choice(Complaint.Outcome, "outcome"))
    return Reading(_("Resolution proposed"), words_are=_("Reply to the customer"), facts=(outcome,))


def _closed(told: Told) -> Reading:
    outcome = Fact(_("Outcome"), told.choice(Complaint.Outcome, "outcome"))
    left_open = told.data.get("left_open")
    if not isinstance(left_open, list) or not left_open:
        return Reading(_("Closed"), words_are=_("Reply to the customer"), facts=(outcome,))
    over = Fact(_("Left open"), ", ".join(map(str, left_open)))
    return Reading(_("Closed"), words_are=_("Why"), facts=(outcome, over))


# --- Tickets --------------------------------------------------------------------------------------
def _opened(told: Told) -> Reading:
    kind = _("Ticket → %(department)s") % {"department": told.department("department")}
    return Reading(kind, facts=(Fact(_("Needed by"), at=told.at("needed_by")),))


def _accepted(told: Told) -> Reading:
    owner = Fact(_("Owner"), told.person("owner"))
    promised = Fact(_("Promised for"), at=told.at("promised_at"))
    return Reading(_("Accepted"), words_are=_("Why later than needed"), facts=(owner, promised))


def _returned(told: Told) -> Reading:
    times = told.number("returns")
    alarm = _("return no. %(n)d") % {"n": times} if times > 1 else ""
    supplier = Fact(_("From whom"), told.text("from_whom"))
    return Reading(_("Returned"), words_are=_("Missing"), facts=(supplier,), alarm=alarm)


def _forwarded(told: Told) -> Reading:
    kind = _("Forwarded → %(department)s") % {"department": told.department("to")}
    return Reading(kind, words_are=_("Why"), facts=(Fact(_("Before"), told.department("from")),))


def _blocked(told: Told) -> Reading:
    remover = Fact(_("Removed by"), told.person("unblocker"))
    by_when = Fact(_("By when"), at=told.at("by_when"))
    return Reading(_("Blocked"), words_are=_("What blocks"), facts=(remover, by_when))


def _ticket_date_moved(told: Told) -> Reading:
    return Reading(_("Date moved"), facts=(Fact(_("Promised for"), at=told.at("to")),))


def _reassigned(told: Told) -> Reading:
    owner = Fact(_("Owner"), told.person("owner"))
    return Reading(_("Reassigned"), words_are=_("Why"), facts=(owner,))


def _withdrawn(told: Told) -> Reading:
    if told.ended_along:
        return Reading(says=_("Ended along with it: %(what)s") % {"what": _what(told)}, quiet=True)
    return Reading(_("Withdrawn"), words_are=_("Why"))


def _nudged(told: Told) -> Reading:
    says = _("%(who)s reminded %(people)s of “%(what)s”.") % {
        "who": told.who,
        "people": told.names.all_of(told.data.get("told")),
        "what": told.title,
    }
    return Reading(says=says, quiet=True)


def _what(told: Told) -> str:
    return f"{told.subject} {told.title}".strip()


# --- Promises -------------------------------------------------------------------------------------
def _promised(told: Told) -> Reading:
    owner = Fact(_("Who"), told.person("owner"))
    promised = Fact(_("Promised for"), at=told.at("promised_at"))
    return Reading(_("Promise"), facts=(owner, promised))


def _kept(told: Told) -> Reading:
    late = told.data.get("late") is True
    return Reading(_("Promise kept"), alarm=_("after the first date") if late else "")


def _moved(told: Told) -> Reading:
    dates = Fact(_("Promised for"), at=told.at("to"), before=told.at("from"))
    return Reading(_("Date moved"), words_are=_("Why"), facts=(dates,))


# --- What people wrote ----------------------------------------------------------------------------
def _written(told: Told) -> Reading:
    named = told.names.all_of(told.data.get("mentions"))
    facts = (Fact(_("For"), named),) if named else ()
    return Reading(told.choice(Message.Kind, "kind") or _("Note"), facts=facts)


# --- Escalations ----------------------------------------------------------------------------------
def _asked(told: Told) -> Reading:
    says = _("%(leader)s is asked to decide: %(reason)s.") % {
        "leader": told.person("leader"),
        "reason": told.choice(Escalation.Reason, "reason"),
    }
    return Reading(_("Decision asked"), says, words=told.text("text"), facts=_level(told))


def _joined(told: Told) -> Reading:
    says = _("One more reason for %(leader)s to decide.") % {"leader": told.person("leader")}
    return Reading(_("Decision asked"), says, words=told.text("text"), facts=_level(told))


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


def _clock(told: Told) -> Reading:
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


def _clock_paused(told: Told) -> Reading:
    return Reading(says=_("Clock stopped: “%(what)s”.") % {"what": _due_thing(told)}, quiet=True)


def _clock_resumed(told: Told) -> Reading:
    due = Fact(_("Due"), at=told.at("due_at"))
    says = _("Clock goes on: “%(what)s”.") % {"what": _due_thing(told)}
    return Reading(says=says, facts=(due,), quiet=True)


# --- The table ------------------------------------------------------------------------------------
def _badge(kind: Promise, words_are: Promise | str = "") -> Read:
    """A badge, and what its words are; nothing else to say."""
    return lambda _told: Reading(str(kind), words_are=str(words_are))


def _line(sentence: Promise) -> Read:
    """One muted line that names who did it."""
    return lambda told: Reading(says=str(sentence) % {"who": told.who}, quiet=True)


READINGS: Final[dict[str, Read]] = {
    "complaint:filed": _filed,
    "complaint:acknowledged": _badge(
        gettext_lazy("Acknowledged"), gettext_lazy("How the customer was told")
    ),
    "complaint:customer_informed": _badge(
        gettext_lazy("Customer informed"), gettext_lazy("The customer was told")
    ),
    "complaint:assigned": _assigned,
    "complaint:severity_changed": _severity_changed,
    "complaint:resolution_proposed": _resolution_proposed,
    "complaint:customer_accepted": _badge(
        gettext_lazy("Customer accepts"), gettext_lazy("The customer said")
    ),
    "complaint:customer_refused": _badge(
        gettext_lazy("Customer refuses"), gettext_lazy("The customer said")
    ),
    "complaint:closed": _closed,
    "complaint:reopened": _badge(gettext_lazy("Reopened"), gettext_lazy("Why")),
    "complaint:withdrawn": _badge(
        gettext_lazy("Complaint withdrawn"), gettext_lazy("The customer said")
    ),
    "ticket:opened": _opened,
    "ticket:accepted": _accepted,
    "ticket:answered": _badge(gettext_lazy("Answered")),
    "ticket:confirmed": _badge(gettext_lazy("Confirmed")),
    "ticket:rejected": _badge(gettext_lazy("Not enough"), gettext_lazy("Still missing")),
    "ticket:returned": _returned,
    "ticket:completed": _badge(gettext_lazy("Supplied"), gettext_lazy("What was missing")),
    "ticket:forwarded": _forwarded,
    "ticket:blocked": _blocked,
    "ticket:unblocked": _badge(gettext_lazy("Unblocked")),
    "ticket:date_moved": _ticket_date_moved,
    "ticket:reassigned": _reassigned,
    "ticket:withdrawn": _withdrawn,
    "ticket:reopened": _badge(gettext_lazy("Reopened"), gettext_lazy("Why")),
    "ticket:nudged": _nudged,
    "commitment:nudged": _nudged,
    "commitment:made": _promised,
    "commitment:kept": _kept,
    "commitment:moved": _moved,
    "commitment:withdrawn": _withdrawn,
    "message:written": _written,
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
    "customer:identity_revealed": _line(
        gettext_lazy("%(who)s looked at the identity number in full.")
    ),
    "case:read": _line(gettext_lazy("%(who)s read the case as an auditor.")),
}
