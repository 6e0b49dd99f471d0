"""Files: sniffed, limited, stored under random names."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint
from complaints.sniffing import content_type_of
from journal.errors import Invalid
from journal.models import Entry

_LONGEST_NAME = 120


def check_file(file: UploadedFile[Any]) -> str:
    """The content type, found by looking inside. Raises Invalid with what is wrong."""
    name = safe_name(file.name or "")
    size = file.size or 0
    if size == 0:
        raise Invalid(_("“%(name)s” is empty.") % {"name": name}, "files")
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Invalid(
            _("“%(name)s” is larger than %(limit)d MB.")
            % {"name": name, "limit": settings.ATTACHMENT_MAX_BYTES // 2**20},
            "files",
        )
    found = content_type_of(file, name)
    if found is None:
        raise Invalid(
            _(
                "“%(name)s” is of a kind that cannot be kept, or its content does not match its "
                "name. Attach pictures, PDF, Office files, text or ZIP."
            )
            % {"name": name},
            "files",
        )
    return found


def attach(*, complaint: Complaint, entry: Entry, file: UploadedFile[Any]) -> Attachment:
    """Keep the file with the entry that brought it."""
    content_type = check_file(file)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    token = uuid.uuid4()
    attachment = Attachment(
        complaint=complaint,
        entry=entry,
        token=token,
        name=safe_name(file.name or ""),
        content_type=content_type,
        size=file.size or 0,
        sha256=digest.hexdigest(),
    )
    attachment.file.save(f"{token.hex[:2]}/{token.hex}", file, save=False)
    attachment.save()
    return attachment


def safe_name(name: str) -> str:
    """The file's own name without folders, control and direction signs, not too long."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if dot and len(plain) > _LONGEST_NAME:
        plain = f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix[:12]}"
    return plain[:_LONGEST_NAME] or "file"
