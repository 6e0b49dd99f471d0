"""Drafts of policies are edited, part by part. What was typed is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from escalations.errors import PolicyError
from escalations.forms_policies import SECTIONS, NoteForm, ScopeForm, SectionForm
from escalations.models import PolicyVersion
from escalations.permissions import CHANGE_POLICIES
from escalations.policy import parse
from escalations.policy.names import part_name
from escalations.policyfile import Presets, read_presets
from escalations.policyhistory import Line, lines_of
from escalations.services.drafts import save_draft
from journal.errors import Conflict, IllegalMove

TITLES = {
    "scope": "applies_to",
    "targets": "targets",
    "limits": "limits",
    "extension": "extension",
    "pauses": "pause_reasons",
}


class DraftView(View):
    """The frame: whoever may change policies, and a draft of one."""

    version: PolicyVersion

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(CHANGE_POLICIES):
            raise Http404
        rows = PolicyVersion.objects.select_related("policy")
        self.version = get_object_or_404(
            rows, policy_id=kwargs.pop("pk"), number=kwargs.pop("number")
        )
        self.now = timezone.now()
        if not self.version.is_draft:
            messages.error(request, _("A version that held once never changes: begin a new one."))
            return self.leave()
        return super().dispatch(request, *args, **kwargs)

    def leave(self, **query: str) -> HttpResponse:
        """Back to the version."""
        address = redirect("escalations:version", self.version.policy_id, self.version.number)
        if query:
            address["Location"] += f"?{urlencode(query)}"
        if self.request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(address["Location"])
        return address

    def save(self, rules: Mapping[str, Any], note: str, seen: int | None) -> None:
        """Saved, unless that is what it says already. Raises what `save_draft` does."""
        same = note == self.version.note and parse(rules) == parse(self.version.rules)
        if not same:
            save_draft(
                version=self.version,
                actor=self.request.user,
                rules=rules,
                note=note,
                # A form without one was tampered with: it saw nothing.
                seen=seen or 0,
                now=self.now,
            )
        messages.success(
            self.request, _("Saved in the draft. No clock follows it before it is activated.")
        )

    def since(self, error: Conflict, seen: int | None, presets: Presets) -> list[Line]:
        """What others saved after the revision that was on the page."""
        later = [each for each in error.since if each.data.get("revision", 0) > (seen or 0)]
        return lines_of(later, presets.names)

    def show(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The page of a part."""
        common = {"version": self.version, "policy": self.version.policy, "now": self.now}
        return render(self.request, template, {**common, **context}, status=status)


class EditSection(DraftView):
    """Everything but ladders: one form for each part."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.section = kwargs.pop("section")
        if self.section not in SECTIONS:
            raise Http404
        self.presets = read_presets()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        rules, note = form.written(self.version.rules), self.version.note
        seen = form.cleaned_data["seen"]
        if isinstance(form, NoteForm):
            note = form.cleaned_data["note"]
        try:
            self.save(rules, note, seen)
        except Conflict as error:
            return self._stale(form, error, seen)
        except PolicyError as error:
            put_problems(form, error)
            return self._page(form, status=422)
        except IllegalMove as error:
            messages.error(request, error.message)
        return self.leave()

    def _form(self, data: Any = None) -> SectionForm:
        kind = SECTIONS[self.section]
        given: dict[str, Any] = {"rules": self.version.rules, "revision": self.version.revision}
        if kind is ScopeForm:
            given["presets"] = self.presets.names
        form = kind(data, **given)
        if kind is NoteForm:
            form.initial["note"] = self.version.note
        return form

    def _page(self, form: SectionForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {"form": form, "section": self.section, "title": self._title(), **more}
        # Problems of other parts that came in otherwise are said as well, at the top.
        return self.show(f"escalations/policies/edit_{self._template()}.html", context, status)

    def _template(self) -> str:
        return self.section if self.section in ("targets", "scope", "pauses") else "section"

    def _title(self) -> str:
        if self.section in TITLES:
            return part_name(TITLES[self.section])
        return _("Closing and keeping") if self.section == "closing" else _("What is new")

    def _stale(self, form: SectionForm, error: Conflict, seen: int | None) -> HttpResponse:
        """The form as typed, now carrying the revision that the person reads about."""
        since = self.since(error, seen, self.presets)
        self.version.refresh_from_db()
        form.data = form.data.copy()
        form.data["seen"] = str(self.version.revision)
        return self._page(form, status=409, conflict=error, since=since)


def put_problems(form: SectionForm, error: PolicyError) -> None:
    """Those of this part as they are; those of another with its name."""
    own = error.of(*form.parts)
    for sentence in own:
        form.add_error(None, sentence)
    for sentence in error.problems:
        if sentence not in own:
            name = part_name(getattr(sentence, "part", ""))
            form.add_error(None, f"{name}: {sentence}" if name else str(sentence))
