"""The list of complaints, filing one, and what happened in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.examples import FILED
from complaints.api.formschema import request_of, shape_of
from complaints.api.given import Given
from complaints.api.idempotency import answered_once
from complaints.api.paging import bad_cursor, cursor_in, paged
from complaints.api.parsers import JSON
from complaints.api.problems import invalid
from complaints.api.resources import address_of, resource_of
from complaints.api.timeline import ItemSerializer, entries_of
from complaints.api.views.base import Endpoint, answer, found
from complaints.api.views.things import CURSOR, page_of
from complaints.filters import OPEN, STATES, ComplaintFilter
from complaints.forms.filing import FilingForm
from complaints.models import Complaint
from complaints.paging import Cursor
from complaints.paging import page_of as page_of_cases
from complaints.timeline import page_of as page_of_entries
from complaints.views.customers import require_filing
from journal.errors import Invalid, NotAllowed

# The page's own steps; a reference leads to its page there, here it is a word like others.
_UNWANTED = {"find", "token", "ask_department"}
_LONG = ("description", "remedy_sought", "reply", "redress", "follow_up", "evidence", "search")


def _filters() -> list[OpenApiParameter]:
    return [_filter(name, one.field) for name, one in ComplaintFilter.base_filters.items()]


def _filter(name: str, field: forms.Field) -> OpenApiParameter:
    """A parameter has one type and no null; flags are words."""
    shape = shape_of(field)
    says = str(shape.pop("title", ""))
    if isinstance(field, forms.NullBooleanField | forms.BooleanField):
        return OpenApiParameter(name, str, description=says, enum=["true", "false"])
    if "integer" in shape["type"]:
        return OpenApiParameter(name, int, description=says)
    codes = [code for code in shape.get("enum", ()) if code]
    return OpenApiParameter(name, str, description=says, enum=codes or None)


def filing_fields() -> dict[str, forms.Field]:
    """What a filing may say."""
    return {name: one for name, one in FilingForm.base_fields.items() if name not in _UNWANTED}


class Complaints(Endpoint):
    """The list, narrowed as its page is; and filing."""

    tag = "complaints"
    parser_classes = (JSON, MultiPartParser)
    parameters = (*ComplaintFilter.base_filters, "cursor")

    @extend_schema(
        operation_id="complaint_list",
        summary="List complaints",
        description="The filters of the page; without a state the open ones. Newest first.",
        parameters=[*_filters(), CURSOR],
        responses=page_of(resource_of("complaint").short),
    )
    def get(self, request: Request) -> Response:
        chosen = ComplaintFilter(request.query_params, user=self.person, now=self.now)
        if not chosen.form.is_valid():
            raise invalid(_errors(chosen.form), status=400)
        # The page takes its usual state for one that it does not know.
        if request.query_params.get("state", OPEN) not in dict(STATES):
            raise invalid({"state": [_("There is no such state.")]}, status=400)
        resource = resource_of("complaint")
        rows = chosen.qs.select_related("holder", *resource.kind.related).defer(*_LONG)
        page = page_of_cases(rows, any_of=chosen.any_of, older=_cursor(request))
        prefetch_related_objects(page.rows, "involvements")
        context = {"user": self.person, "page": page.rows}
        data = resource.short(page.rows, many=True, context=context).data
        return Response(paged(request, list(data), page.older))

    @extend_schema(
        operation_id="complaint_file",
        summary="File a complaint",
        description="For customer service. `customer` is the id of a known one, or `new`.",
        request=request_of(filing_fields(), FILED),
        responses={201: resource_of("complaint").full},
    )
    def post(self, request: Request) -> Response:
        require_filing(request)
        return answered_once(request, lambda: self._filed(request), now=self.now)

    def _filed(self, request: Request) -> Response:
        def made(*sent: Any) -> FilingForm:
            return FilingForm(*sent, actor=self.person, now=self.now)

        blank = made()
        sent = dict(request.data.lists()) if hasattr(request.data, "lists") else dict(request.data)
        if isinstance(sent.get("customer"), int):
            request.data["customer"] = str(sent["customer"])
        given = Given(request.data, filing_fields())
        given.fill_in(blank)
        for name in _UNWANTED:
            given.data.pop(name, None)
        form = made(given.data, given.files)
        if not form.is_valid():
            raise invalid(_errors(form))
        try:
            case = form.file()
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except Invalid as error:
            raise invalid({error.field or "": [error.message]}) from error
        response = answer(
            resource_of("complaint"), found(resource_of("complaint"), case.reference, self.person),
            self.person, status=201,
        )  # fmt: skip
        response["Location"] = address_of("complaint", case.reference)
        return response


def _errors(form: forms.Form) -> dict[str, list[str]]:
    """By the names that the API has for the fields."""
    named = {"__all__": "", "find": "customer"}
    return {named.get(name, name): [str(one) for one in many]
            for name, many in form.errors.items()}  # fmt: skip


def _cursor(request: Request) -> Cursor | None:
    given = cursor_in(request)
    place = Cursor.parse(given)
    if given and place is None:
        raise bad_cursor()
    return place


class Timeline(Endpoint):
    """What happened in a case, newest first."""

    tag = "complaints"
    parameters = ("cursor",)

    @extend_schema(
        operation_id="complaint_timeline",
        summary="What happened",
        parameters=[CURSOR],
        responses=page_of(ItemSerializer),
    )
    def get(self, request: Request, reference: str) -> Response:
        seen = Complaint.objects.visible_to(self.person)  # type: ignore[attr-defined]
        if not seen.filter(reference=reference).exists():
            raise Http404
        self.note(reference)
        before = cursor_in(request)
        if before and not (before.isascii() and before.isdigit() and len(before) < 10):
            raise bad_cursor()
        page = page_of_entries(reference, before=int(before) if before else None)
        return Response(paged(request, entries_of(page.items), page.older))


