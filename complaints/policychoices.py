"""What policies can be written for, by the codes that `services.clocks.traits_of` gives a case."""

from __future__ import annotations

from complaints.categories import ARROW, Tree
from complaints.models import Category, Complaint


def channels() -> list[tuple[str, str]]:
    """By which a complaint came in."""
    return [(code, str(name)) for code, name in Complaint.Channel.choices]


def customer_groups() -> list[tuple[str, str]]:
    """Groups of customers."""
    return _places(Category.Axis.GROUP)


def categories() -> list[tuple[str, str]]:
    """Business types and causes: every node, for what lies below it is of it."""
    return [*_places(Category.Axis.BUSINESS), *_places(Category.Axis.CAUSE)]


def _places(axis: str) -> list[tuple[str, str]]:
    tree = Tree(axis)
    nodes = sorted(tree.nodes.values(), key=lambda node: node.code)
    return [(node.code, ARROW.join(tree.place(node.pk).names)) for node in nodes]
