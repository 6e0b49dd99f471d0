"""A real SMTP server on loopback that can be stopped, started again, and told to refuse."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """Keeps what it accepted, in order; `refusals` maps a recipient to the answer they get."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.content_refusal = ""
        self.sessions = 0
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.sessions = 0

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["X-RcptTo"] == address]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.content_refusal:
            return self.content_refusal
        mail = email.message_from_bytes(envelope.content, policy=default)
        mail["X-RcptTo"] = envelope.rcpt_tos[0]
        self.mails.append(mail)
        return "250 OK"


def receiving(settings: Any) -> Iterator[MailServer]:
    """A server that runs for as long as this is open, and gets the mail of the site."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 5
    try:
        yield server
    finally:
        server.stop()
