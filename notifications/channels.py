"""Channels: small plug-ins that carry one delivery, or say why they cannot."""

from __future__ import annotations

from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Protocol

from django.core.mail import get_connection
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from notifications.mail import compose
from notifications.models import Delivery

CLOSING = 421
TOO_BIG = 552


class ChannelError(Exception):
    """A delivery did not get through; `permanent` says that another attempt would not either."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class ChannelUnreachable(ChannelError):
    """The whole channel is down: attempts for others are in vain as well."""


class Channel(Protocol):
    """What carries deliveries; may keep a connection between two of them."""

    def send(self, delivery: Delivery) -> None:
        """Carry one delivery; raises ChannelError."""

    def close(self) -> None:
        """Let go of the connection; what `send` needs is opened again."""


class MailChannel:
    """Mail by Django's configured backend, over one connection until closed."""

    def __init__(self) -> None:
        self._connection: Any = None

    def send(self, delivery: Delivery) -> None:
        """Send one mail; raises ChannelError."""
        if not delivery.reader.email:
            raise ChannelError("no_address", permanent=True)
        try:
            message = compose(delivery)
            self._open().send_messages([message])
        except (TemplateDoesNotExist, TemplateSyntaxError) as error:
            raise ChannelError("no_text", permanent=True) from error
        except ValueError as error:
            # Django and the standard library refuse addresses that are none, or carry line breaks.
            raise ChannelError("bad_address", permanent=True) from error
        except (SMTPException, OSError) as error:
            judged = judge(error)
            if isinstance(judged, ChannelUnreachable):
                self.close()
            raise judged from error

    def close(self) -> None:
        """End the connection, also one that is already broken."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except (SMTPException, OSError):
            # It was gone already.
            return

    def _open(self) -> Any:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection


def judge(error: SMTPException | OSError) -> ChannelError:
    """Say what an SMTP failure means: for this mail, or for all of them."""
    code: int
    answer: bytes | str
    match error:
        case SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
        case SMTPResponseException():
            code, answer = error.smtp_code, error.smtp_error
        case _:
            return ChannelUnreachable(_words(f"{type(error).__name__}: {error}"))
    reason = _words(f"{code} {_decoded(answer)}")
    if code == TOO_BIG:
        return ChannelError(reason, permanent=True)
    # Anything else said before the recipient is about the server, the sign-in or the sender:
    # the same for every mail, and mended by an administrator.
    if code == CLOSING or not isinstance(error, SMTPRecipientsRefused | SMTPDataError):
        return ChannelUnreachable(reason)
    return ChannelError(reason, permanent=code >= 500)


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _words(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:300]
