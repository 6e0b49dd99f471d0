"""Deadlines of regulators: shipped, written into rules, verified by people."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
import yaml
from django.core.management import call_command

from escalations.models import Preset
from escalations.policy import STANDARD, parse
from escalations.policy.presets import apply_preset, variants_of
from escalations.presetwords import preset_facts, stage_lines
from escalations.services import presets as service
from escalations.services.presets import (
    digest_of,
    install_presets,
    shipped_presets,
    verify_preset,
    withdraw_verification,
)
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from tests.escalations.clocks import MONDAY, at

SHIPPED = {row["code"]: row for row in shipped_presets()}
CALENDAR_DAYS, BUSINESS_DAYS = "calendar_day", "business_day"


def applied(code, variant=""):
    return apply_preset(STANDARD, SHIPPED[code], variant)


def times(code, variant=""):
    """What the preset sets, as (kind, amount, unit); the same for every severity."""
    rules = parse(applied(code, variant).rules)
    before = parse(STANDARD)
    changed = [kind for kind in rules.targets if rules.targets[kind] != before.targets.get(kind)]
    spans = {(kind, rules.target(kind, "major")) for kind in changed}
    assert all(rules.target(kind, "ordinary") == span for kind, span in spans)
    return {(kind, span.amount, span.unit.value) for kind, span in spans}


# --- Written into rules -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "variant", "expected"),
    [
        ("iso_10002_2018", "", set()),
        ("cn_nfra_2020_3", "", {("resolve", 15, CALENDAR_DAYS), ("review", 30, CALENDAR_DAYS)}),
        (
            "cn_nfra_2020_3",
            "complex",
            {("resolve", 30, CALENDAR_DAYS), ("review", 30, CALENDAR_DAYS)},
        ),
        ("cn_pboc_2020_5", "", {("resolve", 15, CALENDAR_DAYS)}),
        ("uk_disp", "", {("acknowledge", 1, BUSINESS_DAYS), ("resolve", 56, CALENDAR_DAYS)}),
        ("eu_psd2", "", {("resolve", 15, BUSINESS_DAYS)}),
        ("us_cfpb", "", {("update_customer", 15, CALENDAR_DAYS), ("resolve", 60, CALENDAR_DAYS)}),
        ("au_rg271", "", {("acknowledge", 1, BUSINESS_DAYS), ("resolve", 30, CALENDAR_DAYS)}),
        (
            "au_rg271",
            "superannuation",
            {("acknowledge", 1, BUSINESS_DAYS), ("resolve", 45, CALENDAR_DAYS)},
        ),
        (
            "au_rg271",
            "hardship",
            {("acknowledge", 1, BUSINESS_DAYS), ("resolve", 21, CALENDAR_DAYS)},
        ),
        (
            "internal_major",
            "",
            {
                ("acknowledge", 2, "working_hour"),
                ("accept", 2, "working_hour"),
                ("update_customer", 2, BUSINESS_DAYS),
                ("resolve", 72, "hour"),
            },
        ),
    ],
)
def test_its_times(code, variant, expected):
    assert times(code, variant) == expected


@pytest.mark.parametrize("code", SHIPPED)
def test_what_comes_out_is_sound_names_its_preset_and_leaves_the_rest(code):
    for variant in ("", *variants_of(SHIPPED[code])):
        rules = parse(applied(code, variant).rules)
        assert rules.preset == code
        assert rules.ladders == parse(STANDARD).ladders
        assert rules.limits == parse(STANDARD).limits
    again = apply_preset(applied(code).rules, SHIPPED[code])
    assert again.rules == applied(code).rules


def test_nothing_of_the_rules_that_it_is_given_changes():
    before = deepcopy(STANDARD)
    for row in SHIPPED.values():
        apply_preset(STANDARD, row)
    assert before == STANDARD


@pytest.mark.parametrize(
    ("code", "maximum", "total", "approval", "told"),
    [
        ("cn_nfra_2020_3", (30, CALENDAR_DAYS), False, True, True),
        ("cn_pboc_2020_5", (60, CALENDAR_DAYS), True, True, True),
        ("eu_psd2", (35, BUSINESS_DAYS), True, True, True),
        ("uk_disp", (15, CALENDAR_DAYS), False, True, True),
    ],
)
def test_its_extension(code, maximum, total, approval, told):
    extension = parse(applied(code).rules).extension
    assert (extension.maximum.amount, extension.maximum.unit.value) == maximum
    assert (extension.total, extension.needs_approval, extension.tell_customer) == (
        total,
        approval,
        told,
    )


def test_a_regulators_clock_stops_only_for_what_the_preset_lists():
    chinese, british = (parse(applied(code).rules) for code in ("cn_nfra_2020_3", "uk_disp"))
    assert chinese.may_pause("resolve", "external_appraisal")
    assert not british.may_pause("resolve", "external_appraisal")
    assert british.may_pause("deliver", "blocked"), "a clock inside the house is no regulator's"


def test_keeping_and_closing():
    chinese, british = (parse(applied(code).rules) for code in ("cn_nfra_2020_3", "uk_disp"))
    assert (chinese.retention.years, chinese.retention.since) == (5, "closure")
    assert (british.retention.years, british.retention.since) == (3, "receipt")
    assert chinese.closure == {"cause"}
    assert parse(applied("us_cfpb").rules).closure == {"redress"}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("uk_disp", "There is no clock for “resolve at once, with a short answer”."),
        ("cn_nfra_2020_3", "The times for “complex cases” are not used."),
        ("us_cfpb", "The regulator's codes for closing are entered with it."),
        ("iso_10002_2018", "Which fields a complaint needs is set by its form."),
    ],
)
def test_what_is_left_out_is_said(code, sentence):
    assert sentence in applied(code).left_out


def test_what_is_read_in_a_way_of_our_own_is_said():
    assert "“Respond” is kept as: tell the customer where it stands." in applied("us_cfpb").read_as
    british = applied("uk_disp").read_as
    assert "It names no longest extension: the one of the policy stays." in british
    assert "The draft of the letter names the ombudsman." in british


def test_what_a_later_file_says_is_not_swallowed():
    raw = {**SHIPPED["uk_disp"], "fine": 3}
    told = apply_preset(STANDARD, raw).left_out
    assert "“fine” is not known to this version of the product." in told


def test_in_words():
    assert stage_lines(SHIPPED["au_rg271"])[2] == ("resolve (superannuation)", "45 calendar days")
    assert stage_lines(SHIPPED["internal_major"])[2][1] == "every 2 business days"
    assert "Cases are kept for 3 years from its receipt." not in preset_facts(SHIPPED["eu_psd2"])
    assert "The letter names the ombudsman." in preset_facts(SHIPPED["uk_disp"])
    assert all(stage_lines(row) or preset_facts(row) for row in SHIPPED.values())


# --- Installed and verified ---------------------------------------------------------------------


@pytest.fixture
def installed(org):
    install_presets(now=MONDAY)
    return Preset.objects.get(code="uk_disp")


def verify(preset, actor, **more):
    given = {"source": "DISP 1.6.2 R", "checked_on": date(2026, 3, 2), "seen": digest_of(preset)}
    verify_preset(preset=preset, actor=actor, now=at(2, 12), **{**given, **more})
    preset.refresh_from_db()


def tags():
    rows = Entry.objects.filter(tag__startswith="preset:", actor__isnull=False)
    return list(rows.order_by("pk").values_list("tag", flat=True))


@pytest.mark.django_db
def test_a_command_installs_them_once(capsys):
    call_command("install_presets")
    call_command("install_presets")
    assert capsys.readouterr().out.splitlines() == [
        "Presets installed or changed: 8",
        "Presets installed or changed: 0",
    ]
    assert Preset.objects.filter(verified_at=None).count() == 8
    assert Entry.objects.filter(tag="preset:installed").count() == 8


def test_verified_by_name_and_withdrawn(org, installed):
    verify(installed, org.comp1)
    assert (installed.verified_by, installed.verified_at) == (org.comp1, at(2, 12))
    with pytest.raises(IllegalMove):
        verify(installed, org.admin)
    withdraw_verification(preset=installed, actor=org.admin, reason="Amended.", now=at(3))
    installed.refresh_from_db()
    assert (installed.verified_at, installed.verified_by, installed.source) == (None, None, "")
    with pytest.raises(IllegalMove):
        withdraw_verification(preset=installed, actor=org.admin, reason="Again.", now=at(3))
    assert tags() == ["preset:verified", "preset:withdrawn"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"source": "  "}, Invalid),
        ({"checked_on": date(2026, 3, 3)}, Invalid),
        ({"seen": "what stood there before"}, Conflict),
    ],
)
def test_not_verified_by_halves(org, installed, wrong, error):
    with pytest.raises(error):
        verify(installed, org.comp1, **wrong)
    assert not tags()


@pytest.mark.parametrize("name", ["cs1", "ceo", "auditor", "tech_lead"])
def test_nobody_else_verifies(org, installed, name):
    with pytest.raises(NotAllowed):
        verify(installed, org.people[name])
    with pytest.raises(NotAllowed):
        withdraw_verification(preset=installed, actor=org.people[name], reason="No.", now=at(3))


def test_new_numbers_have_to_be_verified_again(org, installed, tmp_path, monkeypatch):
    verify(installed, org.comp1)
    rows = deepcopy(list(SHIPPED.values()))
    next(row for row in rows if row["code"] == "uk_disp")["stages"][0]["within"] = 5
    shipped = tmp_path / "presets.yaml"
    shipped.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(service, "SHIPPED", shipped)
    assert install_presets(now=at(4)) == 1
    installed.refresh_from_db()
    assert (installed.verified_at, installed.data["stages"][0]["within"]) == (None, 5)
    entry = Entry.objects.get(tag="preset:changed")
    assert entry.data["was_verified"] is True
    assert entry.data["before"]["stages"][0]["within"] == 1
