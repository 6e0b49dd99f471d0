"""Policies written: drafts, what holds, and who may."""

from __future__ import annotations

import copy

import pytest

from escalations.errors import PolicyError
from escalations.models import PolicyVersion, Rollout
from escalations.policy import STANDARD, Traits
from escalations.services import install_default_policy, rules_by
from escalations.services.drafts import (
    activate_version,
    create_draft,
    create_policy,
    discard_draft,
    retire_policy,
    save_draft,
    stream_of,
)
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from tests.escalations.clocks import MONDAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard(org):
    return install_default_policy(now=MONDAY)


@pytest.fixture
def draft(org, standard):
    return create_draft(policy=standard.policy, actor=org.comp1, now=at(3))


def rules(**limits):
    changed = copy.deepcopy(STANDARD)
    changed["limits"].update(limits)
    return changed


def save(draft, actor, *, seen=None, raw=None):
    return save_draft(
        version=draft, actor=actor, rules=raw or rules(returns=3), note="", seen=seen, now=at(3)
    )


def activate(draft, actor, *, running=False, seen=None):
    return activate_version(version=draft, actor=actor, running=running, seen=seen, now=at(4))


def test_a_draft_begins_as_what_holds_and_there_is_one(org, standard, draft):
    assert (draft.number, draft.rules) == (2, standard.rules)
    assert create_draft(policy=standard.policy, actor=org.admin, now=at(3)) == draft


def test_saved_and_activated_it_holds(org, standard, draft):
    save(draft, org.comp1)
    activate(draft, org.comp1)
    standard.refresh_from_db()
    version, held = rules_by(Traits("major"))
    assert (version, held.limits["returns"]) == (draft, 3)
    assert (standard.retired_at, version.activated_by) == (at(4), org.comp1)
    assert not Rollout.objects.exists()


def test_its_history_is_kept(org, standard, draft):
    save(draft, org.comp1)
    activate(draft, org.admin, running=True)
    tags = Entry.objects.filter(stream=stream_of(standard.policy)).order_by("seq")
    assert list(tags.values_list("tag", flat=True)) == [
        "policy:draft_begun",
        "policy:draft_saved",
        "policy:activated",
    ]
    assert Rollout.objects.get().entry == tags.last()


@pytest.mark.parametrize("name", ["cs1", "tech_lead", "ceo", "auditor", "outsider"])
def test_nobody_else_writes_policies(org, draft, name):
    person = getattr(org, name)
    with pytest.raises(NotAllowed):
        save(draft, person)
    with pytest.raises(NotAllowed):
        activate(draft, person)
    with pytest.raises(NotAllowed):
        create_draft(policy=draft.policy, actor=person, now=at(3))
    assert PolicyVersion.objects.active().get() != draft


def test_two_editors_do_not_overwrite_each_other(org, draft):
    save(draft, org.comp1, seen=1)
    with pytest.raises(Conflict) as refused:
        save(draft, org.admin, seen=1, raw=rules(returns=5))
    assert refused.value.since[0].actor == org.comp1
    draft.refresh_from_db()
    assert draft.rules["limits"]["returns"] == 3


def test_what_was_not_read_is_not_activated(org, draft):
    save(draft, org.comp1)
    with pytest.raises(Conflict):
        activate(draft, org.admin, seen=1)


def test_unsound_rules_are_neither_saved_nor_activated(org, draft):
    with pytest.raises(PolicyError):
        save(draft, org.comp1, raw={"targets": {}})
    PolicyVersion.objects.filter(pk=draft.pk).update(rules={})
    with pytest.raises(PolicyError):
        activate(draft, org.comp1)
    assert PolicyVersion.objects.active().get() != draft


def test_what_held_once_never_changes(org, standard, draft):
    for change in (save, activate):
        with pytest.raises(IllegalMove):
            change(standard, org.comp1)
    with pytest.raises(IllegalMove):
        discard_draft(version=standard, actor=org.comp1, now=at(3))


def test_a_draft_thrown_away_is_gone(org, draft):
    discard_draft(version=draft, actor=org.comp1, now=at(3))
    with pytest.raises(IllegalMove):
        save(draft, org.comp1)


def test_another_policy_begins_as_a_copy_of_the_standard(org, standard):
    draft = create_policy(
        actor=org.comp1, code="grave", name_en="Grave", name_zh="重大", rank=10, now=at(3)
    )
    assert draft.rules == standard.rules
    with pytest.raises(Invalid):
        create_policy(
            actor=org.comp1, code="grave", name_en="Again", name_zh="又", rank=9, now=at(3)
        )


def test_a_policy_retires_but_not_the_standard(org, standard):
    draft = create_policy(actor=org.comp1, code="x", name_en="X", name_zh="某", rank=1, now=at(3))
    with pytest.raises(IllegalMove):
        retire_policy(policy=draft.policy, actor=org.comp1, now=at(3))
    activate(draft, org.comp1)
    retire_policy(policy=draft.policy, actor=org.comp1, now=at(5))
    assert rules_by(Traits("major"))[0] == standard
    with pytest.raises(IllegalMove):
        retire_policy(policy=standard.policy, actor=org.comp1, now=at(5))
