"""The budgets of size that the linter has no rule for."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = (
    "config",
    "departments",
    "journal",
    "notifications",
    "escalations",
    "complaints",
    "changes",
)
MODULE, FUNCTION, MOSTLY, TEMPLATE, TEST = 330, 60, 15, 200, 45


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def modules(*folders):
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def functions(*folders):
    """Name and length of every function."""
    for path in modules(*folders):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                yield name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_are_short():
    assert not {str(path): lines(path) for path in modules(*FLOORS) if lines(path) > MODULE}


def test_no_function_is_long():
    assert not {name: length for name, length in functions(*FLOORS) if length > FUNCTION}


def test_functions_are_mostly_very_short():
    lengths = [length for _name, length in functions(*FLOORS)]
    assert sum(length <= MOSTLY for length in lengths) > 0.8 * len(lengths)


def test_templates_are_short():
    templates = (path for path in (ROOT / "templates").rglob("*") if path.is_file())
    assert not {str(path): lines(path) for path in templates if lines(path) > TEMPLATE}


def test_tests_are_short():
    tests = {name: length for name, length in functions("tests") if " test_" in name}
    assert not {name: length for name, length in tests.items() if length > TEST}
    assert sum(length <= 25 for length in tests.values()) > 0.9 * len(tests)


@pytest.mark.parametrize("floor", FLOORS[1:])
def test_every_floor_has_its_tests(floor):
    assert list((ROOT / "tests" / floor).glob("test_*.py"))
