"""A draft is edited part by part: good, bad, stale, twice; nothing typed is lost."""

from __future__ import annotations

import copy

import pytest

from escalations.models import PolicyVersion
from escalations.policy import STANDARD, parse
from escalations.services import install_default_policy
from escalations.services.drafts import create_draft, save_draft
from escalations.services.presets import install_presets
from tests.escalations.clocks import MONDAY, at, start
from tests.escalations.policypages import address, edit, signed_in

pytestmark = pytest.mark.django_db
SECTIONS = ("scope", "targets", "limits", "extension", "pauses", "closing", "note")


@pytest.fixture
def draft(org):
    install_presets(now=MONDAY)
    standard = install_default_policy(now=MONDAY)
    return create_draft(policy=standard.policy, actor=org.comp1, now=at(3))


@pytest.fixture
def client(org):
    return signed_in(org.comp1)


def rules_of(draft):
    draft.refresh_from_db()
    return parse(draft.rules)


@pytest.mark.parametrize("section", SECTIONS)
def test_sent_as_it_was_shown_it_changes_nothing(client, draft, section):
    answer = edit(client, draft, section)
    assert (answer.status_code, answer["Location"]) == (302, address(draft))
    draft.refresh_from_db()
    assert (draft.rules, draft.revision) == (STANDARD, 1)


def test_what_it_applies_to(client, draft):
    edit(client, draft, "scope", severities=["major"], channels=["regulator"], presets=["uk_disp"])
    scope = rules_of(draft).scope
    assert (scope.severities, scope.channels, scope.presets) == (
        {"major"},
        {"regulator"},
        {"uk_disp"},
    )
    assert edit(client, draft, "scope", severities=["grim"]).status_code == 422
    edit(client, draft, "scope", severities=None, channels=None, presets=None)
    assert rules_of(draft).scope.is_everything


def test_what_is_offered_no_more_can_stay(client, draft):
    rules = {**STANDARD, "applies_to": {"categories": ["B.77"]}}
    PolicyVersion.objects.filter(pk=draft.pk).update(rules=rules)
    edit(client, draft, "scope", severities=["major"])
    assert rules_of(draft).scope.categories == {"B.77"}


def test_times(client, draft):
    edit(client, draft, "targets", **{"accept-major": "1.5", "accept-major-unit": "hour"})
    span = rules_of(draft).target("accept", "major")
    assert (span.amount, span.unit) == (1.5, "hour")
    edit(client, draft, "targets", **{"confirm-promise": "on", "confirm-*": ""})
    assert rules_of(draft).target("confirm", "major") is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"accept-major": "soon"}, "accept-major", "Enter a number"),
        ({"accept-major": "99999"}, "accept-major", "less than or equal to 10000"),
        ({"accept-major-unit": "moon"}, "accept-major-unit", "Select a valid choice"),
        ({"accept-promise": "on"}, "accept-promise", "Leave the times empty"),
        ({"accept-major": "0"}, "__all__", "accept, Major: a target is more than zero."),
        ({"resolve-major": "1.5"}, "__all__", "resolve, Major: days are whole numbers."),
        ({"accept-serious": ""}, "__all__", "“accept” needs a time for every severity"),
        ({"answer-major": "NaN"}, "answer-major", "Enter a number"),
    ],
)
def test_times_that_cannot_be_kept(client, draft, changes, field, words):
    answer = edit(client, draft, "targets", **changes)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert words in form.errors[field][0]
    typed = {name: form[name].value() for name in changes}
    assert typed in (changes, {"accept-promise": True}), "nothing typed is lost"
    assert rules_of(draft) == parse(STANDARD)


@pytest.mark.parametrize(
    ("section", "changes", "read", "expected"),
    [
        ("limits", {"returns": "5"}, lambda rules: rules.limits["returns"], 5),
        ("extension", {"within": "30"}, lambda rules: rules.extension.maximum.amount, 30),
        ("extension", {"within": ""}, lambda rules: rules.extension.maximum, None),
        ("extension", {"needs_approval": None}, lambda r: r.extension.needs_approval, False),
        ("extension", {"total": "on"}, lambda rules: rules.extension.total, True),
        ("pauses", {"accept": ["blocked"]}, lambda r: r.pause_reasons["accept"], {"blocked"}),
        ("pauses", {"accept": None}, lambda rules: rules.pause_reasons.get("accept"), None),
        ("closing", {"closure": ["cause"]}, lambda rules: rules.closure, {"cause"}),
        ("closing", {"years": "7"}, lambda rules: rules.retention.years, 7),
        ("closing", {"years": ""}, lambda rules: rules.retention, None),
        ("closing", {"since": "receipt"}, lambda rules: rules.retention.since, "receipt"),
    ],
)
def test_the_other_parts(client, draft, section, changes, read, expected):
    assert edit(client, draft, section, **changes).status_code == 302
    assert read(rules_of(draft)) == expected


