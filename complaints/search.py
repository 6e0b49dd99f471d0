"""Words of a text for PostgreSQL's search: Latin words whole, Chinese as single signs and pairs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import CharField, Func, Value

if TYPE_CHECKING:
    from complaints.models import Complaint

_WORD = re.compile(r"[㐀-鿿豈-﫿]+|[^\W㐀-鿿豈-﫿]+")
_LONGEST = 64
_MOST = 4000


def _is_han(run: str) -> bool:
    return "㐀" <= run[0] <= "鿿" or "豈" <= run[0] <= "﫿"


def _runs(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("\x00", "")
    return (match.group() for match in _WORD.finditer(plain))


def lexemes(*texts: str) -> list[str]:
    """What the texts can be found by, each once."""
    found: dict[str, None] = {}
    for run in (run for text in texts for run in _runs(text)):
        if _is_han(run):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        else:
            found[run[:_LONGEST]] = None
    return list(found)[:_MOST]


def search_vector(*texts: str) -> Func:
    """The expression to store in a search column."""
    words = Value(_array(lexemes(*texts)), output_field=CharField())
    return Func(words, template="array_to_tsvector(%(expressions)s::text[])")


def search_of(case: Complaint) -> Func:
    """What a complaint is found by: written when it is filed, and whenever any of it changes."""
    return search_vector(
        case.title, case.description, case.account, case.product, case.customer.name
    )


def _array(words: list[str]) -> str:
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


def search_query(text: str) -> SearchQuery | None:
    """Every word of the text: Latin by its beginning, Chinese by its pairs. None without a word."""
    terms: list[str] = []
    for run in _runs(text):
        if not _is_han(run):
            terms.append(f"'{run[:_LONGEST]}':*")
        elif len(run) == 1:
            terms.append(f"'{run}'")
        else:
            terms.extend(f"'{run[i : i + 2]}'" for i in range(len(run) - 1))
    if not terms:
        return None
    return raw_query(" & ".join(terms[:64]))


class _Words(SearchQuery):
    """Taken as it is written: PostgreSQL's parser would split words that are stored whole."""

    template = "%(expressions)s::tsquery"

    def as_sql(
        self, compiler: Any, connection: Any, function: Any = None, template: Any = None
    ) -> Any:
        """The cast, instead of a function."""
        return super().as_sql(compiler, connection, function, template or self.template)


def raw_query(terms: str) -> SearchQuery:
    """A query of quoted lexemes, such as `'a' & 'b':*`."""
    return _Words(terms, search_type="raw")
