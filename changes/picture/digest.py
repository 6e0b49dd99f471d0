"""One number for the whole picture: whoever approves signs it, whoever executes must meet it."""

from __future__ import annotations

import hashlib
import hmac
import json

from changes.picture.image import Image, Picture
from changes.targets.catalogue import TableRules

# Changes when the form below does: digests of different forms never meet.
VERSION = 2


def digest(picture: Picture, rules: TableRules, *, secret: bytes) -> str:
    """Keyed, so that nobody can guess masked values by trying them."""
    if not secret:
        raise ValueError("A digest without a key could be made by anybody.")
    told = json.dumps(_told(picture, rules), ensure_ascii=True, separators=(",", ":"))
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Takes as long for digests that differ early as for those that differ late."""
    return hmac.compare_digest(one, other)


def _told(picture: Picture, rules: TableRules) -> list[object]:
    return [
        VERSION,
        picture.kind,
        picture.place,
        picture.key,
        picture.fingerprint,
        sorted(rules.volatile),
        _image(picture.before, rules),
        _image(picture.after, rules),
        [
            [touched.place, touched.inserted, touched.updated, touched.deleted]
            for touched in picture.footprint
        ],
        picture.settings,
        picture.written,
        picture.stamped,
    ]


def _image(image: Image, rules: TableRules) -> list[object]:
    named = zip(image.columns, image.types, strict=True)
    columns = [[name, kind] for name, kind in named if name not in rules.volatile]
    return [columns, [[row.key, row.values] for row in image.without(rules.volatile)]]
