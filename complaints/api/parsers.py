"""What comes in: JSON, as small as a form may be; and files with it as multipart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

__all__ = ["JSON", "MultiPartParser"]


class JSON(BaseParser):
    """One object in UTF-8; read no further than a form is read."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig
        try:
            given = json.loads(raw.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is no JSON in UTF-8.")) from error
        if not isinstance(given, dict):
            raise ParseError(_("Send one JSON object."))
        return given


def _refuse(name: str) -> NoReturn:
    """NaN and its kind, which JSON does not know."""
    raise ValueError(name)
