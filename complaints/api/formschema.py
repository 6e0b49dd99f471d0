"""A form's fields as a JSON Schema: what the page asks for is what the API asks for."""

from __future__ import annotations

from typing import Any

from django import forms

from complaints.api.given import HIDDEN, name_of

Shape = dict[str, Any]
_JSON, _MULTIPART = "application/json", "multipart/form-data"
# The first that fits says the type.
_TYPES: tuple[tuple[type[forms.Field], Shape], ...] = (
    (forms.BooleanField, {"type": "boolean"}),
    (forms.DateTimeField, {"type": "string", "format": "date-time"}),
    (forms.DateField, {"type": "string", "format": "date"}),
    (forms.UUIDField, {"type": "string", "format": "uuid"}),
    (forms.EmailField, {"type": "string", "format": "email"}),
    (forms.DecimalField, {"type": "number"}),
    (forms.FloatField, {"type": "number"}),
    (forms.IntegerField, {"type": "integer"}),
)


def request_of(fields: dict[str, forms.Field], example: Shape | None = None) -> dict[str, Shape]:
    """The body of a request, by its content type; multipart where files may come along."""
    shapes = {name: field for name, field in fields.items() if name not in HIDDEN}
    files = [name for name, field in shapes.items() if isinstance(field, forms.FileField)]
    plain = {name: field for name, field in shapes.items() if name not in files}
    bodies = {_JSON: _object(plain)}
    if example:
        bodies[_JSON]["examples"] = [example]
    if files:
        bodies[_MULTIPART] = _object(shapes)
    return bodies


def _object(fields: dict[str, forms.Field]) -> Shape:
    shape: Shape = {
        "type": "object",
        "properties": {name: shape_of(field) for name, field in fields.items()},
        "additionalProperties": False,
    }
    if required := [name for name, field in fields.items() if field.required]:
        shape["required"] = required
    return shape


def shape_of(field: forms.Field) -> Shape:
    """One field."""
    shape = _kind_of(field)
    if field.label:
        shape["title"] = str(field.label)
    told = [str(field.help_text), shape.pop("description", "")]
    if said := " ".join(filter(None, told)):
        shape["description"] = said
    if not field.required and not isinstance(field, forms.FileField):
        shape = _or_null(shape)
    return shape


def _or_null(shape: Shape) -> Shape:
    if isinstance(shape.get("type"), str):
        shape["type"] = [shape["type"], "null"]
        if "enum" in shape:
            shape["enum"] = [*shape["enum"], None]
    elif isinstance(shape.get("type"), list):
        shape["type"] = [*shape["type"], "null"]
    return shape


def _kind_of(field: forms.Field) -> Shape:
    if isinstance(field, forms.FileField):
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        return {"type": "array", "items": file}
    if isinstance(field, forms.ModelChoiceField | forms.ChoiceField):
        one = _chosen(field) if isinstance(field, forms.ModelChoiceField) else _choice(field)
        many = forms.ModelMultipleChoiceField | forms.MultipleChoiceField
        return {"type": "array", "items": one} if isinstance(field, many) else one
    known = (shape for kind, shape in _TYPES if isinstance(field, kind))
    shape = next(known, None)
    return dict(shape) if shape else _text(field)


def _chosen(field: forms.ModelChoiceField[Any]) -> Shape:
    model = field.queryset.model if field.queryset is not None else None
    named = name_of(model) if model else ""
    says = f"Its id or its {named}." if named else "Its id."
    return {"type": ["integer", "string"], "description": says}


def _choice(field: forms.ChoiceField) -> Shape:
    codes = list(_codes(field.choices))
    if not codes:
        # Offered when the form is made: the answer to a wrong one says what fits.
        return {"type": "string", "description": "What is on offer depends on the thing."}
    return {"type": "string", "enum": codes}


def _codes(choices: Any) -> list[str]:
    found: list[str] = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            found += _codes(label)
        else:
            found.append(str(value))
    return found


def _text(field: forms.Field) -> Shape:
    shape: Shape = {"type": "string"}
    if longest := getattr(field, "max_length", None):
        shape["maxLength"] = longest
    if field.required:
        shape["minLength"] = 1
    return shape
