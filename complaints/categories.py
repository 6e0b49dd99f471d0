"""The category tree: what it starts with, and how a page shows it.

It starts from the three axes of JR/T 0169-2018: A, the channel of the business; B, its type;
C, the cause. The codes are our own: a place in the tree, two digits a step, 99 for "other".
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from complaints.models import Category

START = Path(__file__).with_name("categories.json")
# No tree is deeper; the bound ends a climb through a cycle in data that was never checked.
DEEPEST = 8
ARROW = " › "


@transaction.atomic
def install_categories() -> int:
    """Add what is missing of the tree we start with; returns how many.

    What is there stays as it is: its names and places are the administrators'.
    """
    known = dict(Category.objects.values_list("code", "pk"))
    added = 0
    for row in json.loads(START.read_text(encoding="utf-8")):
        code = row["code"]
        if code in known:
            continue
        above = code.rpartition(".")[0]
        made = Category.objects.create(
            axis=code[0],
            code=code,
            name_en=row["en"],
            name_zh=row["zh"],
            parent_id=known.get(above),
        )
        known[code] = made.pk
        added += 1
    return added


@dataclass(frozen=True, slots=True)
class Place:
    """A category and where it stands: the names from the top down to its own."""

    category: Category
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """Such as "Points mall › Redemption › Airline miles"."""
        return ARROW.join(self.names)


class Tree:
    """One axis of the tree, read in one query, in the reader's language."""

    def __init__(self, axis: str) -> None:
        self.nodes = {node.pk: node for node in Category.objects.filter(axis=axis)}
        self.above = {pk: node.parent_id for pk, node in self.nodes.items()}

    def place(self, pk: int) -> Place:
        """Where a category of this axis stands."""
        names: list[str] = []
        at: int | None = pk
        while at in self.nodes and len(names) < DEEPEST:
            names.insert(0, self.nodes[at].name)
            at = self.above[at]
        return Place(self.nodes[pk], tuple(names))

    def leaves(self) -> list[Place]:
        """What may be chosen: active, below active ones, and not itself divided further."""
        active = {pk for pk in self.nodes if self._is_active(pk)}
        divided = {self.above[pk] for pk in active}
        return [self.place(pk) for pk in self.nodes if pk in active - divided]

    def _is_active(self, pk: int) -> bool:
        at: int | None = pk
        for _ in range(DEEPEST):
            if at not in self.nodes:
                return True
            if not self.nodes[at].is_active:
                return False
            at = self.above[at]
        return False


def grouped(places: list[Place]) -> list[tuple[str, list[tuple[int, str]]]]:
    """The choices of a select, in groups of the same top."""
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place in places:
        groups[place.names[0]].append((place.category.pk, place.path))
    return list(groups.items())
