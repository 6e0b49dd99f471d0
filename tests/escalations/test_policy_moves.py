"""Policies are begun, named, activated, retired; presets are verified and used, in the browser."""

from __future__ import annotations

import copy

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations import activation
from escalations.activation import effect_of
from escalations.models import Policy, PolicyVersion, Preset, Replay, Rollout
from escalations.policy import STANDARD, Traits, parse
from escalations.services import choose_policy, install_default_policy
from escalations.services.drafts import create_draft, create_policy, save_draft
from escalations.services.presets import install_presets
from journal.models import Entry
from tests.escalations.clocks import MONDAY, at, start
from tests.escalations.policypages import address, shown, signed_in

pytestmark = pytest.mark.django_db
NEW = {"name_en": "Grave", "name_zh": "重大", "code": "grave", "rank": 10}


@pytest.fixture
def standard(org):
    install_presets(now=MONDAY)
    return install_default_policy(now=MONDAY)


@pytest.fixture
def draft(org, standard):
    return create_draft(policy=standard.policy, actor=org.comp1, now=at(3))


@pytest.fixture
def client(org):
    return signed_in(org.comp1)


def tags(policy):
    rows = Entry.objects.filter(stream=f"POLICY-{policy.pk}").order_by("seq")
    return list(rows.values_list("tag", flat=True))


# --- Begun and named ----------------------------------------------------------------------------


