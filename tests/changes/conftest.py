"""A database of its own per worker, made once; dry runs leave it as it was."""

from __future__ import annotations

import os

import psycopg2
import pytest

from changes.dryrun.limits import Limits
from changes.dryrun.rehearsal import rehearse
from changes.targets.catalogue import Dialect, TableRules
from changes.targets.connect import Address, engine
from changes.targets.postgres import reflect
from tests.changes.mall import RULES, SCHEMA, accepted
from tests.changes.maria import server

# Named after what it gives: the socket of a MariaDB.
socket = pytest.fixture(server, scope="session")

ROLE = "duban"


@pytest.fixture(scope="session")
def mall_name():
    return f"mall_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="session")
def connect(mall_name):
    """Sessions of other people."""
    folder = f"{os.environ['DUBAN_TEST_ROOT']}/run"

    def opened(database=mall_name, user=ROLE):
        connection = psycopg2.connect(host=folder, dbname=database, user=user)
        connection.autocommit = True
        return connection

    return opened


@pytest.fixture(scope="session")
def address(mall_name, connect):
    control = connect("postgres")
    with control.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {mall_name}")
    people = connect()
    with people.cursor() as cursor:
        cursor.execute(SCHEMA)
    people.close()
    folder = f"{os.environ['DUBAN_TEST_ROOT']}/run"
    yield Address(dialect=Dialect.POSTGRES, url=f"postgresql://{ROLE}@/{mall_name}?host={folder}")
    with control.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {mall_name} WITH (FORCE)")
    control.close()


@pytest.fixture
def sql(address, connect):
    """What somebody else does at the same time, committed at once; returns rows."""
    connection = connect()

    def run(text, values=None):
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    yield run
    connection.close()


def reflected(address, schemas=("mall",), rules=RULES):
    with engine(address).connect() as connection:
        return reflect(connection, schemas=schemas, default_schema="mall", rules=rules)


@pytest.fixture
def catalogue(address):
    return reflected(address)


@pytest.fixture(scope="session")
def catalogue_once(address):
    """For many statements against one schema."""
    return reflected(address)


@pytest.fixture
def dry_run(address, catalogue):
    """Gate and dry run in one."""

    def run(text, expected=1, **limits):
        passed = accepted(text, catalogue)
        rules = catalogue.rules_of(passed.table) or TableRules()
        return rehearse(
            address=address, accepted=passed, rules=rules, expected=expected,
            search_schema="mall", limits=Limits(**limits),
        )  # fmt: skip

    return run
