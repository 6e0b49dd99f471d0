"""Rules in data: read, checked, refused with a sentence for every problem."""

from __future__ import annotations

import copy
from contextlib import suppress

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from departments.worktime import Unit
from escalations.errors import PolicyError
from escalations.models import Deadline, Policy
from escalations.policy import STANDARD, Span, Traits, as_json, parse, parse_ladder
from escalations.services import install_default_policy, rules_by
from tests.escalations.clocks import MONDAY, at

DUE = {"when": {"offset": 0}, "who": ["owner", "leader"], "level": 1}


ORDINARY = Traits("ordinary")


def rules(**changes):
    return {**copy.deepcopy(STANDARD), **changes}


def problems(raw):
    with pytest.raises(PolicyError) as refused:
        parse(raw)
    return refused.value.problems


# --- The standard -------------------------------------------------------------------------------


def test_the_standard_is_sound_and_speaks_for_every_clock():
    standard = parse(STANDARD)
    for kind in Deadline.Kind.values:
        for severity in ("major", "serious", "ordinary"):
            assert standard.ladder(kind, severity)
            promised = kind in {"deliver", "milestone"}
            assert (standard.target(kind, severity) is None) == promised


@pytest.mark.parametrize(
    ("kind", "severity", "amount", "unit"),
    [
        ("acknowledge", "major", 2, "working_hour"),
        ("accept", "ordinary", 1, "business_day"),
        ("answer", "serious", 2, "business_day"),
        ("confirm", "major", 2, "business_day"),
        ("resolve", "major", 7, "calendar_day"),
        ("resolve", "ordinary", 15, "calendar_day"),
        ("decide", "major", 4, "working_hour"),
        ("decide", "serious", 1, "business_day"),
    ],
)
def test_its_targets(kind, severity, amount, unit):
    assert parse(STANDARD).target(kind, severity) == Span(amount, Unit(unit))


def test_a_pause_only_for_what_it_lists():
    standard = parse(STANDARD)
    assert standard.may_pause("deliver", "blocked")
    assert not standard.may_pause("deliver", "lunch")
    assert not standard.may_pause("acknowledge", "blocked")


def test_a_snapshot_reads_back_as_it_was():
    for rows in STANDARD["ladders"].values():
        for ladder in rows.values():
            assert as_json(parse_ladder(ladder)) == ladder


# --- Refused ------------------------------------------------------------------------------------


def test_a_kind_without_a_target_is_named():
    raw = rules()
    del raw["targets"]["confirm"]
    sentence = "“confirm the answer” needs a time for every severity, or that only a promise"
    assert problems(raw) == [f"{sentence} sets its date."]


def test_a_severity_without_a_target_is_named():
    raw = rules()
    del raw["targets"]["accept"]["serious"]
    assert "“accept” needs a time" in problems(raw)[0]


def test_a_problem_says_in_which_part_it_is():
    raw = rules(limits={"returns": 0}, retention={"years": 0})
    del raw["targets"]["accept"]["serious"]
    with pytest.raises(PolicyError) as refused:
        parse(raw)
    assert [each.part for each in refused.value.problems] == ["targets", "limits", "retention"]
    assert refused.value.of("limits") == [
        "The limit for returns of a ticket is a whole number from 1."
    ]


def test_the_hole_in_the_ladders_is_named_as_a_person_would():
    (sentence,) = problems(rules(ladders={"accept": {"*": [DUE]}}))
    assert sentence.startswith("No ladder speaks for “acknowledge the customer”, Ordinary:")


def test_ladders_are_named_by_kind_and_severity():
    raw = rules()
    raw["ladders"]["accept"] = {"major": [offset(8), offset(4)]}
    assert problems(raw) == ["accept, Major: rung 2 comes before the one above it."]


