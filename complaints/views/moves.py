"""One view for every move: the form on GET, the service on POST, in a dialog or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from complaints.forms import forms_of
from complaints.forms.base import MoveForm
from complaints.forms.cases import Note
from complaints.kinds import kind_named
from complaints.models import Complaint
from complaints.permissions import fits, may, moves_of
from complaints.services.moving import changes_since, clock_says
from complaints.things import case_of
from complaints.timeline import Item, items_again
from escalations.models import Escalation
from journal.errors import Conflict, Invalid, MoveError, NotAllowed

WRITE_BOX = "complaints/parts/write.html"


@dataclass(frozen=True, slots=True)
class Act:
    """What the page needs to show a move's form."""

    thing: Any
    case: Complaint
    verb: str
    form: MoveForm
    conflict: Conflict | None = None
    since: Sequence[Item] = ()
    gone: str = ""
    is_over: bool = False


class MoveView(View):
    """A move of a complaint, ticket or commitment. Things out of sight are 404."""

    noun: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        verb = kwargs["verb"]
        self.thing = get_object_or_404(
            kind_named(self.noun).visible_to(request.user), reference=kwargs["reference"]
        )
        self.now = timezone.now()
        if verb not in forms_of(self.noun):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, reference: str, verb: str) -> HttpResponse:
        if self.thing.state not in moves_of(self.thing)[verb].sources:
            return self._show(request, self._act(verb, self._form(verb), gone=self._state()))
        if not may(request.user, verb, self.thing):
            raise Http404
        if not fits(self.thing, verb):
            gone = clock_says(self.thing)
            return self._show(request, self._act(verb, self._form(verb), gone=gone))
        return self._show(request, self._act(verb, self._form(verb)))

    def post(self, request: HttpRequest, reference: str, verb: str) -> HttpResponse:
        form = self._form(verb, request.POST, request.FILES)
        is_valid = form.is_valid()
        if not may(request.user, verb, self.thing):
            return self._show(request, self._taken_away(verb, form), status=409)
        if not is_valid:
            return self._show(request, self._act(verb, form), status=422)
        return self._make(request, verb, form)

    def _make(self, request: HttpRequest, verb: str, form: MoveForm) -> HttpResponse:
        status = 409
        try:
            form.act()
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            act, status = self._act(verb, form), 422
        except Conflict as error:
            act = self._stale(verb, form, error)
        except NotAllowed:
            self.thing.refresh_from_db()
            act = self._taken_away(verb, form)
        except MoveError as error:
            form.add_error(None, error.message)
            act = self._act(verb, form)
        else:
            return self._moved(request, verb)
        return self._show(request, act, status=status)

    def _form(self, verb: str, *given: Any) -> MoveForm:
        # Whoever leads here may have chosen the department already.
        chosen = {"department": self.request.GET.get("department")}
        ids = {"auto_id": Note.box_ids} if self._is_written(self.request) else {}
        return forms_of(self.noun)[verb](
            *given, thing=self.thing, actor=self.request.user, now=self.now, initial=chosen, **ids
        )

    def _act(self, verb: str, form: MoveForm, gone: str = "") -> Act:
        return Act(thing=self.thing, case=self._case(), verb=verb, form=form, gone=gone)

    def _stale(self, verb: str, form: MoveForm, error: Conflict) -> Act:
        """The form as it was typed, now carrying the version that the person has read about."""
        self.thing.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = self.thing.version
        since = items_again(error.since)
        return Act(self.thing, self._case(), verb, form, conflict=error, since=since)

    def _taken_away(self, verb: str, form: MoveForm) -> Act:
        """Theirs when they opened it, and not any more: what happened, and what they had typed.

        To whom it never was, it is not there.
        """
        seen = form.cleaned_data.get("version")
        if seen is None or seen >= self.thing.version or isinstance(self.thing, Escalation):
            raise Http404
        error = Conflict(
            _("Somebody was faster: this is not yours to do any more."),
            since=changes_since(self.thing, seen),
        )
        since = items_again(error.since)
        return Act(self.thing, self._case(), verb, form, conflict=error, since=since, is_over=True)

    def _case(self) -> Complaint:
        return case_of(self.thing)

    def _state(self) -> str:
        return _("This cannot be done now: the state is “%(state)s”.") % {
            "state": self.thing.get_state_display()
        }

    def _show(self, request: HttpRequest, act: Act, status: int = 200) -> HttpResponse:
        context = {
            "act": act,
            "case": act.case,
            "form": act.form,
            "now": self.now,
            "title": moves_of(act.thing)[act.verb].label,
            "layout": "components/act.html" if request.htmx else "components/act_page.html",
            "next": self._next(request, act.case),
        }
        template = WRITE_BOX if self._is_written(request) else act.form.template
        return render(request, template, context, status=status)

    def _next(self, request: HttpRequest, case: Complaint) -> str:
        wanted = request.POST.get("next") or request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            return wanted
        return reverse("complaints:case", args=[case.reference])

    def _moved(self, request: HttpRequest, verb: str) -> HttpResponse:
        """On the open case in place: the page fetches what changed. Elsewhere: back to it."""
        case = self._case()
        if self._is_written(request):
            empty = {"case": case, "form": self._form(verb), "now": self.now}
            return _announced(render(request, WRITE_BOX, empty))
        label = moves_of(self.thing)[verb].label
        messages.success(
            request,
            _("%(move)s: saved for %(reference)s.")
            % {"move": label, "reference": self.thing.reference},
        )
        if _is_open_page(request, case):
            said = render(request, "components/messages.html", {"oob": True})
            said["HX-Reswap"] = "none"
            return _announced(said)
        url = self._next(request, case)
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return redirect(url)

    def _is_written(self, request: HttpRequest) -> bool:
        """Whether it comes from the box to write in, which is drawn anew in its own place."""
        return request.htmx.target == "write"


def _announced(response: HttpResponse) -> HttpResponse:
    """Tell the page that something moved: it closes the dialog and fetches what changed."""
    response["HX-Trigger"] = "moved"
    return response


def _is_open_page(request: HttpRequest, case: Complaint) -> bool:
    """Whether the move was made from the case's page, as it is and not an older part of it."""
    shown = urlsplit(request.htmx.current_url_abs_path or "")
    return shown.path == reverse("complaints:case", args=[case.reference]) and not shown.query

