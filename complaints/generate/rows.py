"""The rows of one chunk of cases, kept apart by table and written in the order of their keys."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from django.db import models

from complaints.models import Commitment, Complaint, Customer, Holding, Involvement, Message, Ticket
from escalations.models import Deadline
from journal.models import Entry, Stream

_AT_ONCE = 2000


@dataclass(slots=True)
class Rows:
    """What has been thought up and is still to be written."""

    customers: list[Customer] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    involvements: list[Involvement] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    def write(self) -> None:
        """Insert everything; keys of earlier tables are taken over by later ones."""
        for table in fields(self):
            rows = getattr(self, table.name)
            for row in rows:
                _take_keys(row)
            if rows:
                type(rows[0])._default_manager.bulk_create(rows, batch_size=_AT_ONCE)


def _take_keys(row: models.Model) -> None:
    """A related row that was saved after it was assigned has its key by now."""
    for column in row._meta.concrete_fields:
        if not column.is_relation or not column.is_cached(row):
            continue
        related: Any = column.get_cached_value(row)
        if related is not None:
            setattr(row, column.attname, related.pk)
