"""Among many cases every combination of filters reads index ranges, never a whole table."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.filters import ComplaintFilter
from complaints.paging import Cursor, capped_count, page_of
from tests.complaints.many import many_cases, plan_of

pytestmark = pytest.mark.slow

CASES = 20_000
# In proportion to so few cases: counts end at a fifth of what they do among a hundred thousand.
FEWER = 200
# What one step of a page's plan may look at, for its 50 rows.
MOST_ROWS = CASES // 4
STATES = ["", "state=all", "state=closed", "state=withdrawn", "state=received"]
OTHERS = [
    "",
    "severity=major",
    "department={biz}",
    "department={comp}",
    "severity=major&department={comp}",
    "q=acc777",
    "q=w5",
    "q=积分",
    "mine=1",
    "mine=1&severity=major",
]
LIVE = ["late=1", "late=1&severity=major", "late=1&mine=1", "holder={cs}", "holder={biz}"]
QUERIES = [f"{state}&{other}" for state in STATES for other in OTHERS] + LIVE
WHOLE = re.compile(
    r"Seq Scan on (complaints|escalations)_(complaint|involvement|ticket|deadline)\b"
)


@pytest.fixture
def crowd(org, monkeypatch):
    monkeypatch.setattr("complaints.filters.MANY", FEWER)
    many_cases(org, CASES, now=timezone.now())
    return org


def statements(user, query, older):
    chosen = ComplaintFilter(QueryDict(query), user=user, now=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        page_of(chosen.qs.select_related("customer"), any_of=chosen.any_of, older=older)
        capped_count(chosen.qs, any_of=chosen.any_of, cap=FEWER)
    return [one["sql"] for one in asked.captured_queries]


def looked_at(plan):
    """The most rows that one scan went through, kept or not, over all its loops."""
    steps = re.split(r"\n\s*->", plan)
    return max(map(_rows_of, steps))


def _rows_of(step):
    head = step.splitlines()[0]
    # A bitmap's index pages hold hundreds of entries each: what counts is the rows it leads to.
    if "Scan" not in head or "Bitmap Index" in head or "(never executed)" in head:
        return 0
    rows = float(re.search(r"rows=([\d.]+)", step)[1])
    removed = re.search(r"Rows Removed by (?:Filter|Index Recheck): (\d+)", step)
    loops = int(re.search(r"loops=(\d+)", step)[1])
    return (rows + int(removed[1] if removed else 0)) * loops


def test_no_filter_reads_a_whole_table(crowd):
    long_ago = Cursor(timezone.now() - timedelta(days=100), 1)
    wrong = []
    for who in (crowd.cs1, crowd.biz1):
        for template in QUERIES:
            query = template.format(biz=crowd.biz.pk, comp=crowd.comp.pk, cs=crowd.cs.pk)
            for sql in statements(who, query, long_ago if "state=all" in query else None):
                plan = plan_of(sql)
                if WHOLE.search(plan) or looked_at(plan) > MOST_ROWS:
                    wrong.append(f"{who.username} {query}: {looked_at(plan)}\n{plan}")
    assert not wrong, f"{len(wrong)} of them:\n" + "\n\n".join(wrong[:3])
