"""The administration of the category tree; of the cases nothing: running it is not reading."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.categories import DEEPEST
from complaints.models import Category


class CategoryForm(forms.ModelForm):
    """A category below one of its own axis, and never below itself."""

    class Meta:
        model = Category
        fields = ("axis", "code", "name_en", "name_zh", "parent", "is_active")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        parent = given.get("parent")
        if parent is None:
            return given
        if parent.axis != given.get("axis"):
            raise ValidationError({"parent": _("Choose one of the same axis.")})
        above = _line_above(parent)
        if self.instance.pk in above:
            raise ValidationError({"parent": _("A category cannot stand below itself.")})
        if len(above) >= DEEPEST:
            raise ValidationError({"parent": _("The tree cannot be deeper than this.")})
        return given


def _line_above(category: Category) -> list[int]:
    line: list[int] = []
    at: Category | None = category
    while at is not None and at.pk not in line:
        line.append(at.pk)
        at = at.parent
    return line


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """The tree, in the order of its codes. What is used cannot be deleted, only put out of use."""

    form = CategoryForm
    list_display = ("indented", "code", "axis", "is_active")
    list_filter = ("axis", "is_active")
    search_fields = ("code", "name_en", "name_zh")
    autocomplete_fields = ("parent",)
    list_per_page = 300
    ordering = ("axis", "code")
    fieldsets: ClassVar = (
        (None, {"fields": ("axis", "code", "name_en", "name_zh", "parent", "is_active")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """With the three that stand above, for the indentation."""
        return super().get_queryset(request).select_related("parent__parent__parent")

    @admin.display(description=_("category"), ordering="code")
    def indented(self, category: Category) -> str:
        """The name, set in by its depth."""
        return "\u2003" * (len(_line_above(category)) - 1) + str(category)
