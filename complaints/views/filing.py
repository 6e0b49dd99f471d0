"""Filing a complaint: one page, which keeps everything that was typed until it is filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from complaints.forms.fields import PresetField
from complaints.forms.filing import ASK, NEW, FilingForm
from complaints.models import Category, Complaint, Customer, Submission
from complaints.seen_before import seen_before
from complaints.services.filing import contact_department_of
from complaints.services.submissions import once
from complaints.starts import what_each_severity_starts, what_filing_starts
from complaints.views.customers import (
    CHOOSE,
    FIND,
    OTHER,
    WhoComplains,
    new_customer_hints,
    require_filing,
    who_complains,
)
from departments.models import Department, User
from escalations.models import Severity
from escalations.policy import Traits
from journal.errors import Invalid, MoveError

STEPS = (FIND, OTHER, NEW)
TRAITS = ("severity", "channel", "preset", "category", "cause", "group")
REMEMBERED = 20
DRAFTS_LAST = timedelta(days=1)


@method_decorator(never_cache, name="dispatch")
class FilingView(View):
    """For customer service only; to others it says so."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require_filing(request)
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self._form(), WhoComplains())

    def post(self, request: HttpRequest) -> HttpResponse:
        who = who_complains(request.POST)
        if request.POST.get("step") in STEPS or request.POST.get(CHOOSE):
            return self._show(self._half_filled(who), who, files_gone=bool(request.FILES))
        form = self._form(request.POST, request.FILES)
        try:
            made = form.file() if form.is_valid() else self._filed_before(form)
        except MoveError as error:
            field = error.field if isinstance(error, Invalid) else None
            form.add_error(field if field in form.fields else None, error.message)
            made = None
        return self._filed(made) if made else self._refused(form, who)

    def _form(self, *given: Any, **initial: Any) -> FilingForm:
        return FilingForm(*given, actor=self.request.user, now=self.now, initial=initial)

    def _half_filled(self, who: WhoComplains) -> FilingForm:
        """What was typed so far, unjudged: somebody only looked for the customer."""
        typed = self.request.POST.dict()
        hints: dict[str, Any] = new_customer_hints(who) if who.is_new else {}
        if who.chosen and who.chosen.group_id:
            hints["group"] = who.chosen.group_id
        form = self._form(**{**typed, **hints, "find": who.find})
        form.begin_at("name" if who.is_new else "find")
        return form

    def _filed_before(self, form: FilingForm) -> Complaint | None:
        """A double click whose first click has filed, and so changed what is valid."""
        made = once(form.cleaned_data.get("token"), actor=self.request.user)
        return Complaint.objects.get(reference=made) if made else None

    def _filed(self, case: Complaint) -> HttpResponse:
        messages.success(self.request, _("Filed as %(reference)s.") % {"reference": case.reference})
        url = reverse("complaints:case", args=[case.reference])
        if self.request.POST.get("step") == ASK:
            asked = self.request.POST.get("ask_department", "")
            url = reverse("complaints:move_complaint", args=[case.reference, "ask"])
            url += f"?department={int(asked)}" if asked.isascii() and asked.isdigit() else ""
        if self.request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return redirect(url)

    def _refused(self, form: FilingForm, who: WhoComplains) -> HttpResponse:
        # With HTMX the field with the files stays as it is; a whole new page cannot keep them.
        files_gone = bool(self.request.FILES) and not self.request.htmx
        return self._show(form, who, status=422, files_gone=files_gone)

    def _show(
        self, form: FilingForm, who: WhoComplains, *, status: int = 200, files_gone: bool = False
    ) -> HttpResponse:
        context = {
            "form": form,
            "who": who,
            "now": self.now,
            "files_gone": files_gone,
            "speeds": what_each_severity_starts(),
            "filed_tokens": _filed_tokens(self.request.user, now=self.now),
            **aside(
                user=self.request.user,
                now=self.now,
                customer=who.chosen,
                title=str(form["title"].value() or ""),
                traits=_traits(
                    {name: form[name].value() for name in TRAITS if name in form.fields}
                ),
                asked=_department(form["ask_department"].value()),
            ),
        }
        return render(self.request, "complaints/file.html", context, status=status)


@require_POST
@never_cache
def filing_aside(request: HttpRequest) -> HttpResponse:
    """What filing starts, and what was seen before: anew, as the form is filled in."""
    require_filing(request)
    given, now = request.POST, timezone.now()
    context = aside(
        user=request.user,
        now=now,
        customer=who_complains({"customer": given.get("customer", "")}).chosen,
        title=given.get("title", ""),
        traits=_traits(given),
        asked=_department(given.get("ask_department")),
    )
    return render(request, "complaints/filing/aside.html", {"now": now, **context})


def aside(
    *,
    user: User,
    now: datetime,
    customer: Customer | None,
    title: str,
    traits: Traits,
    asked: Department | None,
) -> dict[str, Any]:
    """What stands beside the form."""
    return {
        "starts": what_filing_starts(
            contact=contact_department_of(user), asked=asked, traits=traits, now=now
        ),
        "seen": seen_before(customer=customer, title=title[:160], user=user, now=now),
        "leader_told": traits.severity == Severity.MAJOR,
    }


def _traits(given: Mapping[str, Any]) -> Traits:
    """What the policy will be chosen by, of what is filled in so far."""
    said = {name: str(given.get(name) or "") for name in TRAITS}
    wanted = [_number(said[name]) for name in ("category", "cause", "group")]
    known = Category.objects.filter(pk__in=filter(None, wanted), is_active=True)
    codes = dict(known.values_list("pk", "code")) if any(wanted) else {}
    category, cause, group = (codes.get(pk, "") for pk in wanted)
    severity = said["severity"]
    return Traits(
        severity=severity if severity in Severity.values else Severity.ORDINARY,
        channel=said["channel"],
        preset="" if said["preset"] == PresetField.NONE else said["preset"],
        customer_group=group,
        categories=tuple(filter(None, (category, cause))),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _department(given: Any) -> Department | None:
    pk = _number(str(given or ""))
    return Department.objects.filter(pk=pk, is_active=True).first() if pk else None


def _filed_tokens(user: User, *, now: datetime) -> str:
    """The latest forms that were filed: a draft of one of them is no draft any more."""
    sent = Submission.objects.filter(person=user, at__gt=now - DRAFTS_LAST).order_by("-at")
    return " ".join(str(token) for token in sent.values_list("token", flat=True)[:REMEMBERED])
