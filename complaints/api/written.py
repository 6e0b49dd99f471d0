"""The description as a file: what is committed, and what would be."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from drf_spectacular.renderers import OpenApiYamlRenderer

from complaints.api.schema import description

PATH = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.yaml"


def written() -> str:
    """As YAML, the same for the same code."""
    return bytes(OpenApiYamlRenderer().render(description(), renderer_context={})).decode()
