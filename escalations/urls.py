"""Addresses of the engine's pages."""

from __future__ import annotations

from django.urls import path

from escalations.views import calendar_changes, calendars, departments

app_name = "escalations"
urlpatterns = [
    path("departments/", departments.department_list, name="departments"),
    path("departments/<int:pk>/", departments.department_page, name="department"),
    path("calendars/", calendars.calendar_list, name="calendars"),
    path("calendars/new/", calendar_changes.NewCalendar.as_view(), name="new_calendar"),
    path("calendars/<int:pk>/", calendars.calendar_page, name="calendar"),
    path("calendars/<int:pk>/edit/", calendar_changes.EditCalendar.as_view(), name="edit_calendar"),
    path("calendars/<int:pk>/days/new/", calendar_changes.PutDay.as_view(), name="new_day"),
    path("calendars/<int:pk>/days/<str:day>/", calendar_changes.PutDay.as_view(), name="edit_day"),
    path(
        "calendars/<int:pk>/days/<str:day>/remove/",
        calendar_changes.DropDay.as_view(),
        name="drop_day",
    ),
]
