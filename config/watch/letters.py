"""The watch's mails: written in the reader's language, sent at once, or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import formataddr, make_msgid
from smtplib import SMTPException
from typing import Any, Self

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template import Context
from django.template.loader import get_template

from departments.models import User
from notifications.channels import ChannelUnreachable, judge
from notifications.mail import host
from notifications.texts import as_read_by

log = structlog.get_logger(__name__)


class Post:
    """One connection to the mail server for one round; raises ChannelUnreachable."""

    def __enter__(self) -> Self:
        self.connection: Any = get_connection()
        return self

    def __exit__(self, *_error: object) -> None:
        # It was gone already.
        with suppress(SMTPException, OSError):
            self.connection.close()

    def send(self, message: EmailMessage) -> bool:
        """Whether nothing more is to be done; False if another attempt may succeed."""
        try:
            self.connection.send_messages([message])
        except ValueError:
            log.warning("watch_address_invalid")
            return True
        except (SMTPException, OSError) as error:
            judged = judge(error)
            if isinstance(judged, ChannelUnreachable):
                raise judged from error
            log.warning("watch_mail_refused", reason=judged.reason, permanent=judged.permanent)
            return judged.permanent
        return True


def letter(
    reader: User, kind: str, facts: Mapping[str, object], *, since: datetime
) -> EmailMessage:
    """From templates/watch/<kind>.txt, whose first line is the subject; one thread per incident."""
    with as_read_by(reader):
        # Plain text: nothing is to be escaped.
        context = Context({**facts, "reader": reader, "site": settings.SITE_URL}, autoescape=False)
        template: Any = get_template(f"watch/{kind}.txt")
        written = template.template.render(context).strip()
    subject, _break, body = written.partition("\n")
    thread = f"<watch-{since:%Y%m%dT%H%M%S}@{host()}>"
    name = " ".join(reader.name.split())
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n",
        to=[formataddr((name, reader.email)) if name else reader.email],
        headers={
            "Message-ID": make_msgid(domain=host()),
            "In-Reply-To": thread,
            "References": thread,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
