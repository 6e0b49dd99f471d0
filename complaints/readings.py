"""What each kind of journal entry says to a person, by its tag; in the active language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.clockreadings import OF_CLOCKS
from complaints.clockreadings import clock as unknown_clock
from complaints.models import Complaint, Message
from complaints.told import Fact, Reading, Told
from escalations.models import Severity

Read = Callable[[Told], Reading]


def read(told: Told) -> Reading:
    """How the entry reads. A tag that nobody here knows is shown as it is written."""
    known = READINGS.get(told.tag)
    if known is not None:
        return known(told)
    kind = told.tag.partition(":")[0]
    if kind == "deadline":
        return unknown_clock(told)
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


def _recategorised(told: Told) -> Reading:
    facts = tuple(
        Fact(str(_SORTED[name]), f"{before or '—'} → {after or '—'}")
        for name, (before, after) in told.pairs("changed").items()
        if name in _SORTED
    )
    return Reading(_("Sorted anew"), words_are=_("Why"), facts=facts)


_SORTED: Final = {
    "category": gettext_lazy("Business type"),
    "cause": gettext_lazy("Cause"),
    "product": gettext_lazy("Product"),
    "preset": gettext_lazy("Regulator's rules"),
    "group": gettext_lazy("Customer group"),
}


def _resolution_proposed(told: Told) -> Reading:
    outcome = Fact(_("Outcome"), told.choice(Complaint.Outcome, "outcome"))
    return Reading(_("Resolution proposed"), words_are=_("Reply to the customer"), facts=(outcome,))


def _closed(told: Told) -> Reading:
    outcome = Fact(_("Outcome"), told.choice(Complaint.Outcome, "outcome"))
    over = Fact(_("Left open"), ", ".join(told.texts("left_open")))
    without = [str(_CLOSED_WITHOUT.get(name, name)) for name in told.texts("lacking")]
    lacking = Fact(_("Without"), ", ".join(without))
    words_are = _("Why") if over.value or without else _("Reply to the customer")
    return Reading(_("Closed"), words_are=words_are, facts=(outcome, over, lacking))


_CLOSED_WITHOUT: Final = {
    "cause": gettext_lazy("Cause"),
    "redress": gettext_lazy("Redress"),
    "follow_up": gettext_lazy("Follow-up"),
    "evidence": gettext_lazy("Evidence"),
}


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
    "complaint:recategorised": _recategorised,
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
    **OF_CLOCKS,
    "customer:identity_revealed": _line(
        gettext_lazy("%(who)s looked at the identity number in full.")
    ),
    "case:read": _line(gettext_lazy("%(who)s read the case as an auditor.")),
}
