"""Addresses of cases, tickets and promises."""

from __future__ import annotations

from django.urls import path

from complaints.views import case, files, identity
from complaints.views.customers import customers
from complaints.views.dashboard import dashboard, escalation_list, export
from complaints.views.deadlines import deadline
from complaints.views.desk import desk
from complaints.views.escalations import EscalationMove, escalation
from complaints.views.filing import FilingView, filing_aside
from complaints.views.go import go
from complaints.views.list import complaint_list
from complaints.views.moves import MoveView
from complaints.views.nudges import nudge_view

app_name = "complaints"

urlpatterns = [
    path("", desk, name="desk"),
    path("complaints/", complaint_list, name="list"),
    path("complaints/new/", FilingView.as_view(), name="file"),
    path("complaints/new/aside/", filing_aside, name="file_aside"),
    path("complaints/customers/", customers, name="customers"),
    path("go/<slug:reference>/", go, name="go"),
    path("attachments/<uuid:token>/", files.download, name="attachment"),
    path("complaints/<slug:reference>/", case.show, name="case"),
    path("complaints/<slug:reference>/history/", case.history, name="history"),
    path("complaints/<slug:reference>/live/", case.live, name="live"),
    path("complaints/<slug:reference>/identity/", identity.reveal, name="identity"),
    path(
        "complaints/<slug:reference>/<slug:verb>/",
        MoveView.as_view(noun="complaint"),
        name="move_complaint",
    ),
    path("deadlines/<int:pk>/", deadline, name="deadline"),
    path("escalations/", dashboard, name="dashboard"),
    path("escalations/waiting/", escalation_list, name="escalations"),
    path("escalations/export/<slug:what>.csv", export, name="export"),
    path("escalations/<slug:reference>/", escalation, name="escalation"),
    path(
        "escalations/<slug:reference>/<slug:verb>/",
        EscalationMove.as_view(),
        name="move_escalation",
    ),
    path(
        "tickets/<slug:reference>/nudge/", nudge_view, {"noun": "ticket"}, name="nudge_ticket"
    ),
    path(
        "commitments/<slug:reference>/nudge/",
        nudge_view,
        {"noun": "commitment"},
        name="nudge_commitment",
    ),
    path(
        "tickets/<slug:reference>/<slug:verb>/",
        MoveView.as_view(noun="ticket"),
        name="move_ticket",
    ),
    path(
        "extensions/<slug:reference>/<slug:verb>/",
        MoveView.as_view(noun="extension"),
        name="move_extension",
    ),
    path(
        "commitments/<slug:reference>/<slug:verb>/",
        MoveView.as_view(noun="commitment"),
        name="move_commitment",
    ),
]
