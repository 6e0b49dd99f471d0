"""Addresses of cases, tickets and promises."""

from __future__ import annotations

from django.urls import path

from complaints.views.moves import MoveView

app_name = "complaints"

urlpatterns = [
    path(
        "complaints/<str:reference>/<slug:verb>/",
        MoveView.as_view(noun="complaint"),
        name="move_complaint",
    ),
    path(
        "tickets/<str:reference>/<slug:verb>/",
        MoveView.as_view(noun="ticket"),
        name="move_ticket",
    ),
    path(
        "commitments/<str:reference>/<slug:verb>/",
        MoveView.as_view(noun="commitment"),
        name="move_commitment",
    ),
]
