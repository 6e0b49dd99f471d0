"""What the HTTP API is made of: the frame of Django REST framework and the OpenAPI description."""

from __future__ import annotations

from typing import Any

# In front of what they build on; see INSTALLED_APPS.
API_APPS = ["complaints.api", "drf_spectacular", "drf_spectacular_sidecar"]
REST_FRAMEWORK: dict[str, Any] = {
    # A token first: what a request without either is told is to bring one.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "complaints.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "complaints.api.authentication.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": [
        "complaints.api.throttles.PerToken",
        "complaints.api.throttles.PerPerson",
    ],
    # No browsable pages: they need inline scripts.
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["complaints.api.parsers.JSON"],
    "DEFAULT_SCHEMA_CLASS": "complaints.api.schema.Schema",
    "EXCEPTION_HANDLER": "complaints.api.problems.answer_for",
    # `?format=` says nothing here, and unknown parameters are told.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Requests in a minute; see complaints/api/throttles.py.
API_RATES = {"token": 600, "person": 1200}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Duban",
    "VERSION": "1",
    "DESCRIPTION": "Complaints across departments: what the pages show, and every move of theirs.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "DEFAULT_GENERATOR_CLASS": "complaints.api.schema.Generator",
    # Choices stay where they are used: each field says its own.
    "POSTPROCESSING_HOOKS": [],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "COMPONENT_SPLIT_REQUEST": False,
}
