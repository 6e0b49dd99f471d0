"""Who is told: on the ordinary days, and on random trees with every kind of gap in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from escalations.routing import OrgChart, Post

# 1 is the whole house, 2 and 3 below it, 4 below 2. People: department times ten.
HOUSE = {
    1: Post(leader=10, is_executive=True),
    2: Post(parent=1, leader=20, deputies=(21, 22)),
    3: Post(parent=1, leader=30),
    4: Post(parent=2, leader=40),
}


def chart(posts=None, *, inactive=(), away=None):
    return OrgChart(posts={**HOUSE, **(posts or {})}, inactive=frozenset(inactive), away=away or {})


def steps(route):
    return [(step.person, str(step.why)) for step in route.steps]


# --- The owner ----------------------------------------------------------------------------------


def test_the_owner_is_told():
    route = chart().owner_route(41, 4)
    assert (route.person, route.role, steps(route)) == (41, "owner", [(41, "told")])


def test_an_absent_owners_stand_in_is_told():
    route = chart(away={41: 42, 42: 43}).owner_route(41, 4)
    assert (route.person, route.role) == (43, "stand_in")
    assert steps(route) == [(41, "away"), (42, "away"), (43, "told")]


def test_stand_ins_in_a_circle_end_at_the_leader():
    route = chart(away={41: 42, 42: 41}).owner_route(41, 4)
    assert steps(route) == [(41, "away"), (42, "away"), (40, "told")]


def test_an_inactive_owner_and_none_end_at_the_leader():
    assert steps(chart(inactive=[41]).owner_route(41, 4)) == [(41, "inactive"), (40, "told")]
    assert steps(chart().owner_route(None, 4)) == [(None, "vacant"), (40, "told")]


# --- The leader ---------------------------------------------------------------------------------


def test_the_levels_climb():
    house = chart()
    assert [house.leader_route(4, level).person for level in (1, 2, 3)] == [40, 20, 10]


def test_level_three_is_the_top_whatever_lies_between():
    deep = {5: Post(parent=4, leader=50), 6: Post(parent=5, leader=60)}
    house = chart(deep)
    assert [house.leader_route(6, level).person for level in (1, 2, 3)] == [60, 50, 10]


def test_where_nobody_is_above_the_same_person_is_told_again():
    house = chart()
    assert [house.leader_route(3, level).person for level in (1, 2, 3)] == [30, 10, 10]
    assert steps(house.leader_route(3, 3))[-1] == (10, "nobody_above")


def test_a_deputy_acts_for_a_leader_who_is_away():
    route = chart(away={20: None}).leader_route(2, 1)
    assert (route.person, route.role) == (21, "deputy")
    assert steps(route) == [(20, "away"), (21, "told")]


def test_deputies_by_rank():
    assert chart(away={20: None, 21: None}).leader_route(2, 1).person == 22


def test_the_leaders_stand_in_comes_before_the_deputies():
    assert chart(away={20: 29}).leader_route(2, 1).person == 29


def test_an_empty_department_passes_it_up():
    route = chart({4: Post(parent=2)}).leader_route(4, 1)
    assert (route.person, route.department) == (20, 2)
    assert steps(route) == [(None, "vacant"), (20, "told")]


def test_a_closed_department_passes_it_up():
    assert chart({4: Post(parent=2, leader=40, is_active=False)}).leader_route(4, 1).person == 20


def test_who_owns_it_does_not_judge_it():
    route = chart().leader_route(2, 1, avoid=frozenset({20}))
    # The deputies are not above their leader.
    assert steps(route) == [(20, "same_as_below"), (10, "told")]


def test_a_stand_in_who_owns_it_does_not_judge_it_either():
    route = chart(away={20: 29}).leader_route(2, 1, avoid=frozenset({29}))
    assert steps(route) == [(20, "away"), (29, "same_as_below"), (21, "told")]


def test_if_only_the_owner_leads_they_are_told_all_the_same():
    alone = OrgChart(posts={1: Post(leader=10)})
    assert alone.leader_route(1, 1, avoid=frozenset({10})).person == 10


def test_a_level_up_is_never_the_same_person_while_somebody_is_above():
    house = chart({2: Post(parent=1, leader=40)})
    assert [house.leader_route(4, level).person for level in (1, 2)] == [40, 10]


def test_a_circle_of_departments_is_cut():
    circle = OrgChart(posts={1: Post(parent=2), 2: Post(parent=1), 3: Post(leader=30)})
    assert circle.line_above(1) == [1, 2]
    route = circle.leader_route(1, 1)
    assert (route.person, route.last_resort) == (30, True)


def test_the_executive_of_last_resort():
    apart = chart({7: Post()})
    route = apart.leader_route(7, 1)
    assert (route.person, route.last_resort) == (10, True)
    assert "last_resort" in [str(step.why) for step in route.steps]


def test_everybody_is_away():
    house = chart(away={10: None, 20: None, 21: None, 22: None, 30: None, 40: None})
    route = house.leader_route(4, 1)
    assert (route.person, str(route.steps[-1].why)) == (40, "told_though_away")
    assert route.last_resort


def test_climbing_on_from_where_it_stands():
    house = chart()
    assert house.route_from(4, 40, level=1, target=2).person == 20
    assert house.route_from(2, 20, level=2, target=3).person == 10
    # On the same level: whoever is there now.
    assert chart(away={40: 49}).route_from(4, 40, level=1, target=1).person == 49


def test_the_lowest_leader_above_both():
    house = chart({5: Post(parent=2, leader=50), 9: Post(leader=90)})
    assert house.lowest_above_both(4, 5) == 2
    assert house.lowest_above_both(4, 3) == 1
    assert house.lowest_above_both(4, 2) == 2
    assert house.lowest_above_both(4, 9) is None


# --- Any house at all ---------------------------------------------------------------------------

people = st.integers(100, 112)
departments = st.integers(1, 6)
posts = st.builds(
    Post,
    parent=st.none() | departments,
    leader=st.none() | people,
    deputies=st.lists(people, max_size=2).map(tuple),
    is_executive=st.booleans(),
    is_active=st.sampled_from([True, True, True, False]),
)
houses = st.builds(
    OrgChart,
    posts=st.dictionaries(departments, posts, min_size=1),
    inactive=st.frozensets(people, max_size=9),
    away=st.dictionaries(people, st.none() | people, max_size=10),
)
levels = st.integers(1, 3)


def active_leaders(house):
    roles = [(post.leader, *post.deputies) for post in house.posts.values() if post.is_active]
    return {person for row in roles for person in row if person} - house.inactive


@given(houses, departments, levels, st.frozensets(people, max_size=3))
def test_never_nobody_while_anybody_leads(house, department, level, avoid):
    route = house.leader_route(department, level, avoid=avoid)
    assert (route.person is not None) == bool(active_leaders(house)), steps(route)
    assert route.person not in house.inactive


@given(houses, departments, st.none() | people)
def test_the_owners_route_reaches_the_owner_or_somebody_who_leads(house, department, owner):
    route = house.owner_route(owner, department)
    if owner and owner not in house.inactive and owner not in house.away:
        assert route.person == owner
    assert route.person is not None or not active_leaders(house)
    assert route.person not in house.inactive


@given(houses, departments, levels)
def test_every_route_explains_itself(house, department, level):
    route = house.leader_route(department, level)
    assert route.steps
    if route.person is not None:
        assert route.steps[-1].person == route.person
    else:
        assert route.last_resort


@given(houses, departments, levels)
def test_the_absent_are_told_only_with_an_alarm(house, department, level):
    route = house.leader_route(department, level)
    assert route.person not in house.away or route.last_resort


@given(houses, departments, people)
def test_the_owner_judges_only_if_nobody_else_on_the_way_up_is_there(house, department, owner):
    route = house.leader_route(department, 1, avoid=frozenset({owner}))
    if route.person != owner:
        return
    way_up = [house.posts[pk] for pk in house.line_above(department)]
    leaders = [post.leader for post in way_up if post.is_active and post.leader != owner]
    there = set(leaders) - {None} - house.inactive - set(house.away)
    assert not there
