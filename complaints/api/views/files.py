"""Attachments: what there is, and its content. Uploads come with a message or a filing."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.paging import newest, paged
from complaints.api.problems import invalid
from complaints.api.timeline import FileSerializer
from complaints.api.views.base import Endpoint
from complaints.api.views.things import CURSOR, page_of
from complaints.models import Attachment, Complaint
from complaints.views.files import download


class AttachmentSerializer(FileSerializer):
    """A file of a case."""

    complaint = serializers.CharField(source="complaint.reference")


class _Files(Endpoint):
    tag = "attachments"

    def _rows(self) -> QuerySet[Attachment]:
        readable = Complaint.objects.visible_to(self.person)  # type: ignore[attr-defined]
        return Attachment.objects.filter(complaint__in=readable).select_related("complaint")


class Attachments(_Files):
    """Those of one case."""

    parameters = ("complaint", "cursor")

    @extend_schema(
        operation_id="attachment_list",
        summary="List the attachments of a case",
        parameters=[
            OpenApiParameter("complaint", str, required=True, description="Its reference."),
            CURSOR,
        ],
        responses=page_of(AttachmentSerializer),
    )
    def get(self, request: Request) -> Response:
        reference = request.query_params.get("complaint", "")
        if not reference:
            raise invalid({"complaint": [_("Give the reference of a case.")]}, status=400)
        seen = Complaint.objects.visible_to(self.person)  # type: ignore[attr-defined]
        if not seen.filter(reference=reference).exists():
            raise Http404
        self.note(reference)
        rows, place = newest(self._rows().filter(complaint__reference=reference), request)
        return Response(paged(request, list(AttachmentSerializer(rows, many=True).data), place))


class AttachmentView(_Files):
    """What is known of one."""

    @extend_schema(
        operation_id="attachment_get",
        summary="One of the attachments",
        responses=AttachmentSerializer,
    )
    def get(self, request: Request, token: uuid.UUID) -> Response:
        file = self._rows().filter(token=token).first()
        if file is None:
            raise Http404
        self.note(file.complaint.reference)
        return Response(AttachmentSerializer(file).data)


class AnyKind(BaseRenderer):
    """The content of a file, whatever it is: nothing is rendered here."""

    media_type = "application/octet-stream"
    format = "file"
    render_style = "binary"
    charset = None

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> Any:
        return data


class AnyAccepted(Endpoint):
    """Of what it is, not of what is accepted: the file decides."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return JSONRenderer(), "application/json"


class AttachmentContent(AnyAccepted):
    """The file, under the name it came with."""

    tag = "attachments"
    renderer_classes = (AnyKind,)

    @extend_schema(
        operation_id="attachment_content",
        summary="The content of an attachment",
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, token: uuid.UUID) -> Any:
        plain = request._request  # noqa: SLF001 - the page's own view serves it
        plain.user = self.person
        return download(plain, token)
