"""Addresses of notices and of the mail log."""

from __future__ import annotations

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/preferences/", views.preferences, name="preferences"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.read, name="read"),
    path("administration/mail/", views.mail_log, name="mail_log"),
    path("administration/mail/<int:pk>/retry/", views.retry, name="retry"),
]
