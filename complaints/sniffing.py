"""What a file is, by its first bytes; its name must agree."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

import puremagic
from django.core.files.uploadedfile import UploadedFile

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"

# suffix of the name → (suffixes its bytes may have, content type)
_KEPT: Final[dict[str, tuple[frozenset[str], str]]] = {
    ".png": (frozenset({".png"}), "image/png"),
    ".jpg": (frozenset({".jpg", ".jpeg", ".jfif"}), "image/jpeg"),
    ".jpeg": (frozenset({".jpg", ".jpeg", ".jfif"}), "image/jpeg"),
    ".gif": (frozenset({".gif"}), "image/gif"),
    ".webp": (frozenset({".webp"}), "image/webp"),
    ".heic": (frozenset({".heic", ".heif"}), "image/heic"),
    ".pdf": (frozenset({".pdf"}), "application/pdf"),
    ".docx": (frozenset({".docx", ".zip"}), f"{_OFFICE}.wordprocessingml.document"),
    ".xlsx": (frozenset({".xlsx", ".zip"}), f"{_OFFICE}.spreadsheetml.sheet"),
    ".pptx": (frozenset({".pptx", ".zip"}), f"{_OFFICE}.presentationml.presentation"),
    ".doc": (frozenset({".doc", ".xls", ".ppt", ".msi"}), "application/msword"),
    ".xls": (frozenset({".doc", ".xls", ".ppt", ".msi"}), "application/vnd.ms-excel"),
    ".zip": (frozenset({".zip"}), "application/zip"),
}
_TEXT: Final = {
    ".txt": "text/plain",
    ".log": "text/plain",
    ".csv": "text/csv",
    ".eml": "message/rfc822",
}
_ENOUGH: Final = 8192


def content_type_of(file: UploadedFile, name: str) -> str | None:
    """The content type to keep it under; None where the bytes do not fit the name."""
    suffix = PurePath(name).suffix.lower()
    file.seek(0)
    head = file.read(_ENOUGH)
    file.seek(0)
    if suffix in _TEXT:
        return _TEXT[suffix] if _reads_as_text(head) else None
    if suffix not in _KEPT:
        return None
    accepted, content_type = _KEPT[suffix]
    return content_type if accepted & _suffixes_of(head) else None


def _suffixes_of(head: bytes) -> set[str]:
    try:
        return {found.extension.lower() for found in puremagic.magic_string(head)}
    except puremagic.PureError:
        return set()


def _reads_as_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head.decode(encoding)
        except UnicodeDecodeError as error:
            # A sign cut in two at the end of what was read is no fault of the text.
            if error.start >= len(head) - 4:
                return True
        else:
            return True
    return False
