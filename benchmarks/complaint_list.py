"""The list of complaints among many: what each combination of filters costs.

    .venv/bin/python benchmarks/complaint_list.py [cases, default 100000]

Starts a PostgreSQL of its own, fills it with made-up cases, and throws it away. Exits with 1 if
a page reads a whole table.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Iterator

from database import analyze, database
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.filters import ComplaintFilter
from complaints.generate import generate_cases
from complaints.paging import Count, capped_count, page_of
from complaints.views.list import rows_of
from departments.models import Department, User

PEOPLE = {"kefu1": "customer service", "yewu1": "business"}
QUERIES = [
    "", "state=all", "state=closed", "severity=major", "state=all&severity=major",
    "department={business}", "state=all&department={business}", "holder={technology}", "mine=1",
    "mine=1&state=all", "late=1", "late=1&severity=major", "q=积分", "q=zzzz", "q=redemption",
]  # fmt: skip
TIMES = 5
WHOLE = re.compile(r"Seq Scan on complaints_(complaint|involvement|ticket|holding)\b")


def main(count: int) -> int:
    """Print the table; the exit code."""
    for made in generate_cases(count=count, now=timezone.now()):
        print(f"\r{made} cases", end="", file=sys.stderr)
    analyze()
    print("\n\n| person | filter | rows | counted | page ms | count ms | whole table |")
    print("|---|---|---|---|---|---|---|")
    return max([measured(person, query) for person in PEOPLE for query in filters()])


def filters() -> Iterator[str]:
    """The combinations, with the departments that there are."""
    known = dict(Department.objects.values_list("kind", "pk"))
    return (query.format(**known) for query in QUERIES)


def measured(username: str, query: str) -> int:
    """Print a line of the table; 1 if the page reads a whole table."""
    user, now = User.objects.get(username=username), timezone.now()
    pages, counts, found = [], [], Count(0)
    for _ in range(TIMES):
        started = time.perf_counter()
        chosen = ComplaintFilter(QueryDict(query), user=user, now=now)
        shown = chosen.qs.select_related("customer", "holder", "holder_department")
        with CaptureQueriesContext(connection) as asked:
            page = page_of(shown, any_of=chosen.any_of)
        rows = rows_of(page.rows, now=now)
        pages.append(time.perf_counter() - started)
        found = capped_count(chosen.qs, any_of=chosen.any_of)
        counts.append(time.perf_counter() - started - pages[-1])
    whole = any(WHOLE.search(plan_of(one["sql"])) for one in asked.captured_queries)
    page_ms, count_ms = (1000 * statistics.median(each) for each in (pages, counts))
    said = query or "(none: open ones)"
    print(
        f"| {PEOPLE[username]} | {said} | {len(rows)} | {found} | {page_ms:.1f} | {count_ms:.1f} "
        f"| {'yes' if whole else 'no'} |",
        flush=True,
    )
    return int(whole)


def plan_of(sql: str) -> str:
    """How the database would go about it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


if __name__ == "__main__":
    with database():
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
