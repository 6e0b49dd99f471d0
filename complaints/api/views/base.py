"""What every address of the API has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.fields import case_reference
from complaints.api.models import Scope
from complaints.api.problems import invalid
from complaints.api.resources import Resource, field_names
from complaints.models import Complaint
from complaints.services.reading import note_reading
from departments.models import User


class Endpoint(APIView):
    """One address: nothing of it is kept on the way, unknown parameters are told."""

    tag = ""
    scope = Scope.WRITE
    # What may stand behind the question mark of a GET.
    parameters: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.now = timezone.now()
        unknown = set(request.query_params) - set(self.parameters)
        if unknown:
            told = {name: [_("There is no such parameter.")] for name in sorted(unknown)}
            raise invalid(told, status=400)
        # A sign that no database takes is no word to look for either.
        for name, given in request.query_params.items():
            if "\x00" in given or any("\ud800" <= sign <= "\udfff" for sign in given):
                raise invalid({name: [_("This holds signs that are no text.")]}, status=400)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    @property
    def person(self) -> User:
        """Who asks."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def note(self, reference: str) -> None:
        """The trace of an auditor who reads this case."""
        if self.person.is_auditor and reference:
            case = Complaint.objects.filter(reference=reference).first()
            if case is not None:
                note_reading(complaint=case, reader=self.person, now=self.now)


class Unknown(Endpoint):
    """Any other address under /api/: nothing is there, and that is a problem as well."""

    schema = None
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    def get(self, request: Request, rest: str) -> Response:
        raise exceptions.NotFound

    post = put = patch = delete = get


def rows_of(resource: Resource, user: User) -> QuerySet[Any]:
    """What the person may see, with all that is shown and that permissions ask for."""
    rows = resource.kind.visible_to(user)
    names = field_names(resource.kind.model)
    also = [name for name in resource.related if name.partition("__")[0] in names]
    rows = rows.select_related(*resource.kind.related, *also)
    if "complaint" in names:
        rows = rows.prefetch_related("complaint__involvements")
    return rows.prefetch_related(*resource.prefetch)


def found(resource: Resource, reference: str, user: User) -> Any:
    """The one with this reference. Raises Http404 out of sight."""
    thing = rows_of(resource, user).filter(reference=reference).first()
    if thing is None:
        raise Http404
    return thing


def shown(resource: Resource, thing: Any, user: User) -> dict[str, Any]:
    """In full."""
    return dict(resource.full(thing, context={"user": user}).data)


def answer(
    resource: Resource, thing: Any, user: User, *, status: int = 200, more: Mapping[str, Any] = {}
) -> Response:
    """In full, with its version as ETag."""
    headers = {"ETag": f'"{thing.version}"'}
    return Response({**shown(resource, thing, user), **more}, status=status, headers=headers)


def case_behind(thing: Any) -> str:
    """The reference of the case: its own, or of what it belongs to."""
    return thing.reference if isinstance(thing, Complaint) else case_reference(thing)
