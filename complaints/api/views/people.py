"""Who and what may be named in a move: departments, people, categories, customers."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.fields import (
    CategoryRefSerializer,
    DepartmentRefSerializer,
    PersonSerializer,
    choice,
)
from complaints.api.models import Scope
from complaints.api.paging import newest, paged
from complaints.api.problems import invalid
from complaints.api.things import CustomerSerializer
from complaints.api.views.base import Endpoint
from complaints.api.views.things import CURSOR, page_of
from complaints.lookup import customer_by_id, find_customers
from complaints.models import Category
from complaints.views.customers import require_filing
from departments.models import Department, User

_CODE = re.compile(r"[\w-]{1,64}")


class DepartmentSerializer(DepartmentRefSerializer):
    """A department of the tree."""

    kind = choice(Department, "kind")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)
    leader = PersonSerializer(allow_null=True)


class ColleagueSerializer(PersonSerializer):
    """Somebody, and where they work."""

    departments = DepartmentRefSerializer(many=True)


class CategorySerializer(CategoryRefSerializer):
    """A node of the tree of categories."""

    axis = choice(Category, "axis")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)


class Departments(Endpoint):
    """All that are active."""

    tag = "people"
    parameters = ("cursor",)

    @extend_schema(
        operation_id="department_list",
        summary="List departments",
        parameters=[CURSOR],
        responses=page_of(DepartmentSerializer),
    )
    def get(self, request: Request) -> Response:
        active = Department.objects.filter(is_active=True).select_related("leader")
        rows, place = newest(active, request)
        return Response(paged(request, list(DepartmentSerializer(rows, many=True).data), place))


class People(Endpoint):
    """All who are active; of one department with `department`."""

    tag = "people"
    parameters = ("department", "cursor")

    @extend_schema(
        operation_id="person_list",
        summary="List people",
        parameters=[
            OpenApiParameter("department", str, description="Its id or code."),
            CURSOR,
        ],
        responses=page_of(ColleagueSerializer),
    )
    def get(self, request: Request) -> Response:
        active = Department.objects.filter(is_active=True)
        people = User.objects.filter(is_active=True)
        given = request.query_params.get("department", "")
        if given:
            if not _CODE.fullmatch(given):
                raise invalid({"department": [_("Give its id or its code.")]}, status=400)
            short = given.isascii() and given.isdecimal() and len(given) < 10
            named = Q(pk=int(given)) if short else Q(code=given)
            people = people.filter(memberships__department__in=active.filter(named))
        people = people.prefetch_related(Prefetch("departments", active))
        rows, place = newest(people, request)
        return Response(paged(request, list(ColleagueSerializer(rows, many=True).data), place))


class Categories(Endpoint):
    """All that are in use; those of one axis with `axis`."""

    tag = "people"
    parameters = ("axis", "cursor")

    @extend_schema(
        operation_id="category_list",
        summary="List categories",
        parameters=[
            OpenApiParameter("axis", str, enum=Category.Axis.values, description="Only of this."),
            CURSOR,
        ],
        responses=page_of(CategorySerializer),
    )
    def get(self, request: Request) -> Response:
        rows = Category.objects.filter(is_active=True)
        if "axis" in request.query_params:
            axis = request.query_params["axis"]
            if axis not in Category.Axis.values:
                raise invalid({"axis": [_("There is no such axis.")]}, status=400)
            rows = rows.filter(axis=axis)
        found, place = newest(rows, request)
        return Response(paged(request, list(CategorySerializer(found, many=True).data), place))


class CustomerView(Endpoint):
    """One customer, for whoever files complaints: others see them in their cases."""

    tag = "customers"

    @extend_schema(
        operation_id="customer_get", summary="One of the customers", responses=CustomerSerializer
    )
    def get(self, request: Request, pk: int) -> Response:
        require_filing(request)
        customer = customer_by_id(str(pk))
        if customer is None:
            raise Http404
        return Response(CustomerSerializer(customer).data)


class FindSerializer(serializers.Serializer[Any]):
    """Whom to look for."""

    find = serializers.CharField(
        max_length=80, help_text="Name, phone, e-mail, or the whole identity number."
    )


class CustomerSearch(Endpoint):
    """By POST, so that no identity number stands in an address."""

    tag = "customers"
    scope = Scope.READ

    @extend_schema(
        operation_id="customer_find",
        summary="Find customers",
        description="For customer service, as on the page that files; 8 at most.",
        request=FindSerializer,
        responses={
            200: inline_serializer(
                "CustomersFound",
                {
                    "results": CustomerSerializer(many=True),
                    "more": serializers.BooleanField(help_text="Whether there are others."),
                },
            )
        },
    )
    def post(self, request: Request) -> Response:
        require_filing(request)
        find = request.data.get("find")
        if set(request.data) != {"find"} or not isinstance(find, str) or not 0 < len(find) <= 80:
            raise invalid({"find": [_("Give a name, a phone, an e-mail or an identity number.")]})
        if "\x00" in find or any("\ud800" <= sign <= "\udfff" for sign in find):
            raise invalid({"find": [_("This holds signs that are no text.")]})
        found = find_customers(find)
        return Response(
            {"results": CustomerSerializer(found.customers, many=True).data, "more": found.more}
        )
