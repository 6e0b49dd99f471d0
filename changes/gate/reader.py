"""From sqlglot's tree to the gate's own statement: what has no rule here is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from changes.gate.expressions import condition, folded, name, parts, value
from changes.gate.nodes import Condition, Literal, Statement, Value
from changes.gate.refusal import Refused
from changes.gate.resolve import Scope, find_table
from changes.targets.catalogue import Catalogue


def read(sql: str, catalogue: Catalogue) -> Statement:
    """One parsed statement; raises Refused."""
    try:
        found = sqlglot.parse(sql, read=catalogue.dialect.value)
        if len(found) != 1 or found[0] is None:
            raise Refused("several")
        return _statement(found[0], catalogue)
    except RecursionError:
        reason = "too_complex"
    except SqlglotError:
        reason = "syntax"
    # Outside of the handlers: the parser's error carries the statement along.
    raise Refused(reason)


def _statement(tree: exp.Expr, catalogue: Catalogue) -> Statement:
    kinds: dict[type[exp.Expr], Callable[[Any, Catalogue], Statement]] = {
        exp.Update: _update, exp.Delete: _delete, exp.Insert: _insert,
    }  # fmt: skip
    if type(tree) not in kinds:
        raise Refused("not_a_change")
    return kinds[type(tree)](tree, catalogue)


def _scope(node: exp.Expr, catalogue: Catalogue) -> Scope:
    if type(node) is not exp.Table:
        raise Refused("part", what=node.key)
    if node.args.get("alias"):
        raise Refused("alias")
    if node.args.get("catalog"):
        raise Refused("other_database")
    if node.args.get("joins"):
        raise Refused("join")
    parts(node, "this", "db")
    schema = folded(node.args["db"], catalogue) if node.args.get("db") else None
    return Scope(catalogue, find_table(catalogue, schema, folded(node.this, catalogue)))


def _update(tree: exp.Update, catalogue: Catalogue) -> Statement:
    scope = _scope(tree.this, catalogue)
    if tree.args.get("from_") or tree.args.get("from"):
        raise Refused("join")
    parts(tree, "this", "expressions", "where")
    sets = tuple(_set(item, scope) for item in tree.expressions)
    where = _where(tree, scope)
    schema, table = scope.table.place
    return Statement(kind="update", schema=schema, table=table, sets=sets, where=where)


def _set(node: exp.Expr, scope: Scope) -> tuple[str, Value]:
    if type(node) is not exp.EQ:
        raise Refused("part", what="SET")
    parts(node, "this", "expression")
    target = node.this
    if type(target) is not exp.Column or target.args.get("table"):
        raise Refused("part", what="SET")
    return name(target, scope).column, value(node.expression, scope)


def _delete(tree: exp.Delete, catalogue: Catalogue) -> Statement:
    if tree.args.get("using") or tree.args.get("tables"):
        raise Refused("join")
    scope = _scope(tree.this, catalogue)
    parts(tree, "this", "where")
    schema, table = scope.table.place
    return Statement(kind="delete", schema=schema, table=table, where=_where(tree, scope))


def _where(tree: exp.Expr, scope: Scope) -> Condition:
    where = tree.args.get("where")
    if where is None:
        raise Refused("no_where")
    parts(where, "this")
    return condition(where.this, scope)


def _insert(tree: exp.Insert, catalogue: Catalogue) -> Statement:
    if type(tree.this) is not exp.Schema:
        raise Refused("insert_columns")
    parts(tree.this, "this", "expressions")
    scope = _scope(tree.this.this, catalogue)
    parts(tree, "this", "expression")
    values = tree.expression
    if type(values) is not exp.Values:
        raise Refused("part", what="VALUES")
    parts(values, "expressions")
    columns = tuple(_insert_column(node, scope) for node in tree.this.expressions)
    rows = tuple(_insert_row(node, scope) for node in values.expressions)
    schema, table = scope.table.place
    return Statement(kind="insert", schema=schema, table=table, columns=columns, rows=rows)


def _insert_column(node: exp.Expr, scope: Scope) -> str:
    if type(node) is not exp.Identifier:
        raise Refused("part", what=node.key)
    parts(node, "this", "quoted")
    return scope.column(node.this, quoted=bool(node.args.get("quoted"))).name


def _insert_row(node: exp.Expr, scope: Scope) -> tuple[Literal, ...]:
    if type(node) is exp.Tuple:
        parts(node, "expressions")
        items = node.expressions
    else:
        items = [node]
    values = tuple(value(item, scope) for item in items)
    if not all(isinstance(item, Literal) for item in values):
        raise Refused("insert_literal")
    return tuple(item for item in values if isinstance(item, Literal))