@pytest.mark.parametrize(
    ("section", "changes", "field"),
    [
        ("limits", {"returns": "0"}, "returns"),
        ("limits", {"handovers": ""}, "handovers"),
        ("limits", {"recurrences": "many"}, "recurrences"),
        ("extension", {"within": "-3"}, "__all__"),
        ("extension", {"within": "2.5"}, "__all__"),
        ("extension", {"unit": "moon"}, "unit"),
        ("pauses", {"accept": ["lunch"]}, "accept"),
        ("closing", {"closure": ["tea"]}, "closure"),
        ("closing", {"years": "101"}, "years"),
        ("note", {"note": "x" * 301}, "note"),
    ],
)
def test_the_other_parts_refused(client, draft, section, changes, field):
    answer = edit(client, draft, section, **changes)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors[field]
    assert {name: form[name].value() for name in changes} == changes
    assert rules_of(draft) == parse(STANDARD)


def test_what_is_new_is_noted(client, draft):
    edit(client, draft, "note", note="Quicker answers")
    draft.refresh_from_db()
    assert draft.note == "Quicker answers"


def test_two_editors(org, client, draft):
    page = address(draft, "edit/limits/")
    mine = {"seen": 1, **STANDARD["limits"], "returns": 7}
    other = copy.deepcopy(STANDARD)
    other["targets"]["confirm"] = {"*": {"within": 4, "unit": "business_day"}}
    save_draft(version=draft, actor=org.admin, rules=other, note="", seen=1, now=at(4))
    answer = client.post(page, mine)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "saved by somebody else" in text
    assert "confirm the answer" in text, "what changed is said"
    assert answer.context["form"]["returns"].value() == "7", "and what was typed is kept"
    again = client.post(page, {**mine, "seen": answer.context["form"]["seen"].value()})
    assert again.status_code == 302
    rules = rules_of(draft)
    assert (rules.limits["returns"], rules.target("confirm", "major").amount) == (7, 4)


def test_sent_twice_it_is_saved_once(client, draft):
    page, sent = address(draft, "edit/limits/"), {"seen": 1, **STANDARD["limits"], "returns": 7}
    assert [client.post(page, sent).status_code for _ in range(2)] == [302, 302]
    draft.refresh_from_db()
    assert draft.revision == 2


@pytest.mark.parametrize("seen", ["", "-1", "x", "0"])
def test_a_form_that_saw_nothing_overwrites_nothing(client, draft, seen):
    sent = {"seen": seen, **STANDARD["limits"], "returns": 7}
    assert client.post(address(draft, "edit/limits/"), sent).status_code in (409, 422)
    assert rules_of(draft) == parse(STANDARD)


def test_running_clocks_do_not_notice(org, client, draft):
    clock = start(org.tech, kind="accept")
    before = (clock.due_at, clock.ladder, clock.version)
    edit(client, draft, "targets", **{"accept-major": "1"})
    clock.refresh_from_db()
    assert (clock.due_at, clock.ladder, clock.version) == before


def test_what_held_once_is_not_edited(client, draft):
    used = draft.policy.versions.get(number=1)
    answer = client.get(address(used, "edit/limits/"), follow=True)
    assert "begin a new one" in answer.content.decode()
    assert client.post(address(used, "edit/limits/"), {"seen": 1}).status_code == 302


@pytest.mark.parametrize("place", ["edit/colours/", "edit/preset/"])
def test_sections_that_are_none(client, draft, place):
    assert client.get(address(draft, place)).status_code == 404
    assert client.post(address(draft, place)).status_code == 404


STRANGE = ("\x00", "9" * 30, "-1", "٣²", "NaN", "1e400", "' OR 1=1", "人" * 5000)


@pytest.mark.parametrize("given", STRANGE, ids=ascii)
def test_whatever_is_sent_is_answered(client, draft, given):
    client.raise_request_exception = False
    names = [name for section in SECTIONS for name in fields_of(client, draft, section)]
    rung = ("when", "amount", "unit", "level", "who", "channels", "every", "every_unit")
    sent = dict.fromkeys([*names, *(f"rung-0-{name}" for name in rung)], given) | {"seen": 1}
    pages = [address(draft, f"edit/{section}/") for section in SECTIONS[:-1]]
    pages += ["/policies/new/", "/policies/presets/uk_disp/use/"]
    pages += ["/policies/presets/uk_disp/verify/", address(draft, "activate/")]
    pages += [address(draft, f"ladders/any/any/?{do}") for do in ("save", "preview")]
    answers = {
        page: client.post(page, sent | {"count": 1, "do": page.rpartition("?")[2]}).status_code
        for page in pages
    }
    assert {page: code for page, code in answers.items() if code >= 500} == {}
    assert rules_of(draft) == parse(STANDARD)


def fields_of(client, draft, section):
    return [*client.get(address(draft, f"edit/{section}/")).context["form"].fields]


@pytest.mark.parametrize("number", ["0", "9" * 30, "-1", "%00"])
def test_versions_that_are_none(client, draft, number):
    for page in ("", "edit/limits/", "activate/", "discard/"):
        address = f"/policies/{draft.policy_id}/versions/{number}/{page}"
        assert client.get(address).status_code == 404
    assert client.get(f"/policies/{number}/").status_code == 404
