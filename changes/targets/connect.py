"""A fresh connection for each piece of work on a target; nothing is pooled, nothing is logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy
from sqlalchemy.pool import NullPool

from changes.targets.catalogue import Dialect

DRIVERS = {Dialect.POSTGRES: "postgresql+psycopg2", Dialect.MYSQL: "mysql+pymysql"}
SECONDS_TO_CONNECT = 5
# Longer than any watchdog waits.
SECONDS_TO_ANSWER = 60
# The gate's reading of quotation marks, || and backslashes; what does not fit is an error.
SQL_MODE = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a target is. The address holds the password, and so does not show itself."""

    dialect: Dialect
    url: str = field(repr=False)


def engine(address: Address, opened: Callable[[int], None] | None = None) -> sqlalchemy.Engine:
    """Sends statements as they are: a % or : in them means itself.

    `opened` is told the descriptor of each new line before anything is asked on it.
    """
    url = sqlalchemy.make_url(address.url).set(drivername=DRIVERS[address.dialect])
    arguments: dict[str, object] = {"connect_timeout": SECONDS_TO_CONNECT}
    if address.dialect is Dialect.POSTGRES:
        arguments |= {"application_name": "duban", "client_encoding": "utf8"}
    else:
        arguments |= {"charset": "utf8mb4", "local_infile": False, "sql_mode": SQL_MODE}
        # A server that accepts and is silent would be waited for without end.
        arguments |= {"read_timeout": SECONDS_TO_ANSWER, "write_timeout": SECONDS_TO_ANSWER}
    made = sqlalchemy.create_engine(
        url,
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        connect_args=arguments,
        execution_options={"no_parameters": True},
    )
    if opened:
        _tell(made, opened)
    return made


def _tell(made: sqlalchemy.Engine, opened: Callable[[int], None]) -> None:
    @sqlalchemy.event.listens_for(made, "do_connect")
    def connect(
        dialect: sqlalchemy.Dialect, _record: object, given: list[Any], named: dict[str, Any]
    ) -> object:
        line: Any = dialect.connect(*given, **named)
        opened(line.fileno() if hasattr(line, "fileno") else line._sock.fileno())  # noqa: SLF001 - has no other name
        return line
