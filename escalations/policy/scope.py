"""To which cases a policy applies: pure; the engine knows cases by what they are, not as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Traits:
    """What a policy is chosen by. Categories are codes on any axis; `B.01.02` lies in `B.01`."""

    severity: str
    channel: str = ""
    preset: str = ""
    customer_group: str = ""
    categories: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `traits_of` reads it back."""
        return {**asdict(self), "categories": list(self.categories)}


def traits_of(raw: Mapping[str, Any]) -> Traits:
    """Traits as they were written down; what later versions may add is left out."""
    names = {field.name for field in fields(Traits)}
    given = {name: value for name, value in raw.items() if name in names}
    return Traits(**{**given, "categories": tuple(given.get("categories", ()))})


@dataclass(frozen=True, slots=True)
class Scope:
    """Each set names what it lets in; an empty one lets in everything."""

    severities: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    presets: frozenset[str] = frozenset()
    customer_groups: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def takes_in(self, traits: Traits) -> bool:
        """Whether a case with these traits is of this scope."""
        return (
            _lets_in(self.severities, traits.severity)
            and _lets_in(self.channels, traits.channel)
            and _lets_in(self.presets, traits.preset)
            and _lets_in(self.customer_groups, traits.customer_group)
            and (not self.categories or any(map(self._has_category, traits.categories)))
        )

    @property
    def is_everything(self) -> bool:
        """Whether no case is left out."""
        return self == Scope()

    def _has_category(self, code: str) -> bool:
        return any(code == own or code.startswith(f"{own}.") for own in self.categories)


SCOPE_PARTS = tuple(field.name for field in fields(Scope))


def _lets_in(wanted: frozenset[str], given: str) -> bool:
    return not wanted or given in wanted
