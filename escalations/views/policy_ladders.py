"""A ladder is built: rungs added, moved, removed, edited; what it would say is shown beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from departments.worktime import WorkTimeError
from escalations.errors import PolicyError
from escalations.forms_ladders import LadderForm, rearranged, row_of, typed_rows
from escalations.ladderpreview import preview
from escalations.policy import ANY, SEVERITIES, Ladder, Rules, as_json, parse, parse_ladder
from escalations.policy.names import part_name, place_name
from escalations.policyfile import EVERY, KINDS, house_hours, read_presets, source_of, speaks_for
from escalations.views.policy_drafts import DraftView
from journal.errors import Conflict, IllegalMove


class EditLadder(DraftView):
    """The ladder that is written for a kind and a severity, or a new one for them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kind = _code(kwargs.pop("kind"), KINDS)
        self.severity = _code(kwargs.pop("severity"), SEVERITIES)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(LadderForm([row_of(rung) for rung in self._kept()]))

    def post(self, request: HttpRequest) -> HttpResponse:
        do = request.POST.get("do", "save")
        if do == "drop":
            return self._save(None)
        if do == "preview":
            return self._preview(LadderForm.typed(request.POST))
        if do != "save":
            return self._page(LadderForm(rearranged(typed_rows(request.POST), do)))
        form = LadderForm.typed(request.POST)
        if form.is_valid():
            return self._save(form)
        return self._page(form, status=422)

    def _save(self, form: LadderForm | None) -> HttpResponse:
        """Write it, or with no form let the others speak in its place."""
        rules = self._written(form.ladder if form else None)
        seen = _number(self.request.POST.get("seen", ""))
        try:
            self.save(rules, self.version.note, seen)
        except Conflict as error:
            since = self.since(error, seen, read_presets())
            self.version.refresh_from_db()
            shown = form or LadderForm(typed_rows(self.request.POST))
            return self._page(shown, status=409, conflict=error, since=since)
        except PolicyError as error:
            shown = form or LadderForm(typed_rows(self.request.POST))
            shown.problems = _problems(error)
            return self._page(shown, status=422)
        except IllegalMove as error:
            messages.error(self.request, error.message)
        return self.leave(kind=self._example()[0], severity=self._example()[1])

    def _written(self, ladder: list[dict[str, Any]] | None) -> dict[str, Any]:
        ladders = {kind: dict(rows) for kind, rows in self.version.rules["ladders"].items()}
        rows = ladders.setdefault(self.kind, {})
        if ladder is None:
            rows.pop(self.severity, None)
        else:
            rows[self.severity] = ladder
        kept = {kind: rows for kind, rows in ladders.items() if rows}
        return {**self.version.rules, "ladders": kept}

    # --- The page -----------------------------------------------------------------------------
    def _page(self, form: LadderForm, status: int = 200, **more: Any) -> HttpResponse:
        rules = parse(self.version.rules)
        place = (self.kind, self.severity)
        is_new = self.severity not in rules.ladders.get(self.kind, {})
        context = {
            "form": form,
            "seen": self.version.revision,
            "title": _("Ladder: %(place)s") % {"place": place_name(*place)},
            "is_new": is_new,
            "is_last": place == (ANY, ANY),
            "speaks_for": [] if is_new else speaks_for(rules, place),
            **self._shown(form, rules),
            **more,
        }
        return self.show("escalations/policies/ladder.html", context, status)

    def _preview(self, form: LadderForm) -> HttpResponse:
        context = self._shown(form, parse(self.version.rules))
        return self.show("escalations/policies/ladder_preview.html", context)

    def _shown(self, form: LadderForm, rules: Rules) -> dict[str, Any]:
        """What it would say, or why that cannot be said yet."""
        department, work = house_hours()
        example = place_name(*self._example())
        found: dict[str, Any] = {"hours_of": department, "example": example}
        if work is None:
            return found
        try:
            ladder = self._ladder(form)
            if ladder:
                target = rules.target(*self._example())
                found["preview"] = preview(ladder, target, work=work, now=self.now)
        except PolicyError as error:
            found["preview_problems"] = error.problems
        except WorkTimeError as error:
            found["preview_problems"] = [str(error)]
        return found

    def _ladder(self, form: LadderForm) -> Ladder:
        """As typed so far; empty while a rung is not whole."""
        if form.rungs and not form.rungs[0].is_bound:
            form = form.as_typed()
        if not form.rungs or not form.is_valid():
            return ()
        return parse_ladder(form.ladder, place_name(self.kind, self.severity))

    def _kept(self) -> list[dict[str, Any]]:
        """The rungs that are written here, else those that speak in their place."""
        return as_json(parse(self.version.rules).ladder(self.kind, self.severity))

    def _example(self) -> tuple[str, str]:
        """A kind and a severity for which it speaks: a promise, in the gravest case."""
        rules = parse(self.version.rules)
        severities = SEVERITIES[::-1] if self.severity == ANY else (self.severity,)
        kinds = ("deliver", *KINDS) if self.kind == ANY else (self.kind,)
        pairs = [(kind, severity) for kind in kinds for severity in severities]
        place = (self.kind, self.severity)
        spoken = (pair for pair in pairs if source_of(rules, *pair) == place)
        return next(spoken, pairs[0])


def _code(written: str, known: Any) -> str:
    code = ANY if written == EVERY else written
    if code != ANY and code not in known:
        raise Http404
    return code


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def _problems(error: PolicyError) -> list[str]:
    """Those of ladders as they are; those of another part with its name."""
    parts = [(getattr(each, "part", ""), each) for each in error.problems]
    return [
        each if part in ("ladders", "") else f"{part_name(part)}: {each}" for part, each in parts
    ]
