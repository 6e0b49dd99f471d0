"""The page of an escalation, and what a leader does with it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from complaints.escalationfile import EscalationFile, escalation_for, open_escalation
from complaints.forms.escalations import Decide
from complaints.models import Complaint
from complaints.permissions import allowed_moves
from complaints.services.reading import note_reading
from complaints.views.moves import MoveView


@require_safe
def escalation(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole story on one page; whoever may decide finds the form on it."""
    now = timezone.now()
    found = escalation_for(request.user, reference)
    if found is None:
        raise Http404
    opened = open_escalation(found, request.user, now)
    if opened.case:
        note_reading(complaint=opened.case, reader=request.user, now=now)
    context = {
        "now": now,
        "one": found,
        "opened": opened,
        "row": opened.question,
        "file": opened.file,
        "case": opened.case,
        "form": _form(request, opened),
        "next": request.path,
    }
    return render(request, "complaints/escalation.html", context)


def _form(request: HttpRequest, opened: EscalationFile) -> Decide | None:
    """The form on the page; ids of its own, for the dialog may open with the same one."""
    one = opened.question.escalation
    if "decide" not in allowed_moves(request.user, one):
        return None
    return Decide(thing=one, actor=request.user, now=timezone.now(), auto_id="here_%s")


class EscalationMove(MoveView):
    """Acknowledge and decide; afterwards back to the escalation, unless `next` says otherwise."""

    noun = "escalation"

    def _case(self) -> Complaint:
        """The case, or no more than its name where it is not the leader's to read."""
        seen = Complaint.objects.visible_to(self.request.user)
        found = seen.filter(reference=self.thing.stream).first()
        return found or Complaint(reference=self.thing.stream, title=self.thing.label)

    def _next(self, request: HttpRequest, case: Complaint) -> str:
        wanted = request.POST.get("next") or request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            return wanted
        return reverse("complaints:escalation", args=[self.thing.reference])
