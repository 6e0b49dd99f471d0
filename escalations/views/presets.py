"""Deadlines of regulators: read, verified by people, written into drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.forms_presets import UsePresetForm, VerifyForm, WithdrawForm
from escalations.models import Policy, PolicyVersion, Preset
from escalations.permissions import CHANGE_POLICIES
from escalations.policy import STANDARD, parse
from escalations.policy.presets import Applied, apply_preset, variants_of
from escalations.policydiff import differences
from escalations.policyfile import read_presets
from escalations.policyhistory import lines_of
from escalations.presetwords import preset_facts, stage_lines
from escalations.services.drafts import create_draft, create_policy, save_draft
from escalations.services.policies import STANDARD_CODE
from escalations.services.presets import (
    digest_of,
    stream_of,
    verify_preset,
    withdraw_verification,
)
from escalations.views.policies import require_reader
from escalations.views.policy_moves import WriterView, to_version
from journal.errors import Conflict, IllegalMove, Invalid, MoveError
from journal.models import Entry

HISTORY = 3


@require_safe
def preset_list(request: HttpRequest) -> HttpResponse:
    """All of them, with their stages in words and what became of them."""
    require_reader(request)
    presets = read_presets()
    context = {
        "rows": [
            {
                "preset": preset,
                "stages": stage_lines(preset.data),
                "facts": preset_facts(preset.data),
            }
            for preset in presets.by_code.values()
        ],
        "history": _history(list(presets.by_code.values())),
        "may_change": request.user.has_perm(CHANGE_POLICIES),
        "now": timezone.now(),
    }
    return render(request, "escalations/policies/presets.html", context)


def _history(presets: list[Preset]) -> list[tuple[Preset, Any]]:
    by_stream = {stream_of(preset): preset for preset in presets}
    rows = Entry.objects.filter(stream__in=by_stream, actor__isnull=False)
    entries = rows.select_related("actor").order_by("-at", "-id")[: HISTORY * 5]
    return [(by_stream[line.entry.stream_id], line) for line in lines_of(entries, {})]


class Verify(WriterView):
    """Somebody has compared it with the official text."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        preset = get_object_or_404(Preset, code=code)
        initial = {"seen": digest_of(preset), "checked_on": timezone.localdate()}
        return self._page(preset, VerifyForm(initial=initial))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        preset = get_object_or_404(Preset, code=code)
        form = VerifyForm(request.POST)
        if not form.is_valid():
            return self._page(preset, form, status=422)
        try:
            verify_preset(
                preset=preset, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except Invalid as error:
            form.add_error(error.field, error.message)
            return self._page(preset, form, status=422)
        except Conflict as error:
            form.data = form.data.copy()
            form.data["seen"] = digest_of(preset)
            form.add_error(None, error.message)
            return self._page(preset, form, status=409)
        except IllegalMove as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Verified. Your name stands beside it."))
        return redirect("escalations:presets")

    def _page(self, preset: Preset, form: VerifyForm, status: int = 200) -> HttpResponse:
        context = {
            "preset": preset,
            "form": form,
            "stages": stage_lines(preset.data),
            "facts": preset_facts(preset.data),
            "title": _("Verify: %(preset)s") % {"preset": preset},
            "button": _("I have compared it"),
        }
        return render(self.request, "escalations/policies/preset_form.html", context, status=status)


class Withdraw(WriterView):
    """It counts as verified no more."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self._page(get_object_or_404(Preset, code=code), WithdrawForm())

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        preset = get_object_or_404(Preset, code=code)
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self._page(preset, form, status=422)
        try:
            withdraw_verification(
                preset=preset,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except Invalid as error:
            form.add_error(error.field, error.message)
            return self._page(preset, form, status=422)
        except IllegalMove as error:
            messages.error(request, error.message)
        return redirect("escalations:presets")

    def _page(self, preset: Preset, form: WithdrawForm, status: int = 200) -> HttpResponse:
        context = {
            "preset": preset,
            "form": form,
            "title": _("Withdraw the verification: %(preset)s") % {"preset": preset},
            "button": _("Withdraw it"),
        }
        return render(self.request, "escalations/policies/preset_form.html", context, status=status)


class UsePreset(WriterView):
    """Its numbers go into a draft, after it was seen what they change."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.presets = read_presets()
        preset = self.presets.by_code.get(kwargs.pop("code"))
        if preset is None:
            raise Http404
        self.preset = preset
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid() or "back" in request.POST:
            return self._page(form, status=422 if form.errors else 200)
        base = self._base(form.cleaned_data["policy"])
        applied = self._applied(form, base.rules if base else _standard())
        if "confirmed" not in request.POST:
            return self._effect(form, base, applied)
        try:
            return to_version(self._save(form, base))
        except Conflict as error:
            messages.error(request, error.message)
            return self._effect(form, base, applied, status=409)
        except MoveError as error:
            form.add_error(None, error.message)
            return self._page(form, status=422)

    @transaction.atomic
    def _save(self, form: UsePresetForm, base: PolicyVersion | None) -> PolicyVersion:
        """Into the draft that there is, else into one that begins now."""
        move: dict[str, Any] = {"actor": self.request.user, "now": self.now}
        seen = form.cleaned_data["seen"]
        if base is None:
            draft = self._new_policy(move)
        elif base.is_draft:
            draft, seen = base, seen or 0
        else:
            draft, seen = create_draft(policy=base.policy, **move), None
        rules = self._applied(form, draft.rules).rules
        if base is None:
            rules["applies_to"], seen = {"presets": [self.preset.code]}, None
        saved = save_draft(version=draft, rules=rules, note=draft.note, seen=seen, **move)
        messages.success(
            self.request, _("Saved in the draft. No clock follows it before it is activated.")
        )
        return saved

    def _new_policy(self, move: dict[str, Any]) -> PolicyVersion:
        names = {"name_en": self.preset.name_en, "name_zh": self.preset.name_zh}
        return create_policy(code=self.preset.code, rank=100, **names, **move)

    def _base(self, chosen: str) -> PolicyVersion | None:
        """The newest version of the policy; nothing for a new one."""
        if chosen == UsePresetForm.NEW:
            return None
        rows = PolicyVersion.objects.select_related("policy").filter(policy_id=chosen)
        return rows.order_by("-number").first()

    def _applied(self, form: UsePresetForm, rules: Any) -> Applied:
        return apply_preset(rules, self.preset.data, form.cleaned_data.get("variant", ""))

    def _form(self, data: Any = None) -> UsePresetForm:
        policies = {str(each.pk): str(each) for each in Policy.objects.all()}
        return UsePresetForm(data, policies=policies, variants=variants_of(self.preset.data))

    def _page(self, form: UsePresetForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "preset": self.preset,
            "stages": stage_lines(self.preset.data),
            "facts": preset_facts(self.preset.data),
            "title": _("Use in a policy: %(preset)s") % {"preset": self.preset},
            "button": _("See what it changes"),
        }
        return render(self.request, "escalations/policies/preset_form.html", context, status=status)

    def _effect(
        self, form: UsePresetForm, base: PolicyVersion | None, applied: Applied, status: int = 200
    ) -> HttpResponse:
        before = parse(base.rules if base else _standard())
        form.data = form.data.copy()
        form.data["seen"] = str(base.revision) if base and base.is_draft else ""
        context = {
            "form": form,
            "preset": self.preset,
            "base": base,
            "applied": applied,
            "changes": differences(before, parse(applied.rules), self.presets.names),
            "title": _("What it changes"),
        }
        return render(
            self.request, "escalations/policies/preset_effect.html", context, status=status
        )


def _standard() -> Any:
    """What a new policy begins as."""
    live = PolicyVersion.objects.active().filter(policy__code=STANDARD_CODE).first()
    return live.rules if live else STANDARD
