"""What a journal entry tells, and how it reads: the words between the journal and the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Choices
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from departments.models import Department

# Keys of an entry's data that hold ids, so that all that are named are looked up at once.
PEOPLE_KEYS = ("owner", "unblocker", "leader", "told", "mentions")
DEPARTMENT_KEYS = ("department", "seat")


@dataclass(frozen=True, slots=True)
class Names:
    """Whom and what the entries name: people and departments by id, titles by reference."""

    people: Mapping[int, str] = field(default_factory=dict)
    departments: Mapping[int, Department] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def person(self, pk: object) -> str:
        return self.people.get(pk, _("somebody")) if isinstance(pk, int) else _("somebody")

    def all_of(self, pks: object) -> str:
        """The people of a list of ids, in its order."""
        return ", ".join(self.person(pk) for pk in pks) if isinstance(pks, list) else ""

    def department(self, pk: object) -> str:
        known = self.departments.get(pk) if isinstance(pk, int) else None
        return known.name if known else _("a department")


@dataclass(frozen=True, slots=True)
class Fact:
    """A detail: a label with words, or with an instant and the one that it replaced."""

    label: str
    value: str = ""
    at: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How an entry reads: a badge, a sentence, what its words are, details.

    `words` are those of the entry's own data, where it has no message; `alarm` is what
    deserves to be seen; `quiet` entries are shown in one muted line.
    """

    kind: str = ""
    says: str = ""
    words_are: str = ""
    words: str = ""
    facts: tuple[Fact, ...] = ()
    alarm: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry tells. Old or strange data is no error: what is not there reads as nothing."""

    tag: str
    subject: str
    who: str
    data: Mapping[str, Any]
    names: Names

    def at(self, key: str) -> datetime | None:
        """An instant of the data."""
        try:
            return parse_datetime(self.text(key))
        except ValueError:
            return None

    def text(self, key: str) -> str:
        value = self.data.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        value = self.data.get(key, 0)
        return value if isinstance(value, int) else 0

    def texts(self, key: str) -> list[str]:
        """A list of words."""
        value = self.data.get(key)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def pairs(self, key: str) -> dict[str, tuple[str, str]]:
        """By name what was, and what is now."""
        value = self.data.get(key)
        rows = value.items() if isinstance(value, dict) else ()
        return {
            str(name): (str(pair[0]), str(pair[1]))
            for name, pair in rows
            if isinstance(pair, list) and len(pair) == 2
        }

    def person(self, key: str) -> str:
        return self.names.person(self.data.get(key))

    def department(self, key: str) -> str:
        return self.names.department(self.data.get(key))

    def choice(self, choices: type[Choices], key: str) -> str:
        """The label of a choice; what is stored where there is no such choice any more."""
        value = self.text(key)
        return str(dict(choices.choices).get(value, value))

    @property
    def ended_along(self) -> bool:
        """Whether it ended only because what it was for has ended."""
        return self.data.get("because") == "ended"

    @property
    def title(self) -> str:
        """What the entry is about, in words."""
        return self.names.titles.get(self.subject) or self.text("title") or self.text("label")


def people_in(tag: str, data: Mapping[str, Any]) -> set[int]:
    """Ids of the people that an entry names."""
    return _ids(data, (*PEOPLE_KEYS, "to") if tag == "complaint:assigned" else PEOPLE_KEYS)


def departments_in(tag: str, data: Mapping[str, Any]) -> set[int]:
    """Ids of the departments that an entry names."""
    forwarded = tag == "ticket:forwarded"
    return _ids(data, (*DEPARTMENT_KEYS, "from", "to") if forwarded else DEPARTMENT_KEYS)


def _ids(data: Mapping[str, Any], keys: Iterable[str]) -> set[int]:
    values = (data.get(key) for key in keys)
    named = (one for value in values for one in (value if isinstance(value, list) else [value]))
    # True is an int to Python, and no id.
    return {one for one in named if isinstance(one, int) and not isinstance(one, bool)}
