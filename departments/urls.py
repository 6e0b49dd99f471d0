"""Addresses of people's own settings."""

from __future__ import annotations

from django.urls import path

from departments import views

app_name = "departments"
urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("me/language/", views.language, name="language"),
]
