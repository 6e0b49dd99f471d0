"""Which policy a case goes by: the first that applies, chosen once."""

from __future__ import annotations

import copy

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from departments.worktime import Unit
from escalations.models import CasePolicy, Deadline, Policy, PolicyVersion
from escalations.policy import STANDARD, Scope, Span, Traits, parse, traits_of
from escalations.services import choose_policy, install_default_policy, rules_by, rules_for
from tests.escalations.clocks import MONDAY, at, start

pytestmark = pytest.mark.django_db
CASE = "C-2026-00001"


def policy(code, rank, applies_to, **targets):
    rules = copy.deepcopy(STANDARD)
    rules["applies_to"] = applies_to
    for kind, hours in targets.items():
        rules["targets"][kind] = {"*": {"within": hours, "unit": "working_hour"}}
    made = Policy.objects.create(code=code, name_en=code, name_zh=code, rank=rank)
    return made.versions.create(number=1, rules=rules, activated_at=MONDAY)


@pytest.fixture
def standard(org):
    return install_default_policy(now=MONDAY)


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        (Traits("major"), "grave"),
        (Traits("ordinary"), "standard"),
        (Traits("ordinary", channel="regulator"), "forwarded"),
        (Traits("major", channel="regulator"), "forwarded"),
        (Traits("ordinary", categories=("B.01.02",)), "cards"),
        (Traits("ordinary", categories=("B.010",)), "standard"),
        (Traits("ordinary", preset="uk_disp"), "london"),
        (Traits("ordinary", customer_group="G.02"), "frail"),
    ],
)
def test_the_lowest_rank_that_applies(standard, traits, expected):
    policy("forwarded", 10, {"channels": ["regulator"]})
    policy("london", 20, {"presets": ["uk_disp"]})
    policy("frail", 30, {"customer_groups": ["G.02"]})
    policy("cards", 40, {"categories": ["B.01"]})
    policy("grave", 50, {"severities": ["major"]})
    version, _rules = rules_by(traits)
    assert version.policy.code == expected


def test_every_part_must_apply(standard):
    policy("both", 10, {"severities": ["major"], "channels": ["regulator"]})
    assert rules_by(Traits("major"))[0] == standard
    assert rules_by(Traits("major", channel="regulator"))[0].policy.code == "both"


def test_a_retired_version_takes_nobody(standard):
    PolicyVersion.objects.filter(pk=policy("old", 1, {}).pk).update(retired_at=MONDAY)
    assert rules_by(Traits("major"))[0] == standard


def test_clocks_start_by_what_was_chosen_for_their_case(org, standard):
    quick = policy("quick", 1, {"severities": ["major"]}, accept=1)
    with transaction.atomic():
        choose_policy(stream=CASE, traits=Traits("major"))
    deadline = start(org.tech, kind="accept")
    assert deadline.policy_version == quick
    assert deadline.due_at == at(2, 10)


def test_a_later_version_is_not_for_cases_that_run(org, standard):
    with transaction.atomic():
        choose_policy(stream=CASE, traits=Traits("major"))
    policy("quick", 1, {}, accept=1)
    assert start(org.tech, kind="accept").policy_version == standard
    assert start(org.tech, kind="accept", stream="C-2026-00002", subject="T-2").due_at == at(2, 10)


def test_chosen_again_it_goes_by_the_new_traits(standard):
    grave = policy("grave", 1, {"severities": ["major"]})
    with transaction.atomic():
        choose_policy(stream=CASE, traits=Traits("ordinary", channel="phone"))
        choose_policy(stream=CASE, traits=Traits("major", channel="phone"))
    row = CasePolicy.objects.get()
    assert row.version == grave
    assert traits_of(row.traits) == Traits("major", channel="phone")


def test_choosing_costs_two_queries_and_asking_one(standard):
    with CaptureQueriesContext(connection) as choosing, transaction.atomic():
        choose_policy(stream=CASE, traits=Traits("major"))
    with CaptureQueriesContext(connection) as asking:
        rules_for(CASE, severity="major")
    # Savepoint in and out.
    assert (len(choosing), len(asking)) == (4, 1)


def test_the_new_clocks_have_targets_and_ladders():
    rules = parse(STANDARD)
    assert rules.target("stall", "major") == Span(2, Unit.BUSINESS_DAY)
    assert rules.target("milestone", "major") is None
    for kind in Deadline.Kind.values:
        assert rules.ladder(kind, "ordinary")


# --- Scopes -------------------------------------------------------------------------------------

codes = st.sampled_from(["", "a", "b", "B.01", "B.01.02"])
some = st.frozensets(codes.filter(bool), max_size=2)
scopes = st.builds(
    Scope, severities=some, channels=some, presets=some, customer_groups=some, categories=some
)
cases = st.builds(
    Traits,
    severity=codes,
    channel=codes,
    preset=codes,
    customer_group=codes,
    categories=st.lists(codes, max_size=2).map(tuple),
)


@given(scopes, cases)
def test_a_scope_that_names_more_lets_in_more_but_an_empty_part_lets_in_all(scope, traits):
    takes = scope.takes_in(traits)
    wider = Scope(
        **{
            name: getattr(scope, name) and getattr(scope, name) | {"zz"}
            for name in Scope.__dataclass_fields__
        }
    )
    assert not takes or wider.takes_in(traits)
    assert Scope().takes_in(traits)


@given(cases)
def test_traits_are_kept_whole(traits):
    assert traits_of(traits.as_json()) == traits


def test_what_a_later_version_wrote_is_read_without_it():
    assert traits_of({"severity": "major", "mood": "bad"}) == Traits("major")


