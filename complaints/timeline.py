"""The timeline of a case: journal entries as a person reads them, newest first.

A move is one item, with what it brought about below it: the promise behind an acceptance,
the clock that stopped, the leader who is asked. However long the history is, a page of it
costs the same few queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from complaints.kinds import kinds
from complaints.models import Attachment
from complaints.readings import read
from complaints.told import Names, Reading, Told, departments_in, people_in
from departments.models import Department, User
from journal.models import Entry

PAGE = 50
LONG = 480
"""Signs that are read at a glance; longer words are folded."""
# What a move, or any move on one kind of thing, brings about on another, in the same transaction.
_BROUGHT_BY: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"commitment:made", "commitment:kept"}),
    "commitment": frozenset({"ticket:unblocked", "ticket:date_moved", "complaint:resumed"}),
    "extension": frozenset({"complaint:letter_sent"}),
    "complaint:paused": frozenset({"commitment:made"}),
    "complaint:extended": frozenset({"complaint:letter_sent"}),
    "escalation:decided": frozenset(
        {"ticket:opened", "commitment:made", "escalation:risk_accepted", "commitment:moved"}
    ),
}
# What only says again what the move said: a promised date, its clock, its ticket.
_ECHOES = {
    "commitment:moved": frozenset({"deadline:moved", "ticket:date_moved"}),
    "ticket:accepted": frozenset({"commitment:made"}),
    "ticket:blocked": frozenset({"commitment:made"}),
    "extension:approved": frozenset({"deadline:moved"}),
    "complaint:extended": frozenset({"deadline:moved"}),
    "complaint:paused": frozenset({"commitment:made", "deadline:paused"}),
    "complaint:resumed": frozenset({"deadline:resumed"}),
}
FOLDED = 3
"""So many muted lines of clocks in a row are folded into one."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it is read, and what it brought about, in order."""

    entry: Entry
    reading: Reading
    title: str
    words: str
    redacted_at: datetime | None
    attachments: Sequence[Attachment]
    also: list[Item] = field(default_factory=list)

    @property
    def is_long(self) -> bool:
        """Whether the words are folded at first."""
        return len(self.words) > LONG

    @property
    def is_system(self) -> bool:
        """Whether a clock acted, not a person."""
        return self.entry.actor_id is None


@dataclass(frozen=True, slots=True)
class Fold:
    """Muted lines of clocks that follow each other, newest first; opened on demand."""

    items: list[Item]


@dataclass(frozen=True, slots=True)
class Page:
    """Items newest first; `older` is where the next page begins, `newest` the last number."""

    items: list[Item | Fold]
    newest: int
    older: int | None


def page_of(
    stream: str,
    *,
    before: int | None = None,
    since: int | None = None,
    known: Names | None = None,
    limit: int = PAGE,
) -> Page:
    """What happened, newest first: what came before one entry's number, or since it.

    `known` are the titles of all that belongs to the case, and departments that need no asking.
    """
    entries = _entries().filter(stream=stream)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    if since is not None:
        entries = entries.filter(seq__gt=since)
    found = list(entries.order_by("-seq")[:limit])
    # A chain has no gaps: below number one there is nothing.
    older = found[-1].seq if found and since is None and found[-1].seq > 1 else None
    return Page(
        items=folded(items_of(found, names_in(found, known))),
        newest=found[0].seq if found else since or 0,
        older=older,
    )


def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related(
        "actor", "acting_for", "department", "message"
    ).prefetch_related("attachments")


def names_in(entries: Iterable[Entry], known: Names | None = None) -> Names:
    """All that the entries name, in one query for people and one for departments."""
    entries = list(entries)
    people = {pk for entry in entries for pk in people_in(entry.tag, entry.data)}
    departments = {pk for entry in entries for pk in departments_in(entry.tag, entry.data)}
    found = known.departments if known else {}
    missing = departments - set(found)
    return Names(
        people={person.pk: str(person) for person in User.objects.filter(pk__in=people)},
        departments={**found, **(Department.objects.in_bulk(missing) if missing else {})},
        titles=known.titles if known else titles_of({entry.subject for entry in entries}),
    )


def titles_of(references: set[str]) -> dict[str, str]:
    """What tickets, promises and escalations are called, by their references."""
    titles: dict[str, str] = {}
    prefixes = {reference.partition("-")[0] for reference in references}
    for kind in kinds():
        if kind.title and kind.prefix in prefixes:
            rows = kind.model._default_manager.filter(reference__in=references)
            titles.update(rows.values_list("reference", kind.title))
    return titles


def items_again(entries: Iterable[Entry]) -> list[Item]:
    """Entries that somebody holds already, as items with all that belongs to them."""
    found = list(_entries().filter(pk__in=[entry.pk for entry in entries]).order_by("-seq"))
    return items_of(found, names_in(found))


def items_of(entries: Sequence[Entry], names: Names) -> list[Item]:
    """Entries newest first as items newest first, consequences gathered under their moves."""
    items: list[Item] = []
    for entry in reversed(entries):
        item = item_of(entry, names)
        last = items[-1] if items else None
        if last and _comes_of(item, last):
            if entry.tag not in _ECHOES.get(last.entry.tag, ()):
                last.also.append(item)
            continue
        if last and _clears_the_way(last, item):
            item.also.append(items.pop())
        items.append(item)
    return items[::-1]


def folded(items: Iterable[Item]) -> list[Item | Fold]:
    """The same, with muted lines gathered: reminders must not drown what people said."""
    rows: list[Item | Fold] = []
    for is_murmur, run in groupby(items, key=lambda item: item.is_system and item.reading.quiet):
        gathered = list(run)
        rows += [Fold(gathered)] if is_murmur and len(gathered) >= FOLDED else gathered
    return rows


def item_of(entry: Entry, names: Names) -> Item:
    """One entry as it is read."""
    told = Told(
        tag=entry.tag,
        subject=entry.subject,
        who=str(entry.actor or ""),
        data=entry.data,
        names=names,
    )
    reading = read(told)
    message = getattr(entry, "message", None)
    return Item(
        entry=entry,
        reading=reading,
        title=told.title if entry.subject != entry.stream_id else "",
        words=(message.text if message else "") or reading.words,
        redacted_at=message.redacted_at if message else None,
        attachments=list(entry.attachments.all()),
    )


def _comes_of(item: Item, cause: Item) -> bool:
    """Whether the earlier item's move brought this one about, in the same transaction."""
    after, before = item.entry, cause.entry
    if after.at != before.at or before.actor_id is None or _has_ended_along(before):
        return False
    if after.actor_id is None:
        return True
    brought = _BROUGHT_BY.get(before.tag) or _BROUGHT_BY.get(before.tag.partition(":")[0])
    return after.actor_id == before.actor_id and (
        after.tag.startswith("deadline:")
        or _has_ended_along(after)
        or after.tag in (brought or frozenset())
    )


def _clears_the_way(before: Item, item: Item) -> bool:
    """Whether it ended just before the move that made it needless, as when work is forwarded."""
    return (
        _has_ended_along(before.entry)
        and before.entry.at == item.entry.at
        and before.entry.actor_id == item.entry.actor_id
    )


def _has_ended_along(entry: Entry) -> bool:
    return bool(entry.data.get("because") == "ended")
