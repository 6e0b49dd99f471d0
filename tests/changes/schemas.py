"""The mall's schema as a catalogue says it, without a server."""

from __future__ import annotations

from dataclasses import replace

from changes.targets.catalogue import Catalogue, Column, Family, Key, Table
from tests.changes.mall import RULES

ORDERS = ("mall", "orders")


def column(name, family=Family.TEXT, **more):
    kinds = {Family.INTEGER: "integer", Family.TIME: "date", Family.BOOLEAN: "boolean"}
    return Column(name=name, type=kinds.get(family, "text"), family=family, **more)


TABLES = (
    Table(
        schema="mall",
        name="orders",
        columns=(
            column("id", Family.INTEGER, nullable=False),
            column("shop", Family.INTEGER, nullable=False),
            column("code", nullable=False, four_byte=False),
            column("status"),
            column("points", Family.INTEGER),
            column("paid", Family.BOOLEAN),
            column("paid_on", Family.TIME),
            column("id_number"),
            column("doubled", Family.INTEGER, generated=True),
            column("made_at", Family.TIME, default="now()", default_computed=True),
            column("updated_at", Family.TIME, default="now()", default_computed=True),
        ),
        keys=(Key(columns=("id",), primary=True), Key(columns=("shop", "code"))),
    ),
    Table(
        schema="mall",
        name="cards",
        columns=(
            column("id", Family.INTEGER, nullable=False, numbered=True),
            column("number", nullable=False),
            column("points", Family.INTEGER),
        ),
        keys=(Key(columns=("id",), primary=True), Key(columns=("number",))),
    ),
    Table(
        schema="mall",
        name="rates",
        columns=(
            column("day", Family.TIME, nullable=False),
            column("kind", nullable=False),
            column("rate", Family.DECIMAL),
        ),
        keys=(Key(columns=("day", "kind"), primary=True),),
    ),
    Table(
        schema="mall",
        name="history",
        columns=(column("id", Family.INTEGER, nullable=False), column("was")),
        keys=(Key(columns=("id",), primary=True),),
    ),
)


def catalogue(dialect, obstacles=None, more=()):
    tables = {table.place: table for table in (*TABLES, *more)}
    for place, codes in (obstacles or {}).items():
        tables[place] = replace(tables[place], obstacles=codes)
    return Catalogue(dialect=dialect, default_schema="mall", tables=tables, rules=RULES)
