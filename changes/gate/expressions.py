"""Conditions and values of a statement: one rule for each kind of node, none for the others."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from changes.gate.nodes import (
    Call,
    Condition,
    Literal,
    Logic,
    Name,
    Now,
    Operation,
    Row,
    Test,
    Value,
)
from changes.gate.refusal import Refused
from changes.gate.resolve import Scope, allowed_functions, lower
from changes.targets.catalogue import Catalogue, Dialect

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
SIGNS: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.DPipe: "||",
}  # fmt: skip
# Function and the arguments of the node in which sqlglot keeps what stands between its brackets.
CALLS: dict[type[exp.Expr], tuple[str, tuple[str, ...]]] = {
    exp.Abs: ("abs", ("this",)),
    exp.Coalesce: ("coalesce", ("this", "expressions")),
    exp.Lower: ("lower", ("this",)),
    exp.Nullif: ("nullif", ("this", "expression")),
    exp.Replace: ("replace", ("this", "expression", "replacement")),
    exp.Round: ("round", ("this", "decimals")),
    exp.Upper: ("upper", ("this",)),
}
CONDITIONS = {exp.And, exp.Or, exp.Not, exp.In, exp.Is, exp.Between, exp.Like, *COMPARISONS}
# How sqlglot notes what it had no need to change; they say nothing about the statement.
HARMLESS: dict[type[exp.Expr], set[str]] = {
    exp.DPipe: {"safe"},
    exp.Div: {"typed", "safe"},
    exp.Coalesce: {"is_nvl", "is_null"},
}


def parts(node: exp.Expr, *allowed: str) -> None:
    """Refuses a node with any part that is not named: a new version of sqlglot may add some."""
    harmless: set[str] = HARMLESS.get(type(node), set())
    for name, value in node.args.items():
        if value not in (None, False, []) and name not in allowed and name not in harmless:
            raise Refused("part", what=name)
    if node.comments:
        raise Refused("comment")


def folded(node: exp.Expr, catalogue: Catalogue) -> str:
    """The name of a table or schema, as the server knows it."""
    if type(node) is not exp.Identifier:
        raise Refused("part", what=node.key)
    parts(node, "this", "quoted")
    # MySQL's names of tables may have case, and are then written as they are.
    quoted = node.args.get("quoted") or catalogue.dialect is Dialect.MYSQL
    return str(node.this) if quoted else lower(node.this)


def condition(node: exp.Expr, scope: Scope) -> Condition:
    """Raises Refused."""
    kind = type(node)
    if kind is exp.Paren:
        parts(node, "this")
        return condition(node.this, scope)
    if kind is exp.And or kind is exp.Or:
        return _chain(node, scope)
    if kind is exp.Not:
        parts(node, "this")
        return Logic("NOT", (condition(node.this, scope),))
    if kind in COMPARISONS:
        return _comparison(node, scope)
    rules: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Test]] = {
        exp.In: _in, exp.Is: _is, exp.Between: _between, exp.Like: _like,
    }  # fmt: skip
    if kind not in rules:
        raise Refused("not_a_condition") if _is_value(node) else _unknown(node)
    return rules[kind](node, scope)


def _chain(node: exp.Expr, scope: Scope) -> Logic:
    """A AND B AND C as one, however it was bracketed."""
    kind, open_, items = type(node), [node], []
    while open_:
        item = open_.pop()
        if type(item) is exp.Paren:
            parts(item, "this")
            open_.append(item.this)
        elif type(item) is kind:
            parts(item, "this", "expression")
            open_ += [item.expression, item.this]
        else:
            items.append(condition(item, scope))
    return Logic("AND" if kind is exp.And else "OR", tuple(items))


def _comparison(node: exp.Expr, scope: Scope) -> Test:
    parts(node, "this", "expression")
    left, right = _side(node.this, scope), _side(node.expression, scope)
    if Literal("null") in (left, right):
        raise Refused("equals_null")
    return Test(COMPARISONS[type(node)], (left, right))


def _side(node: exp.Expr, scope: Scope) -> Value | Row:
    if type(node) is exp.Tuple:
        parts(node, "expressions")
        return Row(tuple(value(item, scope) for item in node.expressions))
    return value(node, scope)


def _negated(node: exp.Expr, word: str) -> str:
    return f"NOT {word}" if node.args.get("negate") else word


def _in(node: exp.Expr, scope: Scope) -> Test:
    if node.args.get("query"):
        raise Refused("subquery")
    parts(node, "this", "expressions", "negate")
    items = [_side(item, scope) for item in node.expressions]
    return Test(_negated(node, "IN"), (_side(node.this, scope), *items))


def _is(node: exp.Expr, scope: Scope) -> Test:
    parts(node, "this", "expression", "negate")
    if type(node.expression) is not exp.Null:
        raise Refused("part", what="IS")
    word = "IS NOT NULL" if node.args.get("negate") else "IS NULL"
    return Test(word, (value(node.this, scope),))


def _between(node: exp.Expr, scope: Scope) -> Test:
    parts(node, "this", "low", "high", "negate")
    items = (node.this, node.args["low"], node.args["high"])
    return Test(_negated(node, "BETWEEN"), tuple(value(item, scope) for item in items))


def _like(node: exp.Expr, scope: Scope) -> Test:
    parts(node, "this", "expression", "negate")
    items = (value(node.this, scope), value(node.expression, scope))
    return Test(_negated(node, "LIKE"), items)


def value(node: exp.Expr, scope: Scope) -> Value:
    """Raises Refused."""
    kind = type(node)
    if kind in SIGNS:
        parts(node, "this", "expression")
        return Operation(SIGNS[kind], (value(node.this, scope), value(node.expression, scope)))
    if kind in CALLS:
        return _call(node, scope)
    rules: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Value]] = {
        exp.Column: name, exp.Literal: _literal, exp.Null: _literal, exp.Boolean: _literal,
        exp.Neg: _negative, exp.Paren: _bracketed, exp.CurrentTimestamp: _now, exp.Anonymous: _now,
    }  # fmt: skip
    if kind not in rules:
        raise Refused("not_a_value") if kind in CONDITIONS else _unknown(node)
    return rules[kind](node, scope)


def _is_value(node: exp.Expr) -> bool:
    return isinstance(
        node, exp.Column | exp.Literal | exp.Null | exp.Boolean | exp.Neg | exp.Binary
    )


def _unknown(node: exp.Expr) -> Refused:
    if isinstance(node, exp.Cast):
        return Refused("cast")
    if isinstance(node, exp.Subquery | exp.Select | exp.SetOperation):
        return Refused("subquery")
    if isinstance(node, exp.Func):
        return Refused("function", what=node.key, allowed=allowed_functions())
    if isinstance(node, exp.Dot):
        return Refused("function", what="a.b(…)", allowed=allowed_functions())
    return Refused("part", what=node.key)


def _literal(node: exp.Expr, _scope: Scope) -> Literal:
    if isinstance(node, exp.Null):
        parts(node)
        return Literal("null")
    if isinstance(node, exp.Boolean):
        parts(node, "this")
        return Literal("boolean", "TRUE" if node.this else "FALSE")
    parts(node, "this", "is_string")
    return Literal("text" if node.args["is_string"] else "number", str(node.this))


def _negative(node: exp.Expr, _scope: Scope) -> Literal:
    parts(node, "this")
    number = node.this
    if not isinstance(number, exp.Literal) or number.is_string:
        raise Refused("operator", what="-")
    return Literal("number", f"-{_literal(number, _scope).text}")


def _bracketed(node: exp.Expr, scope: Scope) -> Value:
    parts(node, "this")
    return value(node.this, scope)


def _now(node: exp.Expr, _scope: Scope) -> Now:
    if isinstance(node, exp.Anonymous) and lower(str(node.this)) != "now":
        raise Refused("function", what=str(node.this), allowed=allowed_functions())
    parts(node, *(("this",) if isinstance(node, exp.Anonymous) else ()))
    return Now()


def _call(node: exp.Expr, scope: Scope) -> Call:
    name, places = CALLS[type(node)]
    parts(node, *places)
    items: list[exp.Expr] = []
    for place in places:
        given = node.args.get(place)
        items += given if isinstance(given, list) else [given] if given is not None else []
    return Call(name, tuple(value(item, scope) for item in items))


def name(node: exp.Expr, scope: Scope) -> Name:
    """A column of the statement's own table, whatever stands before it."""
    parts(node, "this", "table", "db")
    if type(node.this) is not exp.Identifier:
        raise Refused("part", what=node.this.key)
    schema, table = scope.table.place
    for place, owner in ((node.args.get("table"), table), (node.args.get("db"), schema)):
        if place is not None and folded(place, scope.catalogue) != owner:
            raise Refused("join")
    identifier = node.this
    parts(identifier, "this", "quoted")
    return Name(scope.column(identifier.this, quoted=bool(identifier.args.get("quoted"))).name)
