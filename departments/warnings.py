"""What is risky in the organisation as it stands, each with what to do.

Nothing here stops anybody: routing goes round each of these. They are said where they are entered,
on the page of departments and on the page of health.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from departments.models import Absence, Department, User
from departments.organisation import Organisation, read_organisation


class Kind(StrEnum):
    """What is wrong; by this name it is known to tests and figures."""

    CYCLE = "cycle"
    NO_EXECUTIVE = "no_executive"
    NOBODY_ABOVE = "nobody_above"
    LEADER_MISSING = "leader_missing"
    LEADER_INACTIVE = "leader_inactive"
    LEADER_AWAY = "leader_away"
    DEPUTY_INACTIVE = "deputy_inactive"
    PARENT_CLOSED = "parent_closed"
    NO_MEMBERS = "no_members"
    STAND_IN_CYCLE = "stand_in_cycle"
    STAND_IN_INACTIVE = "stand_in_inactive"
    STAND_IN_AWAY = "stand_in_away"


GRAVE = frozenset({Kind.CYCLE, Kind.NO_EXECUTIVE, Kind.NOBODY_ABOVE, Kind.STAND_IN_CYCLE})
"""Those by which somebody is told who answers for nothing here, or nobody in their own line."""


@dataclass(frozen=True, slots=True)
class OrgWarning:
    """One thing that is risky: what it is, and what to do about it; both whole sentences."""

    kind: Kind
    says: str
    to_do: str
    department: Department | None = None
    people: tuple[User, ...] = ()
    departments: tuple[Department, ...] = field(default=())

    @property
    def is_grave(self) -> bool:
        """Whether it should be put right today."""
        return self.kind in GRAVE

    def concerns(self, thing: Department | User) -> bool:
        """Whether it is about this department or this person."""
        if isinstance(thing, User):
            return thing in self.people
        return thing == self.department or thing in self.departments


def warnings_now(now: datetime) -> list[OrgWarning]:
    """Everything risky in the organisation at this instant, the gravest first."""
    return warnings_in(read_organisation(now))


def warnings_in(organisation: Organisation) -> list[OrgWarning]:
    """The same of what was read already."""
    found = [warning for look in LOOKS for warning in look(organisation)]
    return sorted(found, key=lambda warning: not warning.is_grave)


# --- Departments ----------------------------------------------------------------------------------
def _cycles(organisation: Organisation) -> Iterator[OrgWarning]:
    told: set[Department] = set()
    for department in organisation.departments.values():
        line = organisation.line_above(department)
        above = organisation.departments.get(line[-1].parent_id or 0)
        if above is None or above in told:
            continue
        cycle = line[line.index(above) :]
        told.update(cycle)
        yield OrgWarning(
            Kind.CYCLE,
            _("%(departments)s are above each other in a circle, so nobody is above them.")
            % {"departments": _names(cycle)},
            _("Give one of them a parent outside the circle, or none."),
            cycle[0],
            departments=tuple(cycle),
        )


def _no_executive(organisation: Organisation) -> Iterator[OrgWarning]:
    top = [one for one in organisation.active if one.kind == Department.Kind.EXECUTIVE]
    if organisation.active and not any(organisation.leads(one) for one in top):
        yield OrgWarning(
            Kind.NO_EXECUTIVE,
            _("No management department has an active leader, so there is no last resort."),
            _("Name a leader of a department of the kind “management”."),
            departments=tuple(top),
        )


def _nobody_leads(organisation: Organisation) -> Iterator[OrgWarning]:
    for department in organisation.active:
        if organisation.leads(department):
            continue
        line = [one for one in organisation.line_above(department)[1:] if one.is_active]
        next_up = next((one for one in line if organisation.leads(one)), None)
        if next_up is None:
            yield OrgWarning(
                Kind.NOBODY_ABOVE,
                _("%(department)s has no active leader, and nobody leads above it: what is late"
                  " there goes to the last resort.") % {"department": department},
                _("Name a leader or a deputy, here or above."),
                department,
            )  # fmt: skip
        elif department.leader is None:
            yield OrgWarning(
                Kind.LEADER_MISSING,
                _("%(department)s has no leader: what is late there goes to %(above)s.")
                % {"department": department, "above": next_up},
                _("Name a leader or a deputy."),
                department,
            )


def _inactive_leaders(organisation: Organisation) -> Iterator[OrgWarning]:
    for department in organisation.active:
        leader = department.leader
        if leader is not None and not leader.is_active:
            yield OrgWarning(
                Kind.LEADER_INACTIVE,
                _("%(person)s leads %(department)s and is no longer active.")
                % {"person": leader, "department": department},
                _("Name another leader."),
                department,
                (leader,),
            )
        for deputy in organisation.deputies.get(department.pk, ()):
            if not deputy.is_active:
                yield OrgWarning(
                    Kind.DEPUTY_INACTIVE,
                    _("%(person)s is a deputy in %(department)s and is no longer active.")
                    % {"person": deputy, "department": department},
                    _("Remove the deputy, or name another."),
                    department,
                    (deputy,),
                )


def _leaders_away(organisation: Organisation) -> Iterator[OrgWarning]:
    for department in organisation.active:
        leader = department.leader
        away = organisation.away_now(leader) if leader and leader.is_active else None
        if leader is None or away is None:
            continue
        roles = organisation.leads(department)
        present = [one for one in roles if organisation.away_now(one) is None]
        if not present and not _somebody_stands_in(organisation, away):
            yield OrgWarning(
                Kind.LEADER_AWAY,
                _("%(person)s, who leads %(department)s, is away and nobody there stands in.")
                % {"person": leader, "department": department},
                _("Enter a stand-in with the absence, or name a deputy."),
                department,
                (leader,),
            )


def _closed_parents(organisation: Organisation) -> Iterator[OrgWarning]:
    for department in organisation.active:
        parent = organisation.departments.get(department.parent_id or 0)
        if parent is not None and not parent.is_active:
            yield OrgWarning(
                Kind.PARENT_CLOSED,
                _("%(department)s lies below %(parent)s, which is not active: its leader is"
                  " passed over.") % {"department": department, "parent": parent},
                _("Give it a parent that is active."),
                department,
                departments=(parent,),
            )  # fmt: skip


def _empty(organisation: Organisation) -> Iterator[OrgWarning]:
    for department in organisation.active:
        if not organisation.members.get(department.pk):
            yield OrgWarning(
                Kind.NO_MEMBERS,
                _("Nobody who is active works in %(department)s: only whoever leads it can accept"
                  " what it is asked.") % {"department": department},
                _("Add members, or make it inactive."),
                department,
            )  # fmt: skip


# --- Absences -------------------------------------------------------------------------------------
def _stand_ins(organisation: Organisation) -> Iterator[OrgWarning]:
    told: set[frozenset[int]] = set()
    for absence in (one for own in organisation.absences.values() for one in own):
        stand_in, person = absence.stand_in, absence.person
        if stand_in is None:
            continue
        who = {"person": person, "stand_in": stand_in}
        if not stand_in.is_active:
            yield OrgWarning(
                Kind.STAND_IN_INACTIVE,
                _("%(stand_in)s, who is to stand in for %(person)s, is no longer active.") % who,
                _("Choose another stand-in for the absence."),
                people=(person, stand_in),
            )
            continue
        line = _line_of(organisation, absence)
        if line and line[-1].stand_in_id == absence.person_id:
            circle = frozenset(one.person_id for one in line) | {absence.person_id}
            if circle not in told:
                told.add(circle)
                yield _in_a_circle([absence, *line])
        elif line and not _somebody_stands_in(organisation, absence):
            yield OrgWarning(
                Kind.STAND_IN_AWAY,
                _("%(stand_in)s, who is to stand in for %(person)s, is away in these days, too,"
                  " and nobody stands in for both.") % who,
                _("Choose a stand-in who is there, or change the dates."),
                people=(person, stand_in),
            )  # fmt: skip


def _in_a_circle(absences: Iterable[Absence]) -> OrgWarning:
    people = tuple(dict.fromkeys(one.person for one in absences))
    return OrgWarning(
        Kind.STAND_IN_CYCLE,
        _("%(people)s stand in for each other while all of them are away.")
        % {"people": _names(people)},
        _("Choose a stand-in who is there for one of them."),
        people=people,
    )


def _line_of(organisation: Organisation, absence: Absence) -> list[Absence]:
    """The absences of the stand-ins, one after the other, as long as they fall together."""
    line: list[Absence] = []
    start, end, asked = absence.starts_at, absence.ends_at, {absence.person_id}
    person = absence.stand_in_id
    while person is not None and person not in asked:
        asked.add(person)
        own = organisation.absences.get(person, ())
        also = next((one for one in own if one.starts_at < end and one.ends_at > start), None)
        if also is None:
            break
        line.append(also)
        start, end = max(start, also.starts_at), min(end, also.ends_at)
        person = also.stand_in_id
    return line


def _somebody_stands_in(organisation: Organisation, absence: Absence) -> bool:
    line = _line_of(organisation, absence)
    last = line[-1] if line else absence
    stand_in = last.stand_in
    return (
        stand_in is not None
        and stand_in.is_active
        and stand_in.pk not in {absence.person_id, *(one.person_id for one in line)}
    )


def _names(things: Iterable[Department | User]) -> str:
    return ", ".join(map(str, things))


Look = Callable[[Organisation], Iterable[OrgWarning]]
LOOKS: tuple[Look, ...] = (
    _cycles,
    _no_executive,
    _nobody_leads,
    _inactive_leaders,
    _leaders_away,
    _closed_parents,
    _stand_ins,
    _empty,
)
