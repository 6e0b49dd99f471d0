"""The picture as people read it: field, before, after."""

from __future__ import annotations

from dataclasses import dataclass

from changes.picture.image import Image, Picture, RowImage, Text
from changes.targets.catalogue import TableRules


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of one row. What is hidden has no values here."""

    column: str
    type: str
    before: Text = None
    after: Text = None
    changed: bool = False
    # The row has no such side: inserted, deleted.
    absent: bool = False
    # Must not be seen, and is not what changes.
    masked: bool = False
    # The application changes it by itself: neither compared nor approved.
    excluded: bool = False


@dataclass(frozen=True, kw_only=True)
class RowDiff:
    """One row; a masked part of its key is None."""

    key: tuple[Text, ...]
    fields: tuple[Field, ...]

    @property
    def changed(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.changed)


def diff(picture: Picture, rules: TableRules) -> tuple[RowDiff, ...]:
    """Every row of the picture, in the order of its key."""
    image = picture.after if picture.kind == "insert" else picture.before
    return tuple(_row(picture, row, rules) for row in image.rows)


def _row(picture: Picture, row: RowImage, rules: TableRules) -> RowDiff:
    before, after = picture.before.row(row.key), picture.after.row(row.key)
    named = zip(picture.key, row.key, strict=True)
    return RowDiff(
        key=tuple(None if name in rules.masked else value for name, value in named),
        fields=tuple(
            _field(picture.before, place, before=before, after=after, rules=rules)
            for place in range(len(picture.before.columns))
        ),
    )


def _field(
    image: Image,
    place: int,
    *,
    before: RowImage | None,
    after: RowImage | None,
    rules: TableRules,
) -> Field:
    column, kind = image.columns[place], image.types[place]
    if column in rules.volatile:
        return Field(column=column, type=kind, excluded=True)
    old = before.values[place] if before else None
    new = after.values[place] if after else None
    changed = old != new
    # A deleted row would give away all that it hid; a changed or new value must be judged.
    if column in rules.masked and (after is None or not changed):
        return Field(column=column, type=kind, changed=changed, masked=True)
    return Field(
        column=column,
        type=kind,
        before=old,
        after=new,
        changed=changed,
        absent=before is None or after is None,
    )
