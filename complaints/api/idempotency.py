"""Idempotency-Key: a request that comes again gets the answer that it got before.

The answer is kept in the transaction of what it tells about: there is never one without the
other. Of two that come at once with the same key the second waits for the first at the unique
constraint, and then finds its answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.models import KeptAnswer
from complaints.api.problems import Problem

LASTS = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("ETag", "Location")


def answered_once(request: Request, act: Callable[[], Response], *, now: datetime) -> Response:
    """What `act` answers, or what it answered to this key before. A refusal is not kept."""
    key = _key_of(request)
    with transaction.atomic():
        if not key:
            return act()
        digest = _digest_of(request)
        kept = _claim(request.user.pk, key, digest, now=now)
        if kept.status:
            return _again(kept, digest)
        answer = act()
        kept.status = answer.status_code
        kept.body = json.dumps(answer.data, default=str) if answer.data is not None else ""
        kept.headers = {name: answer[name] for name in _KEPT_HEADERS if name in answer}
        kept.save(update_fields=["status", "body", "headers"])
        return answer


def sweep(*, now: datetime) -> int:
    """Forget what is older than a day."""
    return KeptAnswer.objects.filter(expires_at__lte=now).delete()[0]


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if key and not _KEY.fullmatch(key):
        raise Problem(400, "bad-key", _("An Idempotency-Key is 1 to 255 visible ASCII signs."))
    return key


def _claim(person_id: int, key: str, digest: str, *, now: datetime) -> KeptAnswer:
    """The row of this key, locked: new and without an answer, or as it was left."""
    ours = KeptAnswer.objects.filter(person=person_id, key=key)
    ours.filter(expires_at__lte=now).delete()
    row = KeptAnswer(person_id=person_id, key=key, digest=digest, expires_at=now + LASTS)
    KeptAnswer.objects.bulk_create([row], ignore_conflicts=True)
    return ours.select_for_update().get()


def _again(kept: KeptAnswer, digest: str) -> Response:
    if kept.digest != digest:
        raise Problem(
            422, "key-used", _("This Idempotency-Key was used for another request before.")
        )
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    body = json.loads(kept.body) if kept.body else None
    return Response(body, status=kept.status, headers=headers)


def _digest_of(request: Request) -> str:
    said = [request.method, request.path, _plain(request.data)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _plain(data: Any) -> Any:
    """What was given, however it was wrapped: a boundary says nothing."""
    if hasattr(data, "lists"):
        return {name: [_named(one) for one in many] for name, many in data.lists()}
    return data


def _named(given: Any) -> Any:
    if not isinstance(given, UploadedFile):
        return given
    digest = hashlib.sha256()
    for chunk in given.chunks():
        digest.update(chunk)
    given.seek(0)
    return [given.name, digest.hexdigest()]
