"""Reads every chain against its digests and names each row that was tampered with.

An entry's digest covers its number and the digest before it, under a key that is not in the
database. So an entry that still answers to *some* number was written by us: if it stands under
another one, rows before it were inserted or taken out and the rest renumbered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from journal.canonical import digest_of, seal_of
from journal.models import Entry, Stream

FETCH = 2000


class Fault(StrEnum):
    """What is wrong with a row."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    RENUMBERED = "renumbered"
    DETACHED = "does not follow the entry before it"
    HEAD = "the head of the chain was changed or is missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and the entries `first` to `last` of the stream that have it."""

    stream: str
    fault: Fault
    first: int
    last: int

    def __str__(self) -> str:
        if self.fault is Fault.HEAD:
            return f"{self.stream}: {self.fault}"
        numbers = f"#{self.first}" if self.first == self.last else f"#{self.first}–#{self.last}"
        return f"{self.stream} {numbers}: {self.fault}"


class Verification:
    """One reading of the journal, or of one stream; counts while `findings` is read."""

    def __init__(self, stream: str | None = None) -> None:
        self.stream = stream
        self.streams = 0
        self.entries = 0

    def findings(self) -> Iterator[Finding]:
        """Yield the faults, in memory that does not grow with the journal."""
        # In a transaction the cursor stays on the server and its rows are not copied first.
        with transaction.atomic():
            yield from self._broken_chains()
            yield from self._headless()
            yield from self._emptied()

    def _broken_chains(self) -> Iterator[Finding]:
        chain: ChainReader | None = None
        # Heads come in the same statement: what is appended meanwhile is seen whole or not.
        entries = Entry.objects.filter(self._those("stream_id")).select_related("stream")
        for entry in entries.order_by("stream_id", "seq").iterator(chunk_size=FETCH):
            if chain is None or chain.head.pk != entry.stream_id:
                if chain:
                    yield from chain.finish()
                chain = ChainReader(entry.stream)
                self.streams += 1
            self.entries += 1
            yield from chain.read(entry)
        if chain:
            yield from chain.finish()

    def _headless(self) -> Iterator[Finding]:
        lost = Entry.objects.filter(
            self._those("stream_id"), ~Exists(Stream.objects.filter(pk=OuterRef("stream_id")))
        )
        names = lost.order_by("stream_id").values_list("stream_id", flat=True).distinct()
        for name in names.iterator(chunk_size=FETCH):
            yield Finding(name, Fault.HEAD, 0, 0)

    def _emptied(self) -> Iterator[Finding]:
        # A head is written with its first entry: alone it says that all of them were taken out.
        alone = Stream.objects.filter(
            self._those("pk"), ~Exists(Entry.objects.filter(stream_id=OuterRef("pk")))
        )
        for head in alone.order_by("pk").iterator(chunk_size=FETCH):
            yield Finding(head.pk, Fault.MISSING, 1, max(head.last_seq, 1))

    def _those(self, field: str) -> Q:
        return Q((field, self.stream)) if self.stream else Q()


class ChainReader:
    """Reads one chain in the order of its numbers."""

    def __init__(self, head: Stream) -> None:
        self.head = head
        self.row = 0  # the number of the row read last, as it stands in the table
        self.number = 0  # the last number that was accounted for, as it was written
        self.digest = ""  # the digest of the last entry that is as it was written
        self.digest_number = 0
        self.doubtful = 0  # how many rows before this one are not as they were written

    def read(self, entry: Entry) -> Iterator[Finding]:
        """Yield what this row tells about itself and about the rows before it."""
        if entry.seq > self.row + 1:
            yield from self._settle(before=self.row + 1)
            yield self._finding(Fault.MISSING, self.row + 1, entry.seq - 1)
            self.number += entry.seq - 1 - self.row
        self.row = entry.seq
        written_as = self._number_of(entry)
        if written_as is None:
            self.doubtful += 1
        else:
            yield from self._place(entry, written_as)

    def finish(self) -> Iterator[Finding]:
        """Yield what the head tells about the end of the chain."""
        beyond = max(self.number + self.doubtful - self.head.last_seq, 0)
        yield from self._settle(before=self.row + 1, inserted=min(beyond, self.doubtful))
        if self.number < self.head.last_seq:
            yield self._finding(Fault.MISSING, self.number + 1, self.head.last_seq)
        torn = self.digest_number == self.head.last_seq and self.digest != self.head.last_digest
        if torn or self.number > self.head.last_seq or self.head.seal != seal_of(self.head):
            yield self._finding(Fault.HEAD, self.head.last_seq, self.head.last_seq)

    def _number_of(self, entry: Entry) -> int | None:
        expected = self.number + self.doubtful + 1
        # As it should be; after insertions; after a removal.
        for number in (expected, self.number + 1, expected + 1):
            if digest_of(entry, seq=number) == entry.digest:
                return number
        return None

    def _place(self, entry: Entry, number: int) -> Iterator[Finding]:
        expected = self.number + self.doubtful + 1
        yield from self._settle(before=entry.seq, inserted=max(expected - number, 0))
        if number > expected:
            yield self._finding(Fault.MISSING, expected, number - 1)
        if number != entry.seq:
            yield self._finding(Fault.RENUMBERED, entry.seq, entry.seq)
        if number == self.digest_number + 1 and entry.prev_digest != self.digest:
            yield self._finding(Fault.DETACHED, entry.seq, entry.seq)
        self.number = self.digest_number = number
        self.digest = entry.digest

    def _settle(self, *, before: int, inserted: int = 0) -> Iterator[Finding]:
        """Name the doubtful rows: the last of them inserted, the others changed."""
        start = before - self.doubtful
        changed = self.doubtful - inserted
        if changed:
            yield self._finding(Fault.CHANGED, start, start + changed - 1)
        if inserted:
            yield self._finding(Fault.INSERTED, start + changed, start + self.doubtful - 1)
        self.number += changed
        self.doubtful = 0

    def _finding(self, fault: Fault, first: int, last: int) -> Finding:
        return Finding(self.head.pk, fault, first, last)
