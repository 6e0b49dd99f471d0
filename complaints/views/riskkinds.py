"""The table of risks: for compliance and administrators to fill in, for auditors to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.models import RiskKind
from complaints.services.riskkinds import name_departments, table_of
from departments.models import Department
from escalations.permissions import CHANGE_POLICIES, VIEW_POLICIES
from journal.errors import Conflict


class TableForm(forms.Form):
    """One department for each kind, or none."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4_000)

    def __init__(self, *args: Any, kinds: list[RiskKind], **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": table_of(kinds)}, **kwargs)
        self.kinds = kinds
        active = Department.objects.filter(is_active=True)
        rows = list(active.select_related("leader"))
        none = ("", gettext_lazy("The lowest leader above everybody concerned"))
        for kind in kinds:
            field: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
                active, label=kind.name, required=False, initial=kind.department_id
            )
            field.choices = [none, *((one.pk, _leader_of(one)) for one in rows)]
            self.fields[f"kind_{kind.pk}"] = field

    def rows(self) -> list[tuple[RiskKind, forms.BoundField]]:
        """Each kind with its field."""
        return [(kind, self[f"kind_{kind.pk}"]) for kind in self.kinds]

    def named(self) -> dict[int, Department | None]:
        """What was chosen, by kind."""
        return {kind.pk: self.cleaned_data[f"kind_{kind.pk}"] for kind in self.kinds}


def _leader_of(department: Department) -> str:
    if department.leader is None:
        return _("%(department)s (nobody leads it)") % {"department": department.name}
    return f"{department.name} · {department.leader}"


@require_http_methods(["GET", "HEAD", "POST"])
def risk_kinds(request: HttpRequest) -> HttpResponse:
    """Read it; who may, changes it."""
    if not request.user.has_perm(VIEW_POLICIES):
        raise Http404
    may_change = request.user.has_perm(CHANGE_POLICIES)
    if request.method == "POST" and not may_change:
        raise Http404
    kinds = list(
        RiskKind.objects.filter(is_active=True)
        .select_related("department__leader")
        .order_by("order", "code")
    )
    form = TableForm(request.POST if request.method == "POST" else None, kinds=kinds)
    status = 200
    if form.is_bound:
        status = _save(request, form)
        if status == 302:
            return redirect("complaints:risk_kinds")
    context = {"form": form, "may_change": may_change, "kinds": kinds, "now": timezone.now()}
    return render(request, "complaints/risks.html", context, status=status)


def _save(request: HttpRequest, form: TableForm) -> int:
    if not form.is_valid():
        return 422
    seen = form.cleaned_data["seen"] or None
    try:
        changed = name_departments(
            actor=request.user, named=form.named(), seen=seen, now=timezone.now()
        )
    except Conflict as error:
        form.add_error(None, error.message)
        form.data = form.data.copy()
        form.data["seen"] = table_of(form.kinds)
        return 409
    said = _("Saved: %(n)d changed.") % {"n": len(changed)} if changed else _("Nothing changed.")
    messages.success(request, said)
    return 302
