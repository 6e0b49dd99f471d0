"""Policies to read: the list, versions, ladders, what is different, and at what price."""

from __future__ import annotations

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Policy, PolicyVersion, Rollout
from escalations.policy import STANDARD
from escalations.services import install_default_policy
from escalations.services.drafts import activate_version, create_draft, save_draft
from escalations.services.presets import install_presets
from tests.escalations.clocks import MONDAY, at
from tests.escalations.policypages import address, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard(org):
    install_presets(now=MONDAY)
    return install_default_policy(now=MONDAY)


@pytest.fixture
def draft(org, standard):
    draft = create_draft(policy=standard.policy, actor=org.comp1, now=at(3))
    rules = copy.deepcopy(STANDARD)
    rules["limits"]["returns"] = 1
    rules["preset"] = "uk_disp"
    return save_draft(
        version=draft, actor=org.comp1, rules=rules, note="Quicker", seen=1, now=at(3)
    )


@pytest.fixture
def reader(org):
    return signed_in(org.auditor)


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_what_applies_when(reader, standard, draft):
    Policy.objects.create(code="empty", name_en="Empty", name_zh="空", rank=5)
    page = text(reader.get("/policies/"))
    assert page.index("Empty") < page.index("Standard")
    assert "Every case that no policy of a lower rank takes." in page
    assert address(draft) in page
    assert page.count("not verified") == 8, "the presets; what is live was not taken from one"


def test_a_policy_shows_what_is_live_or_else_the_draft(org, reader, standard, draft):
    page = f"/policies/{standard.policy_id}/"
    assert reader.get(page).context["version"] == standard
    PolicyVersion.objects.filter(pk=standard.pk).update(retired_at=at(4))
    assert reader.get(page).context["version"] == draft
    assert reader.get(f"{page}versions/9/").status_code == 404
    empty = Policy.objects.create(code="empty", name_en="Empty", name_zh="空", rank=5)
    assert reader.get(f"/policies/{empty.pk}/").status_code == 404


def test_the_page_of_a_draft(reader, draft):
    page = text(reader.get(address(draft)))
    for words in (
        "version 2, draft",
        "version 1 is live since",
        "no clock follows it",
        "The first return of a ticket goes to the leader above both departments.",
        "UK FCA DISP 1: not verified",
        "Quicker",
        "changed the draft of version 2",
    ):
        assert words in page, words
    assert "Change the times" not in page, "an auditor reads"


def test_what_is_different_is_said(reader, draft):
    changes = reader.get(address(draft)).context["file"].changes
    assert [(each.what, each.before, each.after) for each in changes] == [
        ("returns of a ticket", "2", "1"),
        ("Regulator's deadlines", "", "UK FCA DISP 1"),
    ]


def test_any_two_versions_can_be_compared(org, reader, standard, draft):
    activate_version(version=draft, actor=org.comp1, running=False, seen=2, now=at(4))
    third = create_draft(policy=standard.policy, actor=org.comp1, now=at(5))
    for query, against, count in (("", 2, 0), ("?against=1", 1, 2), ("?against=2", 2, 0)):
        file = reader.get(address(third) + query).context["file"]
        assert (file.against.number, len(file.changes)) == (against, count)
    assert reader.get(f"{address(third)}?against=٣").context["file"].against.number == 2
    assert reader.get(f"{address(third)}?against=77").context["file"].against is None


def test_the_ladder_for_a_kind_and_a_severity(reader, standard):
    page = address(standard)
    ladder = reader.get(page).context["ladder"]
    assert (ladder.kind, ladder.severity, ladder.target) == ("deliver", "major", "as promised")
    assert [row.tone for row in ladder.rungs] == ["", "", "is-due", "is-up", "is-up"]
    ladder = reader.get(f"{page}?kind=decide&severity=ordinary").context["ladder"]
    assert (ladder.source, ladder.target) == (("decide", "*"), "1 business day")
    ladder = reader.get(f"{page}?kind=tea&severity=%00").context["ladder"]
    assert (ladder.kind, ladder.severity) == ("deliver", "major")


def test_a_used_version_is_read_only(org, standard):
    page = text(signed_in(org.comp1).get(address(standard)))
    assert "Begin a new version" in page
    assert "/edit/" not in page
    assert "Retire" not in page, "the standard stays"


def test_a_rollout_goes_on_and_is_done(reader, standard):
    row = Rollout.objects.create(version=standard, since=MONDAY, moved=1240)
    page = text(reader.get(address(standard)))
    assert "1240 clocks that ran follow version 1 now." in page
    assert 'hx-trigger="every 5s"' in page
    row.done_at = at(3)
    row.save()
    page = text(reader.get(address(standard)))
    assert "Done" in page
    assert "every 5s" not in page


def test_it_costs_the_same_however_much_there_is(org, reader, standard, draft):
    def cost(page):
        reader.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(page).status_code == 200
        return len(queries)

    pages = ("/policies/", address(draft), "/policies/presets/")
    before = [cost(page) for page in pages]
    for number in range(8):
        other = Policy.objects.create(code=f"p{number}", name_en="P", name_zh="策", rank=number)
        other.versions.create(number=1, rules=STANDARD, activated_at=MONDAY)
        draft.policy.versions.create(
            number=10 + number, rules=STANDARD, activated_at=MONDAY, retired_at=at(3)
        )
    assert [cost(page) for page in pages] == before
    assert max(before) <= 14, before


def test_the_menu_leads_there_for_those_who_may_read(org, standard):
    for name, leads in (("auditor", True), ("comp1", True), ("admin", True), ("cs1", False)):
        page = text(signed_in(org.people[name]).get("/me/"))
        assert ('href="/policies/"' in page) is leads, name