def test_a_new_policy_begins_with_a_draft(client, standard):
    answer = client.post("/policies/new/", NEW)
    policy = Policy.objects.get(code="grave")
    assert answer["Location"] == address(policy.versions.get())
    assert tags(policy) == ["policy:created", "policy:draft_begun"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "standard"}, "code"),
        ({"code": "a b"}, "code"),
        ({"rank": "1000"}, "rank"),
        ({"rank": "0"}, "rank"),
        ({"name_zh": ""}, "name_zh"),
    ],
)
def test_a_new_policy_refused(client, standard, changes, field):
    answer = client.post("/policies/new/", NEW | changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert answer.context["form"]["name_en"].value() == "Grave"


def test_named_and_ranked_anew(client, standard):
    client.post("/policies/new/", NEW)
    policy = Policy.objects.get(code="grave")
    page = f"/policies/{policy.pk}/name/"
    for _ in range(2):
        client.post(page, {"name_en": "Gravest", "name_zh": "特大", "rank": 5})
    policy.refresh_from_db()
    assert (policy.name_en, policy.rank, policy.code) == ("Gravest", 5, "grave")
    assert tags(policy).count("policy:changed") == 1
    assert "Gravest" in client.get(f"/policies/{policy.pk}/").content.decode()


def test_the_standard_is_always_asked_last(client, standard):
    page = f"/policies/{standard.policy_id}/name/"
    client.post(page, {"name_en": "House rules", "name_zh": "标准", "rank": 1})
    standard.policy.refresh_from_db()
    assert (standard.policy.name_en, standard.policy.rank) == ("House rules", 1000)


def test_the_next_version_is_begun_once(client, standard):
    page = f"/policies/{standard.policy_id}/begin/"
    first, second = client.post(page), client.post(page)
    assert first["Location"] == second["Location"]
    assert client.get(page).status_code == 405
    assert standard.policy.versions.count() == 2


def test_a_draft_is_thrown_away_when_that_is_confirmed(client, draft):
    page = address(draft, "discard/")
    assert "gone for good" in client.get(page).content.decode()
    assert PolicyVersion.objects.filter(pk=draft.pk).exists()
    client.post(page)
    assert not PolicyVersion.objects.filter(pk=draft.pk).exists()
    assert client.post(page).status_code == 404


def test_a_policy_retires_but_not_the_standard(org, client, standard):
    client.post(f"/policies/{standard.policy_id}/retire/")
    assert PolicyVersion.objects.active().get() == standard
    other = create_policy(actor=org.comp1, code="x", name_en="X", name_zh="某", rank=1, now=MONDAY)
    client.post(address(other, "activate/"), {"seen": 1, "for": "new"})
    assert PolicyVersion.objects.active().count() == 2
    client.post(f"/policies/{other.policy_id}/retire/")
    assert PolicyVersion.objects.active().get() == standard


# --- Activated ----------------------------------------------------------------------------------


def test_what_will_happen_is_said_first(org, client, draft):
    for number in range(3):
        start(org.tech, stream=f"C-2026-0000{number}", subject=f"T-{number}", kind="accept")
    rules = copy.deepcopy(STANDARD) | {"preset": "uk_disp"}
    rules["limits"]["returns"] = 1
    save_draft(version=draft, actor=org.comp1, rules=rules, note="", seen=1, now=at(3))
    page = client.get(address(draft, "activate/")).content.decode()
    for words in (
        "3 running clocks of 3 cases would follow it.",
        "Version 1 is retired",
        "Nobody has verified “UK FCA DISP 1”.",
        "returns of a ticket",
        "It was not tried on past clocks.",
    ):
        assert words in page, words


def test_what_was_tried_is_said(org, client, draft):
    tried = Replay.objects.create(
        version=draft, revision=1, days=30, asked_by=org.comp1, asked_at=at(3), state="done"
    )
    page = address(draft, "activate/")
    assert "tried on the last 30 days" in client.get(page).content.decode()
    Replay.objects.filter(pk=tried.pk).update(revision=0)
    assert "what came of that is old" in client.get(page).content.decode()


@pytest.mark.parametrize(("chosen", "running"), [("new", False), ("running", True)])
def test_activated(client, standard, draft, chosen, running):
    page = address(draft, "activate/")
    for _ in range(2):
        assert client.post(page, {"seen": 1, "for": chosen})["Location"] == address(draft)
    assert PolicyVersion.objects.active().get() == draft
    assert Rollout.objects.filter(version=draft).exists() is running
    assert tags(standard.policy) == ["policy:draft_begun", "policy:activated"]


def test_for_which_cases_has_to_be_chosen(client, draft):
    answer = client.post(address(draft, "activate/"), {"seen": 1})
    assert answer.status_code == 422
    assert "Choose for which cases it holds." in answer.content.decode()


def test_what_was_not_read_is_not_activated(client, standard, draft):
    PolicyVersion.objects.filter(pk=draft.pk).update(revision=2)
    for seen in (1, "", "x"):
        answer = client.post(address(draft, "activate/"), {"seen": seen, "for": "new"})
        assert answer.status_code == 409
    assert "checked" in answer.content.decode(), "what was chosen stays chosen"
    assert PolicyVersion.objects.active().get() == standard


def test_the_estimate_counts_who_comes_and_who_goes(org, standard):
    grave = create_policy(actor=org.comp1, code="g", name_en="G", name_zh="重", rank=1, now=MONDAY)
    rules = copy.deepcopy(STANDARD) | {"applies_to": {"severities": ["major"]}}
    PolicyVersion.objects.filter(pk=grave.pk).update(rules=rules, activated_at=MONDAY)
    for number, severity in enumerate(("major", "major", "ordinary")):
        stream = f"C-2026-0000{number}"
        with transaction.atomic():
            choose_policy(stream=stream, traits=Traits(severity))
        start(org.tech, stream=stream, subject=f"T-{number}", kind="accept", severity=severity)
    draft = create_draft(policy=grave.policy, actor=org.comp1, now=at(3))
    draft.rules = copy.deepcopy(STANDARD) | {"applies_to": {"severities": ["ordinary"]}}
    effect = effect_of(draft)
    assert (effect.clocks, effect.cases, effect.leaving) == (1, 1, 2)


def test_the_estimate_is_capped_and_says_so(org, client, draft, monkeypatch):
    monkeypatch.setattr(activation, "LOOKED_AT", 2)
    for number in range(3):
        start(org.tech, stream=f"C-2026-0000{number}", subject=f"T-{number}", kind="accept")
    with CaptureQueriesContext(connection) as queries:
        effect = effect_of(draft)
    assert (effect.looked_at, effect.clocks, effect.complete, len(queries)) == (2, 2, False, 3)
    page = client.get(address(draft, "activate/")).content.decode()
    assert "Of the first 2 running clocks, 2 of 2 cases would follow it" in page


# --- Presets ------------------------------------------------------------------------------------


def preset_form(client, page):
    return shown(client.get(page).context["form"])


def test_a_preset_is_verified_by_name_and_withdrawn(org, client, standard):
    page = "/policies/presets/uk_disp/"
    sent = preset_form(client, f"{page}verify/") | {"source": "DISP 1.6.2 R"}
    assert client.post(f"{page}verify/", sent)["Location"] == "/policies/presets/"
    shown_now = client.get("/policies/presets/").content.decode()
    assert f"{org.comp1} compared it with DISP 1.6.2 R" in shown_now
    client.post(f"{page}verify/", sent)  # twice
    assert Entry.objects.filter(tag="preset:verified").count() == 1
    assert client.post(f"{page}withdraw/", {"reason": ""}).status_code == 422
    client.post(f"{page}withdraw/", {"reason": "Amended in May."})
    assert Preset.objects.get(code="uk_disp").verified_at is None
    assert "Amended in May." in client.get("/policies/presets/").content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"source": " "}, 422),
        ({"checked_on": "2999-01-01"}, 422),
        ({"checked_on": "soon"}, 422),
        ({"seen": "other numbers"}, 409),
    ],
)
def test_a_verification_refused(client, standard, changes, status):
    page = "/policies/presets/uk_disp/verify/"
    sent = preset_form(client, page) | {"source": "DISP"} | changes
    answer = client.post(page, sent)
    assert answer.status_code == status
    assert answer.context["form"].errors
    if status == 409:
        again = sent | {"seen": answer.context["form"]["seen"].value()}
        assert client.post(page, again).status_code == 302


