"""One Redis address, said the way each of its users wants to hear it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit


def database_of(url: str) -> int:
    """The number of the Redis database that an address names; 0 if it names none."""
    parts = urlsplit(url)
    named = (
        parse_qs(parts.query).get("db", [""])[0]
        if parts.scheme == "unix"
        else parts.path.strip("/")
    )
    return int(named) if named.isdigit() else 0


def with_database(url: str, number: int) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = {**{k: v[0] for k, v in parse_qs(parts.query).items()}, "db": str(number)}
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit((parts.scheme, parts.netloc, f"/{number}", parts.query, ""))


def cache_address(url: str) -> str:
    """The cache lives beside the queues, in the next database: emptying one spares the other."""
    return with_database(url, database_of(url) + 1)


def celery_address(url: str) -> str:
    """To Celery a Unix socket is redis+socket, and the database its virtual_host."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={database_of(url)}"
