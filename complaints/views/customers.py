"""The part of the filing page that says who complains: found, chosen, or new."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.fields import legible
from complaints.forms.filing import NEW, FilingForm
from complaints.lookup import Matches, customer_by_id, find_customers
from complaints.models import Customer

FIND, CHOOSE, OTHER = "find", "choose", "other"


@dataclass(frozen=True, slots=True)
class WhoComplains:
    """How far the choice has come: somebody chosen, somebody new, or who was found."""

    chosen: Customer | None = None
    is_new: bool = False
    matches: Matches = field(default_factory=lambda: Matches([]))
    find: str = ""

    @property
    def value(self) -> str:
        """What the form carries."""
        return str(self.chosen.pk) if self.chosen else NEW if self.is_new else ""


def who_complains(given: Any) -> WhoComplains:
    """From what was sent: the button that was pressed, else what the form carries."""
    find = " ".join(legible(given.get("find", ""))[:80].split())
    step = given.get("step", "")
    named = given.get(CHOOSE) or given.get("customer", "")
    looking = step in (FIND, OTHER)
    if step == NEW or (named == NEW and not looking):
        return WhoComplains(is_new=True, find=find)
    chosen = None if looking else customer_by_id(named)
    if chosen:
        return WhoComplains(chosen=chosen)
    return WhoComplains(matches=find_customers(find), find=find)


def new_customer_hints(who: WhoComplains) -> dict[str, str]:
    """What was looked for and not found is probably the new customer's name, phone or e-mail."""
    text = who.find
    if "@" in text:
        return {"email": text}
    if not any(sign.isdigit() for sign in text):
        return {"name": text}
    plain = text.replace(" ", "").replace("-", "").removeprefix("+")
    return {"phone": text} if plain.isdigit() and len(plain) <= 13 else {}


def require_filing(request: HttpRequest) -> None:
    """Raises PermissionDenied for everybody but customer service."""
    if not rules.has_perm("complaints.file_complaint", request.user):
        raise PermissionDenied(_("Complaints are filed by customer service."))


@require_POST
def customers(request: HttpRequest) -> HttpResponse:
    """The part anew, for HTMX. By POST, so that no identity number stands in an address."""
    require_filing(request)
    who = who_complains(request.POST)
    form = FilingForm(
        actor=request.user,
        now=timezone.now(),
        initial={
            "find": who.find,
            "group": who.chosen.group_id if who.chosen else None,
            **(new_customer_hints(who) if who.is_new else {}),
        },
    )
    if not who.chosen:
        form.begin_at("name" if who.is_new else "find")
    only_matches = request.POST.get("step") == FIND and request.htmx.target == "customer-matches"
    part = "matches" if only_matches else "customer"
    response = render(request, f"complaints/filing/{part}.html", {"who": who, "form": form})
    response["Cache-Control"] = "no-store"
    if not only_matches:
        # What was seen before depends on who complains.
        response["HX-Trigger-After-Swap"] = "customer-chosen"
    return response
