"""The small parts that pages share: icons, clocks, people, instants, panels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from departments import formatting
from departments.models import Department, User

register = template.Library()
SPRITE = "vendor/tabler-icons/sprite.svg"
SEVERITY_CHIPS = {"major": "major", "serious": "serious"}


def _now(context: Context) -> datetime:
    # A view that froze `now` shares it, so that one page tells one time.
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One of Tabler's icons; decoration unless it has a label."""
    use = format_html('<use href="{}#{}"></use>', static(SPRITE), name)
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, use
        )
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', use)


@register.inclusion_tag("components/clock.html", takes_context=True)
def clock(
    context: Context, clock: Any, *, plain: bool = False, prefix: str = "", why: str = ""
) -> dict[str, Any]:
    """A clock chip, of a Clock or of what carries one as `.clock`.

    It opens to the exact instant, and leads to why it is then; `plain` for places inside a link
    or a paragraph.
    """
    shown = clock if isinstance(clock, formatting.Clock) else getattr(clock, "clock", None)
    if shown is not None and shown.about is not None and not why:
        why = reverse("complaints:deadline", args=[shown.about])
    return {"clock": shown, "plain": plain, "prefix": prefix, "why": why, "now": _now(context)}


@register.simple_tag
def dot(department: Department | None) -> SafeString:
    """The department's colour; its name stands beside it."""
    kind = department.kind if department else "system"
    return format_html('<span class="dot dep-{}" aria-hidden="true"></span>', kind)


@register.simple_tag
def department(department: Department | None) -> SafeString:
    """The department's colour and name."""
    if department is None:
        return format_html("—")
    return format_html('<span class="dep-name">{}{}</span>', dot(department), department.name)


@register.simple_tag
def avatar(
    person: User | None, department: Department | str | None = None, size: str = ""
) -> SafeString:
    """Two characters of the person's name on the colour of a department or of a kind of it.

    Nobody is the system itself, with a clock.
    """
    kind = department.kind if isinstance(department, Department) else department or "system"
    classes = f"av av-{size} dep-{kind}" if size else f"av dep-{kind}"
    if person is None:
        return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, icon("clock"))
    return _initials(classes, str(person))


@register.simple_tag(takes_context=True)
def instant(context: Context, at: datetime | None, style: str = "short") -> SafeString | str:
    """An instant in the reader's language and zone; style "day" leaves the time out."""
    if at is None:
        return ""
    write = formatting.day_text if style == "day" else formatting.instant_text
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        formatting.full_instant_text(at),
        write(at, now=_now(context)),
    )


@register.simple_tag
def span(seconds: float | None, calendar: bool = False) -> str:
    """A span of working time, or of calendar time: "1 d 3 h"."""
    if seconds is None:
        return "—"
    day_seconds = formatting.DAY if calendar else formatting.WORKDAY
    return formatting.span_text(seconds, day_seconds=day_seconds)


@register.simple_tag
def severity(subject: Any) -> SafeString | str:
    """The severity's chip; ordinary ones have none, so that the others stand out."""
    if subject.severity not in SEVERITY_CHIPS:
        return ""
    chip = SEVERITY_CHIPS[subject.severity]
    return format_html(
        '<span class="chip {}">{}</span>', chip, subject.get_severity_display().capitalize()
    )


@register.simple_block_tag
def panel(
    content: SafeString,
    title: str = "",
    *,
    tone: str = "",
    id: str = "",  # noqa: A002  (templates say what HTML says)
    count: str | int = "",
) -> SafeString:
    """A titled panel; what stands inside brings its own padding (.panel-body, .lines, .t).

    With an `id` it can be linked to and is a landmark.
    """
    counted = format_html(' <span class="count">{}</span>', count) if count else ""
    head = format_html(
        '<header class="panel-head"><h2{}>{}{}</h2></header>',
        format_html(' id="{}-title"', id) if id else "",
        title,
        counted,
    )
    return format_html(
        '<section class="panel {}"{}>{}{}</section>',
        tone,
        format_html(' id="{0}" aria-labelledby="{0}-title"', id) if id else "",
        head if title else "",
        content,
    )


@register.simple_tag
def instant_full(at: datetime) -> str:
    """The instant with weekday and zone."""
    return formatting.full_instant_text(at)


@register.simple_tag
def avatar_of(name: str, kind: str = "system") -> SafeString:
    """An avatar where there is a name only, no person."""
    return _initials(f"av dep-{kind}", name)


def _initials(classes: str, name: str) -> SafeString:
    # The letters are drawn by the style sheet: they are no text, the name stands beside them.
    return format_html(
        '<span class="{}" data-initials="{}" aria-hidden="true"></span>',
        classes,
        formatting.initials(name),
    )
