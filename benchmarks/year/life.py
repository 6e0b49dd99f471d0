"""What stories have in common: their world, and luck of their own."""

from __future__ import annotations

from random import Random

from benchmarks.year.world import World
from complaints.services.people import people_of
from departments.models import Department, User


class Life:
    """Somebody's, or something's, in a world."""

    def __init__(self, world: World, *name: object) -> None:
        self.world, self.name = world, name
        self.draw: Random = world.random(*name)

    def chance(self, share: float) -> bool:
        """Whether it happens this time."""
        return self.draw.random() < share

    def soon(self, low: float, high: float, *, forgets: float = 0.0) -> float:
        """Hours until somebody gets to it; now and then it is forgotten for days."""
        if self.chance(forgets):
            return self.draw.uniform(15, 60)
        return self.draw.uniform(low, high)

    def one_of(self, department: Department) -> User | None:
        """Somebody who works there, if anybody is left."""
        people = list(people_of(department))
        return self.draw.choice(people) if people else None
