"""Weekly hours as people enter them: read, checked, and said in their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Span = tuple[str, str]

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
DAY = 24 * 60
WEEK = 7 * DAY
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DASHES = re.compile(r"\s*[-–—~至]\s*")
_COMMAS = re.compile(r"[\s,;,;、]+")


def validate_week(week: Any) -> None:
    """Raises ValidationError unless this is seven lists of spans with an open hour in them."""
    if not isinstance(week, list) or len(week) != len(WEEKDAYS):
        raise ValidationError(
            _("Give seven lists of hours, from Monday to Sunday; an empty list is a closed day."),
            code="week",
        )
    for weekday, spans in zip(WEEKDAYS, week, strict=True):
        try:
            check_spans(spans)
        except ValidationError as error:
            raise ValidationError(
                _("%(weekday)s: %(problem)s"),
                code=error.code,
                params={"weekday": weekday, "problem": " ".join(error.messages)},
            ) from None
    if not any(week):
        raise ValidationError(
            _("The week has no open hour, so no clock would ever end: open at least one day."),
            code="closed",
        )
    _refuse_nights_into_hours(week)


def check_spans(spans: Any) -> list[Span]:
    """The spans of one day in order of time; raises ValidationError."""
    if not isinstance(spans, list):
        raise ValidationError(_('Give a list of hours such as [["09:00", "12:00"]].'), code="spans")
    checked = sorted(_checked(span) for span in spans)
    for first, second in pairwise(checked):
        if _minutes(first)[1] > _minutes(second)[0]:
            raise ValidationError(
                _("%(first)s and %(second)s overlap: join them, or correct one."),
                code="overlap",
                params={"first": text_of([first]), "second": text_of([second])},
            )
    return checked


def spans_from_text(text: str) -> list[list[str]]:
    """`09:00-12:00, 13:30-18:00` as spans, checked; nothing is a closed day."""
    plain = _DASHES.sub("-", text.replace(":", ":").strip())
    parts = [part for part in _COMMAS.split(plain) if part]
    for part in parts:
        if part.count("-") != 1:
            raise ValidationError(
                _("“%(part)s” cannot be read: write hours such as 09:00-12:00, 13:30-18:00."),
                code="spans",
                params={"part": part},
            )
    spans = [[at.zfill(len("09:00")) for at in part.split("-")] for part in parts]
    return [list(span) for span in check_spans(spans)]


def text_of(spans: Iterable[Sequence[str]]) -> str:
    """Spans as `spans_from_text` reads them."""
    return ", ".join(f"{start}-{end}" for start, end in spans)


def minutes_of(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Checked spans in minutes after midnight; an end above 24:00 lies on the next day."""
    return [_minutes((start, end)) for start, end in spans]


def read_out(minutes: Iterable[tuple[int, int]]) -> str:
    """Hours as a page says them: "09:00–12:00, 13:30–18:00"."""
    return ", ".join(f"{_face(start)}–{_face(end)}" for start, end in minutes)


def _face(minute: int) -> str:
    if minute == DAY:
        return "24:00"
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _checked(span: Any) -> Span:
    if not (isinstance(span, list | tuple) and len(span) == 2 and all(map(_is_time, span))):
        raise ValidationError(
            _("“%(span)s” cannot be read: give a start and an end, each as HH:MM up to 24:00."),
            code="spans",
            params={"span": "-".join(map(str, span)) if isinstance(span, list) else span},
        )
    start, end = span
    if start in {end, "24:00"}:
        raise ValidationError(
            _("%(span)s has no length: a whole day is 00:00-24:00."),
            code="empty",
            params={"span": text_of([span])},
        )
    return start, end


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and (value == "24:00" or bool(_TIME.fullmatch(value)))


def _minutes(span: Span) -> tuple[int, int]:
    """Minutes after midnight; an end not after its start lies on the next day."""
    start, end = (int(at[:2]) * 60 + int(at[3:]) for at in span)
    return start, end if end > start else end + DAY


def _refuse_nights_into_hours(week: list[list[Span]]) -> None:
    """A night may not run into the hours of the next day, nor Sunday's into Monday's."""
    open_hours = [
        (start + day * DAY, end + day * DAY, day)
        for day, spans in enumerate(week)
        for start, end in sorted(map(_minutes, spans))
    ]
    first_start, first_end, first_day = open_hours[0]
    again = (first_start + WEEK, first_end + WEEK, first_day)
    for (_start, end, day), (start, _end, next_day) in pairwise([*open_hours, again]):
        if end > start:
            raise ValidationError(
                _("The hours of %(day)s run into those of %(next_day)s: end them earlier."),
                code="overlap",
                params={"day": WEEKDAYS[day], "next_day": WEEKDAYS[next_day], "weekday": day},
            )
