"""The rules that hold while nobody has written others."""

from __future__ import annotations

from typing import Any

from departments.worktime import Unit

_WORKING_HOUR = Unit.WORKING_HOUR.value
_BUSINESS_DAY = Unit.BUSINESS_DAY.value


def _within(amount: int, unit: str) -> dict[str, Any]:
    return {"within": amount, "unit": unit}


def _rung(when: dict[str, Any], *who: str, level: int = 0, daily: bool = False) -> dict[str, Any]:
    row: dict[str, Any] = {"when": when, "who": list(who), "level": level}
    if daily:
        row["repeat"] = {"every": 1, "unit": _BUSINESS_DAY}
    return row


def _offset(amount: int) -> dict[str, Any]:
    return {"offset": amount, "unit": _WORKING_HOUR}


HALF_WAY = {"fraction": 0.5}

# From the mock of a policy: a promise due in two business days.
PRESSING = [
    _rung(HALF_WAY, "owner"),
    _rung(_offset(-4), "owner"),
    _rung(_offset(0), "owner", "leader", level=1),
    _rung(_offset(8), "owner", "leader_above", level=2),
    _rung(_offset(16), "owner", "executive", level=3, daily=True),
]
PATIENT = [
    _rung(HALF_WAY, "owner"),
    _rung(_offset(0), "owner"),
    _rung(_offset(8), "owner", "leader", level=1),
    _rung(_offset(24), "owner", "leader_above", level=2, daily=True),
]
# The leader owns this clock: past due it goes to the one above.
DECISION = [
    _rung(HALF_WAY, "owner"),
    _rung(_offset(0), "owner", "leader_above", level=2),
    _rung(_offset(8), "owner", "executive", level=3, daily=True),
]

# Silence has no half-way: every wake looks whether anything has moved.
STALLED = [
    _rung(_offset(0), "owner"),
    _rung(_offset(8), "owner", "leader", level=1),
    _rung(_offset(16), "owner", "leader_above", level=2, daily=True),
]

_HOURS_OR_DAY = {
    "major": _within(2, _WORKING_HOUR),
    "serious": _within(4, _WORKING_HOUR),
    "ordinary": _within(1, _BUSINESS_DAY),
}

_DECISION_TIME = {
    "major": _within(4, _WORKING_HOUR),
    "*": _within(1, _BUSINESS_DAY),
}

STANDARD: dict[str, Any] = {
    "targets": {
        "acknowledge": _HOURS_OR_DAY,
        "accept": dict(_HOURS_OR_DAY),
        "answer": {
            "major": _within(1, _BUSINESS_DAY),
            "serious": _within(2, _BUSINESS_DAY),
            "ordinary": _within(3, _BUSINESS_DAY),
        },
        "complete": {
            "major": _within(4, _WORKING_HOUR),
            "serious": _within(1, _BUSINESS_DAY),
            "ordinary": _within(2, _BUSINESS_DAY),
        },
        "deliver": "by_promise",
        "confirm": {"*": _within(2, _BUSINESS_DAY)},
        "update_customer": {
            "major": _within(2, _BUSINESS_DAY),
            "serious": _within(3, _BUSINESS_DAY),
            "ordinary": _within(5, _BUSINESS_DAY),
        },
        "resolve": {
            "major": _within(7, Unit.CALENDAR_DAY.value),
            "serious": _within(10, Unit.CALENDAR_DAY.value),
            "ordinary": _within(15, Unit.CALENDAR_DAY.value),
        },
        "review": {"*": _within(15, Unit.CALENDAR_DAY.value)},
        "decide": dict(_DECISION_TIME),
        "approve": dict(_DECISION_TIME),
        "milestone": "by_promise",
        "stall": {
            "major": _within(2, _BUSINESS_DAY),
            "serious": _within(3, _BUSINESS_DAY),
            "ordinary": _within(5, _BUSINESS_DAY),
        },
    },
    "ladders": {
        "*": {"*": PRESSING, "ordinary": PATIENT},
        "decide": {"*": DECISION},
        "approve": {"*": DECISION},
        "stall": {"*": STALLED},
    },
    "pause_reasons": {
        "accept": ["returned"],
        "deliver": ["blocked", "returned"],
        "resolve": ["external_appraisal"],
        "review": ["external_appraisal"],
    },
    "limits": {
        "returns": 2,
        "handovers": 4,
        "moved_dates": 3,
        "recurrences": 3,
        "recurrence_days": 90,
    },
    "extension": {
        "max": _within(15, Unit.CALENDAR_DAY.value),
        "needs_approval": True,
        "tell_customer": True,
    },
    "retention": {"years": 5, "from": "closure"},
}
