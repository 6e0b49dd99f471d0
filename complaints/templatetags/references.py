"""References in what people wrote, as links."""

from __future__ import annotations

import re

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# A case, a ticket, a promise, an escalation, an extension; not in the middle of another word.
_REFERENCE = re.compile(r"(?<![\w-])(?:C-\d{4}-\d{1,9}|[TPEX]-\d{1,9})(?![\w-])", re.ASCII)


@register.filter
def references(text: str) -> SafeString:
    """The text, escaped, with each reference leading to its page."""
    parts: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        parts += [conditional_escape(text[end : found.start()]), _link(found.group())]
        end = found.end()
    parts.append(conditional_escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def _link(reference: str) -> str:
    return format_html('<a href="{}">{}</a>', reverse("complaints:go", args=[reference]), reference)
