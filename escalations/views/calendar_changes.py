"""Changing a calendar: entered, its effect seen, confirmed. What was typed is never lost."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from departments.calendars import departments_by_calendar, weeks_before, work_time_from
from departments.forms_calendars import CalendarForm, DayForm, NoMoreForm
from departments.models import CalendarDay, WorkCalendar
from departments.permissions import CHANGE_CALENDARS
from departments.worktime import WorkTime
from departments.yearview import weekday_and_day
from escalations.calendar_history import Changed, day_changed, fields_changed, lines_of
from escalations.recompute import effect_on
from escalations.services import calendars
from journal.errors import Conflict, Invalid, NotAllowed

NEVER = datetime.min.replace(tzinfo=UTC)


class Change(View):
    """The frame: the form; the effect, unless hours stay as they are; the service."""

    template = "departments/calendar_day.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(CHANGE_CALENDARS):
            raise Http404
        self.calendar = get_object_or_404(WorkCalendar, pk=kwargs["pk"])
        self.days = {day.date: day for day in self.calendar.days.all()}
        self.day = self._day(kwargs.get("day"))
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        if "back" in request.POST:
            return self.show(form)
        new, old = self.draft(form), work_time_from(self.calendar, self.days.values())
        if new != old and "confirmed" not in request.POST:
            return self.show_effect(form, new)
        return self._save(form)

    def form(self, data: Any = None) -> BaseForm:
        """The form, empty or as it was sent."""
        raise NotImplementedError

    def draft(self, form: Any) -> WorkTime:
        """The hours as they would be."""
        raise NotImplementedError

    def save(self, form: Any, **move: Any) -> None:
        """Call the service."""
        raise NotImplementedError

    def changes(self, form: Any) -> Iterable[Changed]:
        """What becomes of what, in words."""
        raise NotImplementedError

    def title(self) -> str:
        """What is done, above the form."""
        raise NotImplementedError

    def show(self, form: BaseForm, status: int = 200, **more: Any) -> HttpResponse:
        return self._render(self.template, {"form": form, "title": self.title(), **more}, status)

    def show_effect(self, form: BaseForm, work: WorkTime) -> HttpResponse:
        """What it would do, before it is done."""
        departments = departments_by_calendar().get(self.calendar.pk, [])
        effect = effect_on(departments, work, self.now)
        context = {"form": form, "effect": effect, "departments": departments}
        context |= {"title": _("What this changes"), "changes": list(self.changes(form))}
        return self._render("departments/calendar_effect.html", context)

    def seen(self) -> dict[str, str]:
        """The version on the page, for the form to bring back."""
        return {"seen": self.calendar.changed_at.isoformat()}

    def _save(self, form: Any) -> HttpResponse:
        move = {
            "calendar": self.calendar,
            "actor": self.request.user,
            "seen": _seen(form.cleaned_data["seen"]),
            "now": self.now,
        }
        try:
            self.save(form, **move)
        except Conflict as error:
            return self._stale(form, error)
        except Invalid as error:
            form.add_error(None, error.message)
            return self.show(form, status=422)
        except NotAllowed as error:
            raise Http404 from error
        messages.success(
            self.request, _("Saved. Clocks that run by these hours get their new dates now.")
        )
        return self._leave()

    def _stale(self, form: BaseForm, error: Conflict) -> HttpResponse:
        """The form as it was typed, now carrying the version that the person reads about."""
        self.calendar.refresh_from_db()
        form.data = form.data.copy()
        form.data["seen"] = self.calendar.changed_at.isoformat()
        return self.show(form, status=409, conflict=error, since=lines_of(error.since))

    def _leave(self) -> HttpResponse:
        address = reverse("escalations:calendar", args=[self.calendar.pk])
        if self.request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(address)
        return redirect(address)

    def _render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        in_dialog = bool(self.request.htmx)  # type: ignore[attr-defined]
        context["layout"] = "components/act.html" if in_dialog else "components/act_page.html"
        context |= {"calendar": self.calendar, "day": self.day, "now": self.now}
        context["day_name"] = weekday_and_day(self.day.date) if self.day else ""
        return render(self.request, template, context, status=status)

    def _day(self, written: str | None) -> CalendarDay | None:
        if written is None:
            return None
        try:
            return self.days[date.fromisoformat(written)]
        except (ValueError, KeyError):
            raise Http404 from None


class EditCalendar(Change):
    """Its names, its zone, its country, its week."""

    template = "departments/calendar_edit.html"

    def form(self, data: Any = None) -> CalendarForm:
        kept = self.seen() | {"since": self._begins()}
        return CalendarForm(data, instance=copy(self.calendar), initial=kept)

    def draft(self, form: CalendarForm) -> WorkTime:
        draft = form.instance
        if draft.week != self.calendar.week:
            draft.earlier_weeks = weeks_before(self.calendar, self._since(form))
        return work_time_from(draft, self.days.values())

    def save(self, form: CalendarForm, **move: Any) -> None:
        calendars.change_calendar(values=form.values, since=self._since(form), **move)

    def changes(self, form: CalendarForm) -> Iterable[Changed]:
        before = {name: getattr(self.calendar, name) for name in form.values}
        return fields_changed(before, form.values | {"since": self._since(form).isoformat()})

    def _since(self, form: CalendarForm) -> date:
        return form.cleaned_data["since"] or self._begins()

    def _begins(self) -> date:
        """Today, or the day from which the hours that are shown are announced."""
        today = calendars.today_at(self.calendar, self.now)
        announced = [date.fromisoformat(each["until"]) for each in self.calendar.earlier_weeks]
        return max([today, *announced])

    def title(self) -> str:
        return _("Change the hours of %(calendar)s") % {"calendar": self.calendar}


class PutDay(Change):
    """A day of its own: a new one, or one that is there."""

    def form(self, data: Any = None) -> DayForm:
        kept = self.seen()
        if self.day is not None:
            kept |= DayForm.initial_of(self.day)
        return DayForm(data, calendar=self.calendar, day=self.day, initial=kept)

    def draft(self, form: DayForm) -> WorkTime:
        days = {at: each for at, each in self.days.items() if each != self.day}
        new = self._new(form)
        return work_time_from(self.calendar, (days | {new.date: new}).values())

    def save(self, form: DayForm, **move: Any) -> None:
        instead_of = self.day.date if self.day else None
        calendars.put_day(**form.values, instead_of=instead_of, **move)

    def changes(self, form: DayForm) -> Iterable[Changed]:
        before = calendars.told(self.day) if self.day else {}
        return [day_changed(before, calendars.told(self._new(form)))]

    def _new(self, form: DayForm) -> CalendarDay:
        day, spans, label = (form.values[name] for name in ("day", "spans", "label"))
        return CalendarDay(calendar=self.calendar, date=day, spans=spans, label=label)

    def title(self) -> str:
        return _("Change a day") if self.day else _("Add a day that differs")


class DropDay(Change):
    """The day goes back to what the week and the country say."""

    template = "departments/calendar_drop.html"

    def form(self, data: Any = None) -> NoMoreForm:
        return NoMoreForm(data, initial=self.seen())

    def draft(self, form: NoMoreForm) -> WorkTime:
        left = [each for each in self.days.values() if each != self.day]
        return work_time_from(self.calendar, left)

    def save(self, form: NoMoreForm, **move: Any) -> None:
        if self.day is not None:
            calendars.drop_day(day=self.day.date, **move)

    def changes(self, form: NoMoreForm) -> Iterable[Changed]:
        return [day_changed(calendars.told(self.day), {})] if self.day else []

    def title(self) -> str:
        return _("Remove a day of its own")


class NewCalendar(View):
    """A calendar by which nobody works yet: nothing to confirm."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(CHANGE_CALENDARS):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(CalendarForm(instance=WorkCalendar(country="CN")))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CalendarForm(request.POST, instance=WorkCalendar())
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            made = calendars.create_calendar(
                actor=request.user, values=form.values, now=timezone.now()
            )
        except Invalid as error:
            form.add_error(None, error.message)
            return self._show(form, status=422)
        messages.success(request, _("Saved. Departments choose it in the administration."))
        return redirect("escalations:calendar", pk=made.pk)

    def _show(self, form: CalendarForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": _("New calendar")}
        return render(self.request, "departments/calendar_edit.html", context, status=status)


def _seen(written: str) -> datetime:
    """The version the form was opened with; one that cannot be read is none that there was."""
    try:
        seen = datetime.fromisoformat(written)
    except ValueError:
        return NEVER
    return seen if seen.tzinfo else NEVER
