"""The state diagrams as data: which move leads from where to where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Move:
    """One move: from which states, to which (None: stays), and how it is written down."""

    sources: frozenset[str]
    target: str | None
    tag: str
    label: str | Promise


def _move(sources: str, target: str | None, tag: str, label: str | Promise) -> Move:
    return Move(frozenset(sources.split()), target, tag, label)


_ANY_OPEN = "received acknowledged in_progress proposed resolved reopened"
# While the case is to be resolved by a date.
_UNRESOLVED = "received acknowledged in_progress proposed reopened"

COMPLAINT_MOVES: Final[dict[str, Move]] = {
    "acknowledge": _move("received", "acknowledged", "complaint:acknowledged", _("Acknowledge")),
    "ask": _move(_ANY_OPEN, None, "ticket:opened", _("Ask a department")),
    "promise": _move(_ANY_OPEN, None, "commitment:made", _("Promise something")),
    "inform": _move(_ANY_OPEN, None, "complaint:customer_informed", _("Customer informed")),
    "propose_resolution": _move(
        "acknowledged in_progress reopened",
        "proposed",
        "complaint:resolution_proposed",
        _("Propose the resolution"),
    ),
    "customer_accepts": _move(
        "proposed", "resolved", "complaint:customer_accepted", _("Customer accepts")
    ),
    "customer_refuses": _move(
        "proposed", "in_progress", "complaint:customer_refused", _("Customer refuses")
    ),
    "close": _move("resolved", "closed", "complaint:closed", pgettext_lazy("complaint", "Close")),
    "reopen": _move("closed withdrawn", "reopened", "complaint:reopened", _("Reopen")),
    "withdraw": _move(_ANY_OPEN, "withdrawn", "complaint:withdrawn", _("Withdraw")),
    "assign": _move(_ANY_OPEN, None, "complaint:assigned", _("Assign")),
    "change_severity": _move(_ANY_OPEN, None, "complaint:severity_changed", _("Change severity")),
    "recategorise": _move(_ANY_OPEN, None, "complaint:recategorised", _("Change what it is about")),
    "extend": _move(_UNRESOLVED, None, "extension:asked", _("Extend the date")),
    "pause": _move(_UNRESOLVED, None, "complaint:paused", _("Stop the clock")),
    "resume": _move(_UNRESOLVED, None, "complaint:resumed", _("Let the clock run on")),
    "escalate": _move(_ANY_OPEN, None, "escalation:raised", _("Request a decision")),
    "note": _move(_ANY_OPEN + " closed withdrawn", None, "message:written", _("Write")),
}

TICKET_MOVES: Final[dict[str, Move]] = {
    "accept": _move("open", "accepted", "ticket:accepted", _("Accept")),
    "answer": _move("accepted", "answered", "ticket:answered", _("Answer")),
    "confirm": _move("answered", "done", "ticket:confirmed", _("Confirm")),
    "reject": _move("answered", "accepted", "ticket:rejected", _("Not enough")),
    "return": _move("open accepted", "returned", "ticket:returned", _("Return")),
    "complete": _move("returned", "open", "ticket:completed", _("Supply what is missing")),
    "forward": _move("open accepted", "open", "ticket:forwarded", _("Forward")),
    "block": _move("accepted", "blocked", "ticket:blocked", _("Blocked")),
    "unblock": _move("blocked", "accepted", "ticket:unblocked", _("Unblock")),
    "move_date": _move("accepted", None, "ticket:date_moved", _("Move the date")),
    "reassign": _move("accepted blocked", None, "ticket:reassigned", _("Reassign")),
    "ask": _move("open accepted blocked answered", None, "ticket:opened", _("Ask further")),
    "withdraw": _move(
        "open accepted returned blocked", "withdrawn", "ticket:withdrawn", _("Withdraw")
    ),
    "reopen": _move("done", "accepted", "ticket:reopened", _("Reopen")),
}

COMMITMENT_MOVES: Final[dict[str, Move]] = {
    "keep": _move("made", "kept", "commitment:kept", _("Done")),
    "move_date": _move("made", None, "commitment:moved", _("Move the date")),
    "withdraw": _move("made", "withdrawn", "commitment:withdrawn", _("Withdraw")),
}

EXTENSION_MOVES: Final[dict[str, Move]] = {
    "approve": _move("asked", "approved", "extension:approved", _("Approve")),
    "refuse": _move("asked", "refused", "extension:refused", _("Refuse")),
    "withdraw": _move("asked", "withdrawn", "extension:withdrawn", _("Withdraw")),
}

ESCALATION_MOVES: Final[dict[str, Move]] = {
    "acknowledge": _move(
        "raised",
        "acknowledged",
        "escalation:acknowledged",
        pgettext_lazy("escalation", "Acknowledge"),
    ),
    "decide": _move("raised acknowledged", "decided", "escalation:decided", _("Decide")),
}
