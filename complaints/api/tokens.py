"""Tokens: made once, shown once, revoked for good; each of it in the journal."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.api.models import AccessToken, Scope
from departments.models import User
from departments.permissions import is_administrator
from journal.errors import IllegalMove, Invalid, NotAllowed
from journal.services import lock_stream, record

LONGEST = timedelta(days=365)
MOST = 20
_BEGINS = "duban_"
_SHOWN = len(_BEGINS) + 6
_MINUTE = timedelta(minutes=1)


def stream_of(person: User) -> str:
    """Where the history of a person's tokens is kept."""
    return f"TOKENS-{person.pk}"


@transaction.atomic
def make_token(
    *, person: User, name: str, scopes: Collection[str], expires_at: datetime, now: datetime
) -> tuple[AccessToken, str]:
    """The token, and its key, which nobody sees again. Raises Invalid or IllegalMove."""
    lock_stream(stream_of(person))
    _check(name.strip(), scopes, expires_at, now=now)
    if AccessToken.objects.of(person).live(now).count() >= MOST:
        raise IllegalMove(_("You have as many tokens as anybody may have. Revoke one first."))
    key = _BEGINS + secrets.token_urlsafe(32)
    made = AccessToken.objects.create(
        person=person,
        name=name.strip(),
        prefix=key[:_SHOWN],
        digest=digest_of(key),
        scopes=[scope for scope in Scope.values if scope in scopes],
        created_at=now,
        expires_at=expires_at,
    )
    _note(made, "token:made", actor=person, now=now)
    return made, key


def _check(name: str, scopes: Collection[str], expires_at: datetime, *, now: datetime) -> None:
    if not name:
        raise Invalid(_("Say what it is for."), "name")
    if not scopes or set(scopes) - set(Scope.values):
        raise Invalid(_("Choose what it may be used for."), "scopes")
    if not now < expires_at <= now + LONGEST:
        raise Invalid(_("A token lasts a year at most."), "expires_on")


@transaction.atomic
def revoke_token(*, token: AccessToken, actor: User, now: datetime) -> AccessToken:
    """It opens nothing any more. Its person may, and administrators. Raises NotAllowed."""
    lock_stream(stream_of(token.person))
    fresh = AccessToken.objects.select_for_update(of=("self",)).select_related("person").get(
        pk=token.pk
    )
    if fresh.person_id != actor.pk and not is_administrator(actor):
        raise NotAllowed(_("This is not yours to do."))
    if fresh.revoked_at is None:
        fresh.revoked_at, fresh.revoked_by = now, actor
        fresh.save(update_fields=["revoked_at", "revoked_by"])
        _note(fresh, "token:revoked", actor=actor, now=now)
    return fresh


def token_behind(key: str, *, now: datetime) -> AccessToken | None:
    """The token that this is the key of, if it opens a door now. One query, rarely two."""
    found: AccessToken | None = (
        AccessToken.objects.live(now)
        .filter(digest=digest_of(key), person__is_active=True)
        .select_related("person")
        .first()
    )
    if found and (found.last_used_at is None or found.last_used_at <= now - _MINUTE):
        unsaid = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - _MINUTE)
        AccessToken.objects.filter(unsaid, pk=found.pk).update(last_used_at=now)
    return found


def digest_of(key: str) -> str:
    """Of 256 random bits no slow hash is needed."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _note(token: AccessToken, tag: str, *, actor: User, now: datetime) -> None:
    stream = stream_of(token.person)
    data = {
        "token": token.pk,
        "name": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
    }
    record(stream=stream, subject=stream, tag=tag, actor=actor, now=now, data=data)
