"""Policies are written: drafts that may change, versions that hold and never change again."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from departments.models import User
from escalations.models import Policy, PolicyVersion, Rollout
from escalations.permissions import CHANGE_POLICIES
from escalations.policy import STANDARD, parse
from escalations.services.policies import STANDARD_CODE, STANDARD_RANK
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from journal.models import Entry
from journal.services import record


def stream_of(policy: Policy) -> str:
    """Where the history of a policy is kept."""
    return f"POLICY-{policy.pk}"


@transaction.atomic
def create_policy(
    *, actor: User, code: str, name_en: str, name_zh: str, rank: int, now: datetime
) -> PolicyVersion:
    """A policy with a first draft: a copy of what the standard says now. NotAllowed, Invalid."""
    permit(actor)
    if Policy.objects.filter(code=code).exists():
        raise Invalid(_("There is a policy with this code already."), field="code")
    if rank >= STANDARD_RANK:
        raise Invalid(_("The standard is asked last, every other policy before it."), field="rank")
    policy = Policy.objects.create(code=code, name_en=name_en, name_zh=name_zh, rank=rank)
    _note(policy, "policy:created", actor, now, code=code, rank=rank)
    standard = PolicyVersion.objects.active().filter(policy__code=STANDARD_CODE).first()
    rules = standard.rules if standard else STANDARD
    return _draft(policy, rules, actor, now)


@transaction.atomic
def change_policy(
    *, policy: Policy, actor: User, name_en: str, name_zh: str, rank: int, now: datetime
) -> None:
    """Give it other names, or another rank: new cases ask in the new order. NotAllowed, Invalid."""
    permit(actor)
    fresh = Policy.objects.select_for_update().get(pk=policy.pk)
    if (fresh.code == STANDARD_CODE) != (rank == STANDARD_RANK):
        raise Invalid(_("The standard is asked last, every other policy before it."), field="rank")
    after = {"name_en": name_en, "name_zh": name_zh, "rank": rank}
    before = {name: getattr(fresh, name) for name in after}
    if before == after:
        return
    Policy.objects.filter(pk=fresh.pk).update(**after)
    _note(fresh, "policy:changed", actor, now, before=before, after=after)


@transaction.atomic
def create_draft(*, policy: Policy, actor: User, now: datetime) -> PolicyVersion:
    """The next version, as a copy of the newest; the one draft that there is, if there is one."""
    permit(actor)
    fresh = Policy.objects.select_for_update().get(pk=policy.pk)
    newest = fresh.versions.order_by("-number").first()
    if newest is not None and newest.is_draft:
        return newest
    return _draft(fresh, newest.rules if newest else STANDARD, actor, now)


@transaction.atomic
def save_draft(
    *,
    version: PolicyVersion,
    actor: User,
    rules: Mapping[str, Any],
    note: str,
    seen: int | None,
    now: datetime,
) -> PolicyVersion:
    """Write the rules of a draft. NotAllowed, IllegalMove, Conflict since `seen`, PolicyError."""
    permit(actor)
    draft = _locked_draft(version)
    if seen is not None and seen != draft.revision:
        since = Entry.objects.filter(stream=stream_of(draft.policy)).select_related("actor")
        raise Conflict(
            _("This draft was saved by somebody else meanwhile. What you entered is kept below."),
            since=list(since.order_by("-seq")[:5]),
        )
    parse(rules)
    if rules == draft.rules and note == draft.note:
        return draft
    changes = _changed_parts(draft.rules, rules)
    draft.rules, draft.note = dict(rules), note
    draft.revision += 1
    draft.save(update_fields=["rules", "note", "revision"])
    data = {"version": draft.number, "revision": draft.revision}
    _note(draft.policy, "policy:draft_saved", actor, now, **data, **changes)
    return draft


def _changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Both sides of each part that is different; null where it was not there."""
    parts = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": {name: before.get(name) for name in parts},
        "after": {name: after.get(name) for name in parts},
    }


@transaction.atomic
def discard_draft(*, version: PolicyVersion, actor: User, now: datetime) -> None:
    """Throw a draft away. Raises NotAllowed, IllegalMove."""
    permit(actor)
    draft = _locked_draft(version)
    _note(draft.policy, "policy:draft_discarded", actor, now, version=draft.number)
    draft.delete()


@transaction.atomic
def activate_version(
    *, version: PolicyVersion, actor: User, running: bool, seen: int | None, now: datetime
) -> PolicyVersion:
    """Let a draft hold from now on, for new cases or also for `running` ones.

    The version before it is retired. Clocks that run follow in batches, each move journalled.
    Raises NotAllowed, IllegalMove, Conflict since `seen`, PolicyError.
    """
    permit(actor)
    draft = _locked_draft(version)
    if seen is not None and seen != draft.revision:
        raise Conflict(_("This draft was saved by somebody else meanwhile. Read it again."))
    parse(draft.rules)
    draft.policy.versions.filter(activated_at__isnull=False, retired_at__isnull=True).update(
        retired_at=now
    )
    draft.activated_at, draft.activated_by = now, actor
    draft.save(update_fields=["activated_at", "activated_by"])
    entry = _note(
        draft.policy, "policy:activated", actor, now, version=draft.number, running=running
    )
    if running:
        Rollout.objects.create(version=draft, since=now, entry=entry)
    return draft


@transaction.atomic
def retire_policy(*, policy: Policy, actor: User, now: datetime) -> None:
    """No new case goes by this policy any more. Raises NotAllowed, IllegalMove."""
    permit(actor)
    fresh = Policy.objects.select_for_update().get(pk=policy.pk)
    if fresh.code == STANDARD_CODE:
        raise IllegalMove(_("The standard takes every case that no other policy wants: it stays."))
    held = fresh.versions.filter(activated_at__isnull=False, retired_at__isnull=True)
    if not held.update(retired_at=now):
        raise IllegalMove(_("No version of this policy is active."))
    _note(fresh, "policy:retired", actor, now)


def permit(actor: User) -> None:
    """Raises NotAllowed for everybody else."""
    if not actor.has_perm(CHANGE_POLICIES):
        raise NotAllowed(_("Only compliance and administrators write policies."))


def _locked_draft(version: PolicyVersion) -> PolicyVersion:
    Policy.objects.select_for_update().get(pk=version.policy_id)
    draft = PolicyVersion.objects.select_related("policy").filter(pk=version.pk).first()
    if draft is None:
        raise IllegalMove(_("This draft was thrown away meanwhile."))
    if not draft.is_draft:
        raise IllegalMove(_("A version that held once never changes: begin a new one."))
    return draft


def _draft(policy: Policy, rules: Mapping[str, Any], actor: User, now: datetime) -> PolicyVersion:
    last = policy.versions.aggregate(last=Max("number"))["last"] or 0
    draft = policy.versions.create(
        number=last + 1, rules=deepcopy(dict(rules)), created_at=now, created_by=actor
    )
    _note(policy, "policy:draft_begun", actor, now, version=draft.number)
    return draft


def _note(policy: Policy, tag: str, actor: User, now: datetime, **data: object) -> Entry:
    stream = stream_of(policy)
    return record(stream=stream, subject=stream, tag=tag, actor=actor, now=now, data=data)