def test_every_problem_at_once():
    raw = rules(limits={"returns": 0, "handshakes": 3})
    raw["targets"]["accept"] = {"*": {"within": 2, "unit": "fortnight"}}
    raw["colour"] = "red"
    assert len(problems(raw)) == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"targets": []}, "is an object"),
        ({"ladders": {}}, "No ladder speaks for"),
        ({"ladders": {"*": [DUE]}}, "written by severity"),
        ({"ladders": {"*": {"*": []}}}, "one rung at least"),
        ({"ladders": {"tea": {"*": [DUE]}}}, "do not know “tea”"),
        ({"pause_reasons": {"deliver": "blocked"}}, "list of codes"),
        ({"limits": {"returns": True}}, "whole number"),
    ],
)
def test_parts_that_cannot_be_read(change, sentence):
    assert any(sentence in problem for problem in problems(rules(**change)))


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_rules_that_are_none(raw):
    assert problems(raw) == ["The rules are an object with targets and ladders."]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ({"within": 0, "unit": "hour"}, "more than zero"),
        ({"within": "2", "unit": "hour"}, "the time as a number"),
        ({"within": True, "unit": "hour"}, "the time as a number"),
        ({"within": float("nan"), "unit": "hour"}, "the time as a number"),
        ({"within": 1.5, "unit": "business_day"}, "whole numbers"),
        ({"within": 1, "unit": ["hour"]}, "choose working hours"),
        ({"within": 1}, "choose working hours"),
        ({"within": 1, "unit": "hour", "of": "tea"}, "“of” is not known"),
        (3, "the time as a number"),
    ],
)
def test_targets_that_cannot_be_followed(target, sentence):
    raw = rules()
    raw["targets"]["confirm"] = {"*": target}
    assert sentence in problems(raw)[0]


def rung(**changes):
    return {**DUE, **changes}


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("soon", "say when it speaks"),
        (rung(when={"fraction": 1}), "between none and all"),
        (rung(when={"fraction": 0.5}), "remind, not escalate"),
        (rung(when={"offset": -1}), "remind, not escalate"),
        (rung(when={}), "the time as a number"),
        (rung(when={"offset": 1, "unit": "moon"}), "choose working hours"),
        (rung(when={"offset": 1, "from": "due"}), "not known"),
        (rung(who="owner"), "choose who is told"),
        (rung(who=[["owner"]]), "choose who is told"),
        (rung(who=[]), "choose who is told"),
        (rung(who=["boss"]), "choose who is told"),
        (rung(who=["owner"]), "must be among those told"),
        (rung(level=4), "the level is a reminder"),
        (rung(level=1.0), "the level is a reminder"),
        (rung(repeat={"every": 0, "unit": "hour"}), "1 or more"),
        (rung(repeat=5), "the time as a number"),
        (rung(channel="mail"), "“channel” is not known"),
    ],
)
def test_rungs_that_cannot_be_climbed(bad, sentence):
    with pytest.raises(PolicyError) as refused:
        parse_ladder([bad], "accept, major")
    assert sentence in refused.value.problems[0]
    assert refused.value.problems[0].startswith("accept, major, rung 1: ")


def offset(amount, unit="working_hour", level=0, **more):
    who = ["owner", "leader", "leader_above", "executive"][: level + 1]
    return {"when": {"offset": amount, "unit": unit}, "who": who, "level": level, **more}


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        ([offset(0), offset(-4)], "rung 2 comes before"),
        ([offset(0), offset(0)], "rung 2 comes before"),
        ([offset(-4), {"when": {"fraction": 0.5}, "who": ["owner"]}], "rung 2 comes before"),
        ([offset(-1, "business_day"), offset(-9)], "rung 2 comes before"),
        ([offset(0, level=2), offset(8, level=1)], "steps down"),
        ([offset(0, repeat={"every": 1, "unit": "hour"}), offset(8)], "only the last rung"),
    ],
)
def test_ladders_out_of_order(ladder, sentence):
    with pytest.raises(PolicyError) as refused:
        parse_ladder(ladder)
    assert sentence in refused.value.problems[0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["owner", "hour", "*", "major", "by_promise"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["targets", "ladders", "limits", "pause_reasons", "accept", "*", "when", "who",
             "offset", "fraction", "unit", "within", "level", "repeat", "every", "returns"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_nothing_but_sentences_comes_of_anything_else(raw):
    with pytest.raises(PolicyError) as refused:
        parse(raw)
    assert all(problem.endswith(".") for problem in refused.value.problems)


@given(json_values)
def test_no_ladder_breaks_the_reader(raw):
    with suppress(PolicyError):
        parse_ladder(raw)


# --- Which rules hold ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_system_is_never_without_rules():
    version, built_in = rules_by(ORDINARY)
    assert version is None
    assert built_in == parse(STANDARD)


@pytest.mark.django_db
def test_the_standard_is_installed_once():
    version = install_default_policy(now=MONDAY)
    assert install_default_policy(now=at(3)) == version
    assert rules_by(ORDINARY)[0] == version
    assert (Policy.objects.get().code, version.number) == ("standard", 1)


@pytest.mark.django_db
def test_a_command_installs_it(capsys):
    call_command("install_policy")
    assert capsys.readouterr().out == "standard v1\n"
