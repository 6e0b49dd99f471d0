"""Lists and single things of every kind, and their moves: built from what the kinds say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.examples import MOVES
from complaints.api.formschema import request_of
from complaints.api.given import Given
from complaints.api.idempotency import answered_once
from complaints.api.paging import newest, paged
from complaints.api.parsers import JSON
from complaints.api.problems import Problem, invalid
from complaints.api.resources import Resource, address_of, concerning, field_names, resources
from complaints.api.views.base import Endpoint, answer, case_behind, found, rows_of
from complaints.forms import forms_of
from complaints.forms.base import MoveForm
from complaints.kinds import kind_of, kinds
from complaints.models import Complaint
from complaints.permissions import allowed_moves, may
from complaints.services.moving import changes_since
from journal.errors import Conflict, IllegalMove, Invalid, MoveError, NotAllowed

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
_TAGS = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)


class ThingList(Endpoint):
    """Those of one case, or the open ones that concern the reader; the latest first."""

    resource: Resource
    parameters = ("complaint", "cursor")

    def get(self, request: Request) -> Response:
        rows, place = newest(self._rows(request), request)
        context = {"user": self.person, "page": rows}
        data = self.resource.short(rows, many=True, context=context).data
        return Response(paged(request, list(data), place))

    def _rows(self, request: Request) -> Any:
        rows = rows_of(self.resource, self.person)
        if "complaint" in request.query_params:
            return self._of_case(rows, request.query_params["complaint"])
        rows = rows.filter(concerning(self.resource, self.person))
        return rows.exclude(state__in=self.resource.ended)

    def _of_case(self, rows: Any, reference: str) -> Any:
        if not _REFERENCE.fullmatch(reference):
            raise invalid({"complaint": [_("Give the reference of a case.")]}, status=400)
        names = field_names(self.resource.kind.model)
        if not names & {"complaint", "stream"}:
            raise invalid({"complaint": [_("These belong to no case.")]}, status=400)
        seen = Complaint.objects.visible_to(self.person).filter(reference=reference)  # type: ignore[attr-defined]
        if not seen.exists():
            raise Http404
        self.note(reference)
        by = "complaint__reference" if "complaint" in names else "stream"
        return rows.filter(**{by: reference})


class ThingView(Endpoint):
    """One of them, in full."""

    resource: Resource

    def get(self, request: Request, reference: str) -> Response:
        thing = found(self.resource, reference, self.person)
        self.note(case_behind(thing))
        return answer(self.resource, thing, self.person)


class ThingMove(Endpoint):
    """One move: judged by the form of the page, made by its service."""

    resource: Resource
    verb: str
    form: type[MoveForm]
    is_versioned = True

    def post(self, request: Request, reference: str) -> Response:
        return answered_once(request, lambda: self._made(request, reference), now=self.now)

    def _made(self, request: Request, reference: str) -> Response:
        thing = found(self.resource, reference, self.person)
        seen = _version_in(request)
        if not may(self.person, self.verb, thing):
            self._not_theirs(thing, seen)
        if seen is not None and seen != thing.version:
            raise _stale(thing, changes_of(thing, seen), self.person, 412)
        form = self._form(thing, request, seen)
        if not form.is_valid():
            raise invalid(_plain(form))
        return self._answer(thing, self._act(form, thing, seen))

    def _not_theirs(self, thing: Any, seen: int | None) -> None:
        """Theirs when they read it, and not any more: told so. To others it is not there."""
        if seen is None or seen >= thing.version:
            raise Http404
        raise _stale(thing, changes_of(thing, seen), self.person, 412)

    def _form(self, thing: Any, request: Request, seen: int | None) -> MoveForm:
        def made(*sent: Any) -> MoveForm:
            return self.form(*sent, thing=thing, actor=self.person, now=self.now)

        blank = made()
        given = Given(request.data, documented(self.form) | blank.fields)
        given.fill_in(blank)
        if seen is not None:
            given.data["version"] = str(seen)
        return made(given.data, given.files)

    def _act(self, form: MoveForm, thing: Any, seen: int | None) -> Any:
        try:
            return form.act()
        except Invalid as error:
            raise invalid({error.field or "": [error.message]}) from error
        except Conflict as error:
            raise _stale(thing, error.since, self.person, 412 if seen else 409) from error
        except NotAllowed as error:
            raise Http404 from error
        except MoveError as error:
            thing.refresh_from_db()
            kind = "illegal-move" if isinstance(error, IllegalMove) else "conflict"
            raise Problem(
                409, kind, error.message, state=thing.state, version=thing.version,
                allowed_moves=allowed_moves(self.person, thing),
            ) from error  # fmt: skip

    def _answer(self, thing: Any, result: Any) -> Response:
        made = _made_thing(result, thing)
        try:
            fresh = found(self.resource, thing.reference, self.person)
        except Http404:
            # Moved out of their own sight.
            return Response(status=204)
        response = answer(self.resource, fresh, self.person, more={"made": made})
        if made:
            response["Location"] = made["url"]
        return response


def _plain(form: MoveForm) -> Mapping[str, list[str]]:
    return {"" if name == "__all__" else name: [str(one) for one in many]
            for name, many in form.errors.items()}  # fmt: skip


def _made_thing(result: Any, moved: Any) -> dict[str, str] | None:
    """What the move brought into being, where that is a thing of its own."""
    if type(result) not in {kind.model for kind in kinds()} or result.reference == moved.reference:
        return None
    noun = kind_of(result).noun
    return {
        "noun": noun,
        "reference": result.reference,
        "url": address_of(noun, result.reference),
    }


def _version_in(request: Request) -> int | None:
    """The version of If-Match; None where it is missing or says that any will do."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    match = _TAGS.fullmatch(given)
    if match is None:
        raise Problem(400, "bad-version", _("Give in If-Match the ETag that you read."))
    return int(match[1])


