"""Deadlines of regulators: installed from what is shipped, verified by people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import User
from escalations.models import Preset
from escalations.services.drafts import permit
from journal.errors import Conflict, IllegalMove, Invalid
from journal.services import record

SHIPPED = Path(__file__).parents[1] / "presets.yaml"


def stream_of(preset: Preset) -> str:
    """Where the history of a preset is kept."""
    return f"PRESET-{preset.pk}"


def digest_of(preset: Preset) -> str:
    """What the data were when somebody read them."""
    return hashlib.sha256(json.dumps(preset.data, sort_keys=True).encode()).hexdigest()


def shipped_presets() -> list[dict[str, Any]]:
    """What comes with this version of the product."""
    rows: list[dict[str, Any]] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return rows


@transaction.atomic
def install_presets(*, now: datetime) -> int:
    """Bring in what is shipped; what changed has to be verified again. Returns how many differ."""
    known = {row.code: row for row in Preset.objects.select_for_update()}
    return sum(_install(known.get(row["code"]), row, now) for row in shipped_presets())


def _install(preset: Preset | None, data: Mapping[str, Any], now: datetime) -> bool:
    names = {"name_en": data["name"]["en"], "name_zh": data["name"]["zh"]}
    if preset is None:
        preset = Preset.objects.create(code=data["code"], data=data, **names)
        _note(preset, "preset:installed", None, now)
        return True
    if preset.data == data:
        return False
    was_verified = preset.verified_at is not None
    Preset.objects.filter(pk=preset.pk).update(
        data=data, verified_at=None, verified_by=None, source="", **names
    )
    _note(preset, "preset:changed", None, now, before=preset.data, was_verified=was_verified)
    return True


@transaction.atomic
def verify_preset(
    *, preset: Preset, actor: User, source: str, checked_on: date, seen: str, now: datetime
) -> None:
    """Record that its numbers were compared with the official text.

    Raises NotAllowed, Invalid, IllegalMove, Conflict if the numbers are not those that were `seen`.
    """
    permit(actor)
    today = timezone.localdate(now)
    if not source.strip():
        raise Invalid(_("Say which official text it was compared with."), field="source")
    if checked_on > today:
        raise Invalid(_("This day is still to come."), field="checked_on")
    fresh = Preset.objects.select_for_update().get(pk=preset.pk)
    if seen != digest_of(fresh):
        raise Conflict(_("Its numbers have changed meanwhile. Compare them again."))
    if fresh.verified_at is not None:
        raise IllegalMove(_("It is verified already."))
    noon = datetime.combine(checked_on, time(12), timezone.get_current_timezone())
    fresh.verified_at = now if checked_on == today else noon
    fresh.verified_by, fresh.source = actor, source.strip()
    fresh.save(update_fields=["verified_at", "verified_by", "source"])
    _note(fresh, "preset:verified", actor, now, source=fresh.source, checked_on=checked_on)


@transaction.atomic
def withdraw_verification(*, preset: Preset, actor: User, reason: str, now: datetime) -> None:
    """It does not count as verified any more. Raises NotAllowed, Invalid, IllegalMove."""
    permit(actor)
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    fresh = Preset.objects.select_for_update().get(pk=preset.pk)
    if fresh.verified_at is None:
        raise IllegalMove(_("It is not verified."))
    before = {"source": fresh.source, "by": fresh.verified_by_id, "at": fresh.verified_at}
    fresh.verified_at, fresh.verified_by, fresh.source = None, None, ""
    fresh.save(update_fields=["verified_at", "verified_by", "source"])
    _note(fresh, "preset:withdrawn", actor, now, reason=reason.strip(), was=before)


def _note(preset: Preset, tag: str, actor: User | None, now: datetime, **data: object) -> None:
    stream = stream_of(preset)
    record(stream=stream, subject=stream, tag=tag, actor=actor, now=now, data=data)
