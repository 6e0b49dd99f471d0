"""Policies in sentences, what is different between two, and what a ladder would say."""

from __future__ import annotations

import copy
import json

import pytest

from departments.calendars import work_time_of
from departments.worktime import Unit
from escalations.ladderpreview import preview
from escalations.policy import STANDARD, Scope, Span, parse, parse_ladder
from escalations.policydiff import differences
from escalations.policywords import (
    extension_words,
    joined,
    limit_words,
    retention_words,
    rung_sentence,
    scope_words,
    who_words,
)
from escalations.wording import rung_words
from tests.escalations.clocks import at

pytestmark = pytest.mark.django_db


def rules(**parts):
    raw = copy.deepcopy(STANDARD)
    raw.update(parts)
    return parse(raw)


def said(**parts):
    """What is different from the standard, as "what: before → after"."""
    found = differences(parse(STANDARD), rules(**parts), {"uk_disp": "UK"})
    return [f"{each.what}: {each.before} → {each.after}" for each in found]


def own_ladders():
    """Every one a list of its own: the standard shares some."""
    return json.loads(json.dumps(STANDARD["ladders"]))


def targets(**kinds):
    return {**STANDARD["targets"], **kinds}


# --- Words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_as_one_says_it(names, words):
    assert joined(names) == words


def test_the_ladder_of_the_picture():
    ladder = rules().ladder("deliver", "major")
    assert [(rung_words(rung), who_words(rung)) for rung in ladder] == [
        ("half-way", "Remind the owner"),
        ("4 working hours before it is due", "Remind the owner"),
        ("when it is due", "Ask the department leader to decide, tell the owner"),
        ("8 working hours after it was due", "Ask the leader above to decide, tell the owner"),
        ("16 working hours after it was due", "Ask the executive to decide, tell the owner"),
    ]


def test_what_it_applies_to():
    assert scope_words(Scope(), {}).startswith("Every case that no policy")
    scope = Scope(severities=frozenset({"major"}), presets=frozenset({"uk_disp", "gone"}))
    words = scope_words(scope, {"uk_disp": "UK"})
    assert words == "Severity: Major · Regulator's rules: gone, UK"


def test_channels_and_categories_are_named_by_the_floor_above(org):
    scope = Scope(channels=frozenset({"regulator"}), categories=frozenset({"B.99"}))
    words = scope_words(scope, {})
    assert words == "Received by: Regulator · Business type or cause: B.99"


def test_terms():
    standard = rules()
    assert limit_words(standard.limits)[0].startswith("Return number 2 of a ticket")
    assert limit_words({**standard.limits, "returns": 1})[0].startswith("The first return")
    assert extension_words(standard.extension) == (
        "The date for resolving may move by 15 calendar days at most;"
        " an approval is needed; the customer is told."
    )
    assert retention_words(standard.retention) == "5 years from its closure"


# --- Differences --------------------------------------------------------------------------------


def test_nothing_is_different_from_itself():
    assert said() == []


def test_one_time_for_one_severity():
    accept = {**STANDARD["targets"]["accept"], "major": {"within": 4, "unit": "working_hour"}}
    assert said(targets=targets(accept=accept)) == [
        "accept, Major: 2 working hours → 4 working hours"
    ]


def test_the_same_time_for_every_severity_is_said_once():
    assert said(targets=targets(confirm={"*": {"within": 3, "unit": "business_day"}})) == [
        "confirm the answer: 2 business days → 3 business days"
    ]
    assert said(targets=targets(confirm="by_promise")) == [
        "confirm the answer: 2 business days → as promised"
    ]


def test_a_rung_that_asks_somebody_else():
    ladders = own_ladders()
    ladders["decide"]["*"][1] |= {"who": ["owner", "executive"], "level": 3}
    assert said(ladders=ladders) == [
        (
            "Ladder: decide, every severity, rung 2: when it is due: Ask the leader above to"
            " decide, tell the owner · level 2 → when it is due: Ask the executive to decide, tell"
            " the owner · level 3"
        )
    ]


def test_a_rung_more_is_one_difference():
    ladders = own_ladders()
    ladders["decide"]["*"].insert(1, {"when": {"offset": -1, "unit": "hour"}, "who": ["owner"]})
    (only,) = said(ladders=ladders)
    assert only == (
        "Ladder: decide, every severity, rung 2:  → 1 hour, day and night before it is due:"
        " Remind the owner"
    )


def test_a_ladder_of_its_own_and_gone_again():
    ladders = {**STANDARD["ladders"], "accept": {"major": STANDARD["ladders"]["decide"]["*"]}}
    assert said(ladders=ladders) == [
        "Ladder: accept, Major: as the others → one of its own, of 3 rungs"
    ]
    fewer = {kind: rows for kind, rows in STANDARD["ladders"].items() if kind != "decide"}
    assert said(ladders=fewer)[0].endswith("one of its own, of 3 rungs → as the others")


def test_everything_else():
    assert said(
        applies_to={"severities": ["major"]},
        limits={**STANDARD["limits"], "returns": 1},
        closure=["cause"],
        retention=None,
        preset="uk_disp",
        pause_reasons={**STANDARD["pause_reasons"], "deliver": ["blocked"]},
    ) == [
        "Severity: all → Major",
        "returns of a ticket: 2 → 1",
        "What closing asks for: nothing beside the outcome and the reply → the cause",
        "How long cases are kept: 5 years from its closure → The policy does not say.",
        "Regulator's deadlines:  → UK",
        (
            "Reasons to pause: deliver as promised: somebody else has to remove what blocks it or"
            " something is missing and was asked for → somebody else has to remove what blocks it"
        ),
    ]


# --- What it would say --------------------------------------------------------------------------


def test_a_promise_made_now(org):
    ladder = rules().ladder("deliver", "major")
    shown = preview(ladder, None, work=work_time_of(org.tech), now=at(2, 10))
    assert (shown.promised, shown.due_at) == (True, at(4, 18))
    assert [each.at for each in shown.spoken] == [
        at(3, 14),
        at(4, 14),
        at(4, 18),
        at(5, 17),
        at(6, 16),
        at(9, 16),
    ]
    assert [each.again for each in shown.spoken] == [False] * 5 + [True]


def test_a_clock_with_a_time_of_its_own(org):
    ladder = parse_ladder([{"when": {"offset": 0}, "who": ["owner", "leader"], "level": 1}])
    span = Span(2, Unit.WORKING_HOUR)
    shown = preview(ladder, span, work=work_time_of(org.tech), now=at(2, 17))
    assert [each.at for each in shown.spoken] == [at(3, 10)]
    assert rung_sentence(ladder[0]).endswith("level 1")
