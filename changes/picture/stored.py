"""A picture with its undo, as text that can be kept and read again without loss."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from changes.picture.image import Image, Picture, RowImage, Touched

# Of this form of writing; another one is not read.
VERSION = 2


@dataclass(frozen=True, kw_only=True, repr=False)
class Stored:
    """What a dry run leaves behind. It does not show itself: it is full of values."""

    picture: Picture
    undo: tuple[str, ...] = ()
    undo_leaves: tuple[Touched, ...] = ()


def dump(stored: Stored) -> str:
    """As JSON."""
    picture = stored.picture
    told = {
        "version": VERSION,
        "kind": picture.kind,
        "place": picture.place,
        "key": picture.key,
        "fingerprint": picture.fingerprint,
        "before": _image(picture.before),
        "after": _image(picture.after),
        "footprint": [_touched(one) for one in picture.footprint],
        "settings": picture.settings,
        "written": picture.written,
        "stamped": picture.stamped,
        "undo": stored.undo,
        "undo_leaves": [_touched(one) for one in stored.undo_leaves],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Stored:
    """The same again. Raises ValueError for what was written in another form."""
    told = json.loads(text)
    if told["version"] != VERSION:
        raise ValueError(f"a picture in form {told['version']}, and {VERSION} is read")
    schema, name = told["place"]
    return Stored(
        picture=Picture(
            kind=told["kind"],
            place=(schema, name),
            key=tuple(told["key"]),
            fingerprint=told["fingerprint"],
            before=_image_again(told["before"]),
            after=_image_again(told["after"]),
            footprint=_touched_again(told["footprint"]),
            settings=tuple((key, value) for key, value in told["settings"]),
            written=tuple(told["written"]),
            stamped=tuple(told["stamped"]),
        ),
        undo=tuple(told["undo"]),
        undo_leaves=_touched_again(told["undo_leaves"]),
    )


def _image(image: Image) -> dict[str, Any]:
    rows = [[row.key, row.values] for row in image.rows]
    return {"columns": image.columns, "types": image.types, "rows": rows}


def _image_again(told: dict[str, Any]) -> Image:
    return Image(
        columns=tuple(told["columns"]),
        types=tuple(told["types"]),
        rows=tuple(RowImage(tuple(key), tuple(values)) for key, values in told["rows"]),
    )


def _touched(one: Touched) -> list[object]:
    return [one.place, one.inserted, one.updated, one.deleted]


def _touched_again(told: list[list[Any]]) -> tuple[Touched, ...]:
    return tuple(Touched((place[0], place[1]), *counts) for place, *counts in told)