def use(client, code, **given):
    page = f"/policies/presets/{code}/use/"
    seen = client.post(page, given)
    assert seen.status_code == 200
    return seen, client.post(page, shown(seen.context["form"]) | {"confirmed": "1"})


def test_a_preset_goes_into_the_draft_that_there_is(client, standard, draft):
    seen, done = use(client, "au_rg271", policy=draft.policy_id, variant="hardship")
    changed = [each.what for each in seen.context["changes"]]
    assert "resolve, Major" in changed
    assert "The times for “superannuation” are not used." in seen.content.decode()
    assert done["Location"] == address(draft)
    draft.refresh_from_db()
    rules = parse(draft.rules)
    assert (rules.preset, rules.target("resolve", "major").amount) == ("au_rg271", 21)
    assert "not verified" in client.get(address(draft)).content.decode()


def test_a_preset_begins_the_next_draft(client, standard):
    _seen, done = use(client, "eu_psd2", policy=standard.policy_id)
    draft = standard.policy.versions.get(number=2)
    assert done["Location"] == address(draft)
    assert parse(standard.rules).preset == ""


def test_a_preset_begins_a_policy_for_its_cases(client, standard):
    use(client, "uk_disp", policy="new")
    rules = parse(Policy.objects.get(code="uk_disp").versions.get().rules)
    assert rules.scope.presets == {"uk_disp"}
    again = client.post("/policies/presets/uk_disp/use/", {"policy": "new", "confirmed": "1"})
    assert again.status_code == 422
    assert "a policy with this code already" in again.content.decode()
    assert Policy.objects.count() == 2


def test_a_draft_saved_meanwhile_is_not_overwritten(org, client, draft):
    page = "/policies/presets/uk_disp/use/"
    seen = client.post(page, {"policy": draft.policy_id})
    rules = copy.deepcopy(STANDARD)
    rules["limits"]["returns"] = 5
    save_draft(version=draft, actor=org.admin, rules=rules, note="", seen=1, now=at(4))
    answer = client.post(page, shown(seen.context["form"]) | {"confirmed": "1"})
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.rules["limits"]["returns"] == 5
    assert "preset" not in draft.rules


@pytest.mark.parametrize("given", [{}, {"policy": "77"}, {"policy": "new", "variant": "grim"}])
def test_using_refused(client, standard, given):
    assert client.post("/policies/presets/au_rg271/use/", given).status_code == 422


def test_presets_that_are_none(client, standard):
    for verb in ("verify", "withdraw", "use"):
        assert client.get(f"/policies/presets/moon/{verb}/").status_code == 404
