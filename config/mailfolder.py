"""Mail for a machine without a mail server: every message is a file in var/mail."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from email.generator import BytesGenerator
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

numbers = count(1)


class MailFolder(BaseEmailBackend):
    """Writes each message, whole, to a file of its own that mail programs open."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises OSError when the folder cannot be written; the caller tries again later."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(folder, message)
        return len(email_messages)

    @staticmethod
    def _write(folder: Path, message: EmailMessage) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S.%f")
        name = f"{stamp}-{os.getpid()}-{next(numbers)}.eml"
        draft = folder / f".{name}"
        with draft.open("xb") as file:
            BytesGenerator(file, mangle_from_=False).flatten(message.message(), linesep="\r\n")
        # A reader of the folder never sees half a message.
        draft.replace(folder / name)
