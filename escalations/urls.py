"""Addresses of the engine's pages."""

from __future__ import annotations

from django.urls import path

from escalations.views import (
    calendar_changes,
    calendars,
    departments,
    policies,
    policy_drafts,
    policy_ladders,
    policy_moves,
    presets,
    replays,
)

POLICY = "policies/<int:pk>/"
VERSION = f"{POLICY}versions/<int:number>/"
PRESET = "policies/presets/<slug:code>/"

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
    path("policies/", policies.policy_list, name="policies"),
    path("policies/new/", policy_moves.PutPolicy.as_view(), name="new_policy"),
    path("policies/presets/", presets.preset_list, name="presets"),
    path("policies/versions/<int:pk>/replay/", replays.replay_page, name="replay"),
    path(
        "policies/versions/<int:pk>/replay/progress/",
        replays.replay_progress,
        name="replay_progress",
    ),
    path(f"{PRESET}verify/", presets.Verify.as_view(), name="verify_preset"),
    path(f"{PRESET}withdraw/", presets.Withdraw.as_view(), name="withdraw_preset"),
    path(f"{PRESET}use/", presets.UsePreset.as_view(), name="use_preset"),
    path(POLICY, policies.policy_page, name="policy"),
    path(f"{POLICY}name/", policy_moves.PutPolicy.as_view(), name="name_policy"),
    path(f"{POLICY}begin/", policy_moves.begin_version, name="begin_version"),
    path(f"{POLICY}retire/", policy_moves.Retire.as_view(), name="retire_policy"),
    path(VERSION, policies.policy_page, name="version"),
    path(f"{VERSION}discard/", policy_moves.Discard.as_view(), name="discard_version"),
    path(f"{VERSION}activate/", policy_moves.Activate.as_view(), name="activate_version"),
    path(
        f"{VERSION}edit/<slug:section>/", policy_drafts.EditSection.as_view(), name="edit_section"
    ),
    path(
        f"{VERSION}ladders/<slug:kind>/<slug:severity>/",
        policy_ladders.EditLadder.as_view(),
        name="edit_ladder",
    ),
]
