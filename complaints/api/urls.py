"""Addresses of the API, and of the pages about it."""

from __future__ import annotations

from django.urls import include, path

from complaints.api import things as _things  # noqa: F401 - says how things are shown
from complaints.api.resources import BASE
from complaints.api.views import cases, files, pages, people
from complaints.api.views.base import Unknown
from complaints.api.views.things import addresses

app_name = "api"

_V1 = BASE.removeprefix("/")
_REST = [
    path("complaints/", cases.Complaints.as_view(), name="complaints"),
    path("complaints/<slug:reference>/timeline/", cases.Timeline.as_view(), name="timeline"),
    *addresses(),
    path("attachments/", files.Attachments.as_view(), name="attachments"),
    path("attachments/<uuid:token>/", files.AttachmentView.as_view(), name="attachment"),
    path(
        "attachments/<uuid:token>/content/",
        files.AttachmentContent.as_view(),
        name="attachment_content",
    ),
    path("customers/search/", people.CustomerSearch.as_view(), name="customer_search"),
    path("customers/<int:pk>/", people.CustomerView.as_view(), name="customer"),
    path("departments/", people.Departments.as_view(), name="departments"),
    path("people/", people.People.as_view(), name="people"),
    path("categories/", people.Categories.as_view(), name="categories"),
    path("schema/", pages.OpenApi.as_view(), name="schema"),
]
urlpatterns = [
    path("me/tokens/", pages.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", pages.revoke, name="revoke_token"),
    path("api/", pages.reference, name="reference"),
    path(_V1, Unknown.as_view(), {"rest": ""}, name="root"),
    path(_V1, include(_REST)),
    path("api/<path:rest>", Unknown.as_view(), name="unknown"),
]