def changes_of(thing: Any, version: int) -> list[Any]:
    """What happened to it since; of what has a history that can be asked."""
    return changes_since(thing, version) if hasattr(thing, "complaint_id") or isinstance(
        thing, Complaint
    ) else []  # fmt: skip


def _stale(thing: Any, since: Any, user: Any, status: int) -> Problem:
    thing.refresh_from_db()
    changes = [
        {
            "seq": entry.seq,
            "at": entry.at,
            "tag": entry.tag,
            "actor": str(entry.actor) if entry.actor else None,
            "version": entry.data.get("version"),
        }
        for entry in since
    ]
    return Problem(
        status, "stale", _("This changed since you read it. Read what happened, then send again."),
        changes=changes, version=thing.version, state=thing.state,
        allowed_moves=allowed_moves(user, thing),
    )  # fmt: skip


# --- One class for each address -------------------------------------------------------------------


def documented(form: type[MoveForm]) -> dict[str, Any]:
    """The fields that the form may have, whatever the thing."""
    more = getattr(form, "more_fields", None)
    return {**form.base_fields, **(more() if more else {})}


def addresses() -> Iterator[URLPattern]:
    """Of all kinds, and of each of their moves."""
    for resource in resources():
        plural, noun = resource.plural, resource.noun
        if noun != "complaint":
            yield path(f"{plural}/", _list(resource).as_view(), name=f"{noun}_list")
        yield path(f"{plural}/<slug:reference>/", _one(resource).as_view(), name=noun)
        for verb, form in forms_of(noun).items():
            view = _move(resource, verb, form).as_view()
            yield path(f"{plural}/<slug:reference>/{verb}/", view, name=f"{noun}_{verb}")


def page_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """The shape of a page of these."""
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "results": serializer(many=True),
            "next": serializers.CharField(
                allow_null=True, help_text="Where the next page begins; null on the last."
            ),
        },
    )


CURSOR = OpenApiParameter("cursor", str, description="Where the page begins, as `next` says it.")
_OF_CASE = OpenApiParameter(
    "complaint", {"type": "string", "pattern": "^[A-Za-z0-9-]{1,32}$"},
    description="Only those of this case; else the open ones that concern you.",
)  # fmt: skip


def _list(resource: Resource) -> type[ThingList]:
    given = {"resource": resource, "tag": resource.plural}
    view = type(f"{resource.noun}List", (ThingList,), given)
    documented_as = extend_schema(
        operation_id=f"{resource.noun}_list",
        summary=f"List {resource.plural}",
        parameters=[_OF_CASE, CURSOR],
        responses=page_of(resource.short),
    )
    view.get = documented_as(_copied(ThingList.get))
    return view


def _one(resource: Resource) -> type[ThingView]:
    given = {"resource": resource, "tag": resource.plural}
    view = type(f"{resource.noun}View", (ThingView,), given)
    documented_as = extend_schema(
        operation_id=f"{resource.noun}_get",
        summary=f"One of the {resource.plural}",
        responses=resource.full,
    )
    view.get = documented_as(_copied(ThingView.get))
    return view


def _move(resource: Resource, verb: str, form: type[MoveForm]) -> type[ThingMove]:
    fields = documented(form)
    files = any(getattr(field, "needs_multipart_form", False) or hasattr(field, "allow_empty_file")
                for field in fields.values())  # fmt: skip
    given = {
        "resource": resource, "verb": verb, "form": form, "scope": resource.scope,
        "tag": resource.plural, "parser_classes": [JSON, MultiPartParser] if files else [JSON],
    }  # fmt: skip
    view = type(f"{resource.noun}_{verb}", (ThingMove,), given)
    label = resource.kind.moves[verb].label
    documented_as = extend_schema(
        operation_id=f"{resource.noun}_{verb}",
        summary=str(label),
        description=str(form.intro or "") if not isinstance(form.intro, property) else "",
        request=request_of(fields, MOVES.get(f"{resource.noun}_{verb}")),
        responses={200: _moved(resource), 204: None},
    )
    view.post = documented_as(_copied(ThingMove.post))
    return view


def _moved(resource: Resource) -> type[serializers.Serializer[Any]]:
    """The thing as it is now, and what the move made."""
    name = resource.full.__name__.removesuffix("Serializer")
    if name not in _MOVED:
        made = MadeSerializer(allow_null=True, help_text="What the move brought into being.")
        given = {"made": made, "__doc__": f"{resource.full.__doc__}"}
        _MOVED[name] = type(f"Moved{name}Serializer", (resource.full,), given)
    return _MOVED[name]


class MadeSerializer(serializers.Serializer[Any]):
    """A thing that a move brought into being."""

    noun = serializers.CharField()
    reference = serializers.CharField()
    url = serializers.CharField()


_MOVED: dict[str, type[serializers.Serializer[Any]]] = {}


def _copied(method: Any) -> Any:
    """A function of its own for each class: what is said about one is not said about all."""

    def get(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return method(self, request, *args, **kwargs)

    return get


