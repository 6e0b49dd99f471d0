"""What a person types into the filing page, all of it in order."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.complaints.factories import category

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(30)


def typed(**given: Any) -> dict[str, Any]:
    """A new customer and their complaint; `None` leaves a field out."""
    values = {
        "token": str(uuid.uuid4()),
        "step": "file",
        "customer": "new",
        "name": "Mr X",
        "phone": "138 0013 8000",
        "channel": "phone",
        "title": "Redemption fails for special ID type",
        "description": "Three orders for airline miles failed.",
        "remedy_sought": "The miles.",
        "severity": "major",
        "category": str(category().pk),
        "received_at": "2026-11-09T09:30",
    }
    return {name: value for name, value in (values | given).items() if value is not None}


def upload(name: str = "screen.png", content: bytes = PNG) -> SimpleUploadedFile:
    """A file as the browser sends it."""
    return SimpleUploadedFile(name, content)
