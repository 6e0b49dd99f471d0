"""Policies are begun, renamed, activated, retired; drafts are begun and thrown away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from escalations.activation import effect_of
from escalations.errors import PolicyError
from escalations.forms_presets import PolicyForm
from escalations.models import Policy, PolicyVersion, Replay
from escalations.permissions import CHANGE_POLICIES
from escalations.policyfile import open_version, read_presets
from escalations.services.drafts import (
    activate_version,
    change_policy,
    create_draft,
    create_policy,
    discard_draft,
    permit,
    retire_policy,
)
from escalations.views.policy_drafts import DraftView
from journal.errors import Conflict, IllegalMove, Invalid, MoveError, NotAllowed


def to_version(version: PolicyVersion) -> HttpResponse:
    """Its page."""
    return redirect("escalations:version", version.policy_id, version.number)


class WriterView(View):
    """For whoever may change policies."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            permit(request.user)
        except NotAllowed as error:
            raise Http404 from error
        return super().dispatch(request, *args, **kwargs)


class PutPolicy(WriterView):
    """A new policy, or the names and the rank of one that is there."""

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        policy = get_object_or_404(Policy, pk=pk) if pk else Policy(rank=100)
        return self._page(PolicyForm(instance=policy), policy)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        policy = get_object_or_404(Policy, pk=pk) if pk else Policy()
        form = PolicyForm(request.POST, instance=policy)
        if not form.is_valid():
            return self._page(form, policy, status=422)
        try:
            return self._save(form, policy)
        except Invalid as error:
            form.add_error(error.field, error.message)
            return self._page(form, policy, status=422)

    def _save(self, form: PolicyForm, policy: Policy) -> HttpResponse:
        move: dict[str, Any] = {"actor": self.request.user, "now": timezone.now()}
        if policy.pk is None:
            version = create_policy(**form.values, **move)
            messages.success(
                self.request,
                _("Its first draft is a copy of the standard. Say now what it applies to."),
            )
            return to_version(version)
        change_policy(policy=policy, **form.values, **move)
        messages.success(self.request, _("Saved."))
        return redirect("escalations:policy", policy.pk)

    def _page(self, form: PolicyForm, policy: Policy, status: int = 200) -> HttpResponse:
        title = _("Name and rank") if policy.pk else _("New policy")
        context = {"form": form, "policy": policy, "title": title}
        return render(self.request, "escalations/policies/policy_form.html", context, status=status)


@require_POST
def begin_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The next draft; the one that there is, if there is one."""
    if not request.user.has_perm(CHANGE_POLICIES):
        raise Http404
    policy = get_object_or_404(Policy, pk=pk)
    return to_version(create_draft(policy=policy, actor=request.user, now=timezone.now()))


class Discard(DraftView):
    """A draft is thrown away, once that is confirmed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show("escalations/policies/discard.html", {"title": _("Throw the draft away")})

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            discard_draft(version=self.version, actor=request.user, now=self.now)
        except IllegalMove as error:
            messages.error(request, error.message)
        return redirect("escalations:policies")


class Retire(WriterView):
    """No new case goes by the policy."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = get_object_or_404(Policy, pk=pk)
        context = {"policy": policy, "title": _("Retire this policy")}
        return render(request, "escalations/policies/retire.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = get_object_or_404(Policy, pk=pk)
        try:
            retire_policy(policy=policy, actor=request.user, now=timezone.now())
            messages.success(request, _("Retired. Cases that go by it keep it until they end."))
        except IllegalMove as error:
            messages.error(request, error.message)
        return redirect("escalations:policy", pk)


class Activate(DraftView):
    """What it would do, then done."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        seen = request.POST.get("seen", "")
        running = request.POST.get("for")
        if running not in ("new", "running"):
            return self._page(wrong=_("Choose for which cases it holds."), status=422)
        try:
            activate_version(
                version=self.version,
                actor=request.user,
                running=running == "running",
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
                now=self.now,
            )
        except Conflict as error:
            self.version.refresh_from_db()
            return self._page(wrong=error.message, status=409)
        except PolicyError as error:
            return self._page(wrong=" ".join(error.problems), status=422)
        except MoveError as error:
            messages.error(request, error.message)
            return self.leave()
        messages.success(request, _("Activated."))
        return self.leave()

    def _page(self, wrong: str = "", status: int = 200) -> HttpResponse:
        presets = read_presets()
        file = open_version(self.version.policy, self.version.number, presets, None)
        context = {
            "title": _("Activate version %(number)d") % {"number": self.version.number},
            "file": file,
            "effect": effect_of(self.version),
            "replay": _replay_of(self.version),
            "wrong": wrong,
            "chosen": self.request.POST.get("for", ""),
        }
        return self.show("escalations/policies/activate.html", context, status)


def _replay_of(version: PolicyVersion) -> Replay | None:
    """The newest that has an end."""
    done = Replay.objects.filter(version=version, state=Replay.State.DONE)
    return done.order_by("-asked_at").first()
