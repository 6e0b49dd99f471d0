"""The administration of people, departments and calendars."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from departments.admin_forms import PersonAddForm, PersonForm
from departments.admin_warnings import Warned
from departments.calendars import week_on
from departments.hours import text_of
from departments.models import (
    Absence,
    CalendarDay,
    Department,
    Deputyship,
    Membership,
    User,
    WorkCalendar,
)
from departments.public_holidays import official_until
from departments.tree import tree_path
from departments.yearview import hours_in_words


class MembershipInline(admin.TabularInline):
    """Where a person works, or who works in a department."""

    model = Membership
    extra = 0
    autocomplete_fields = ("person", "department")


class DeputyshipInline(admin.TabularInline):
    """Who deputises for the leader, the lowest rank first."""

    model = Deputyship
    extra = 0
    autocomplete_fields = ("person",)


class AbsenceInline(admin.TabularInline):
    """When a person is away."""

    model = Absence
    fk_name = "person"
    extra = 0
    autocomplete_fields = ("stand_in",)


@admin.register(User)
class PersonAdmin(Warned, UserAdmin):
    """People: who they are, where they work, when they are away."""

    form = PersonForm
    add_form = PersonAddForm
    inlines = (MembershipInline, AbsenceInline)
    list_display = ("username", "name", "email", "homes", "is_active", "is_staff", "is_auditor")
    list_filter = ("is_active", "is_staff", "is_auditor", "is_demo", "departments")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    readonly_fields = ("is_demo", "last_login", "date_joined")
    fieldsets: ClassVar = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "email", "language", "time_zone")}),
        (_("May"), {"fields": ("is_active", "is_auditor", "is_staff", "is_superuser", "groups")}),
        (_("Record"), {"fields": ("is_demo", "last_login", "date_joined")}),
    )
    add_fieldsets: ClassVar = (
        (None, {"fields": ("username", "name", "email", "language")}),
        (_("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )
    filter_horizontal = ("groups",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the departments that the list names."""
        return super().get_queryset(request).prefetch_related("departments")

    @admin.display(description=_("departments"))
    def homes(self, person: User) -> str:
        """The departments the person works in."""
        return ", ".join(str(home) for home in person.departments.all())


@admin.register(Department)
class DepartmentAdmin(Warned):
    """Departments as a tree, each under its parent."""

    ordering = (tree_path(),)
    list_display = ("indented", "code", "kind", "leader", "calendar", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("leader", "calendar")
    search_fields = ("code", "name_en", "name_zh")
    autocomplete_fields = ("parent", "leader")
    inlines = (DeputyshipInline, MembershipInline)
    fieldsets: ClassVar = (
        (None, {"fields": ("code", "name_en", "name_zh", "kind", "is_active")}),
        (_("Place"), {"fields": ("parent", "leader")}),
        (_("Work"), {"fields": ("calendar", "mailbox")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        """With the way from the root, to set in by."""
        departments: QuerySet[Department] = super().get_queryset(request)
        return departments.annotate(path=tree_path())

    @admin.display(description=_("department"), ordering="path")
    def indented(self, department: Any) -> str:
        """The name, set in by its depth."""
        depth: int = department.path.count("/")
        return "\u2003" * depth + str(department)


class Shown:
    """Read here, changed elsewhere: on the page that shows first what a change does."""

    def has_add_permission(self, *_args: Any, **_options: Any) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class CalendarDayInline(Shown, admin.TabularInline):
    """The days that differ from the week and from the country's holidays."""

    model = CalendarDay
    fields = ("date", "hours", "label")
    readonly_fields = ("hours",)
    extra = 0
    ordering = ("date",)

    @admin.display(description=_("hours"))
    def hours(self, day: CalendarDay) -> str:
        """The hours as one writes them."""
        return text_of(day.spans) or pgettext("working hours", "closed")


@admin.register(WorkCalendar)
class WorkCalendarAdmin(Shown, admin.ModelAdmin):
    """Weekly hours, holidays, and days of their own; changed on the pages of calendars."""

    inlines = (CalendarDayInline,)
    list_display = ("__str__", "zone", "country", "official_until", "page")
    search_fields = ("name_en", "name_zh")
    fields = ("name_en", "name_zh", "zone", "country", "official_until", "hours", "page")
    readonly_fields = ("official_until", "hours", "page")

    @admin.display(description=_("official plan until"))
    def official_until(self, calendar: WorkCalendar) -> str:
        """Up to which year the plan of holidays is official; later years are assumed."""
        return official_until(calendar.country) or "-"

    @admin.display(description=_("weekly hours"))
    def hours(self, calendar: WorkCalendar) -> str:
        """The week in one line."""
        return hours_in_words(week_on(calendar, timezone.localdate()))

    @admin.display(description=_("change"))
    def page(self, calendar: WorkCalendar) -> str:
        """Where it is changed: there the effect on running clocks is shown first."""
        address = reverse("escalations:calendar", args=[calendar.pk])
        return format_html('<a href="{}">{}</a>', address, _("Its page, to change it"))


class WhenFilter(admin.SimpleListFilter):
    """Absences of today, or still to come."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, _request: Any, _admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("now", _("away now")), ("later", _("to come"))]

    def queryset(self, _request: Any, absences: QuerySet[Absence]) -> QuerySet[Absence]:
        """The absences so chosen."""
        now = timezone.now()
        if self.value() == "now":
            return absences.filter(starts_at__lte=now, ends_at__gt=now)
        if self.value() == "later":
            return absences.filter(starts_at__gt=now)
        return absences


@admin.register(Absence)
class AbsenceAdmin(Warned):
    """Who is away, and who stands in."""

    list_display = ("person", "starts_at", "ends_at", "stand_in")
    list_filter = (WhenFilter,)
    list_select_related = ("person", "stand_in")
    search_fields = ("person__name", "person__username", "stand_in__name")
    autocomplete_fields = ("person", "stand_in")
    date_hierarchy = "starts_at"
