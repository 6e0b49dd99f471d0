"""Attachments: always downloaded, by those who may read the case."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.models import Attachment, Complaint
from complaints.services.reading import note_reading


@require_safe
def download(request: HttpRequest, token: uuid.UUID) -> FileResponse:
    """The file under the name it came with. No browser may render it, or keep it."""
    readable = Complaint.objects.visible_to(request.user)
    attachment = get_object_or_404(
        Attachment.objects.select_related("complaint").filter(complaint__in=readable), token=token
    )
    note_reading(complaint=attachment.complaint, reader=request.user, now=timezone.now())
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
