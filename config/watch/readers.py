"""Whom the watch mails."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from departments.models import User


def administrators() -> list[User]:
    """Active staff with an address."""
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
    return list(staff.only("name", "username", "email", "language", "time_zone").order_by("pk"))


def with_alert_addresses(people: Sequence[User]) -> list[User]:
    """Those, and the addresses of ALERT_EMAILS in the installation's language; each once."""
    known = {person.email.lower() for person in people}
    extra = [address for address in settings.ALERT_EMAILS if address.lower() not in known]
    return [*people, *(User(email=address) for address in dict.fromkeys(extra))]
