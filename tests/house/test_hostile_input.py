"""Whatever is typed into an address or sent with a form is answered: never with an accident."""

from __future__ import annotations

import re
from copy import deepcopy

import pytest
from django.test import Client
from django.urls import reverse

from departments.models import User
from escalations.policy import parse
from tests.house.scene import Scene, build_scene
from tests.house.test_permission_matrix import MOVES_OF
from tests.personas import Org

# No text for PostgreSQL, no number for it, digits that are none, half a sign, a date without time.
STRANGE = ("\x00", "9" * 20, "-1", "٣²", "2026-99-99", "' OR 1=1", "😀" * 200)
IN_ADDRESSES = ("%00", "%ED%A0%80", "%F0%9F%98%80", "9" * 20, "-1", "%D9%A3", "2026-99-99,1")
LONG = ("人" * 20_000, "9999-12-31T23:59", "0001-01-01T00:00")

NARROWED = {
    "/": "waiting awaited",
    "/complaints/": "q older newer state severity department holder mine late",
    "/escalations/": "department days severity",
    "/escalations/waiting/": "after department days severity",
    "/notices/": "before",
    "{case}": "before",
    "{case}history/": "before",
    "{case}live/": "seq at",
    "{case}ask/": "department next",
}
NAMED = (
    "/complaints/{}/",
    "/complaints/{}/live/",
    "/complaints/{}/note/",
    "/tickets/{}/accept/",
    "/commitments/{}/nudge/",
    "/escalations/{}/",
    "/escalations/{}/decide/",
    "/escalations/export/{}.csv",
    "/deadlines/{}/",
    "/departments/{}/",
    "/go/{}/",
    "/notices/{}/",
    "/attachments/{}/",
    "/extensions/{}/approve/",
    "/policies/{}/",
    "/policies/{}/name/",
    "/policies/1/versions/{}/edit/targets/",
    "/policies/versions/{}/replay/",
    "/policies/presets/{}/verify/",
)
FIELDS = (
    "how what owner reason severity outcome redress reply said department title ask needed_by"
    " token promised_at version text kind mentions unblocker by_when new_date note missing"
    " from_whom next find customer choose step name phone email identity_type identity_number"
    " channel description remedy_sought statutory_major category cause product account"
    " received_at ask_department preset group language due_at letter until why waits_for risk"
    " people evidence follow_up override"
)


def short(given: str) -> str:
    """The beginning says which it is."""
    return ascii(given[:3])


@pytest.fixture
def scene(org: Org, settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return build_scene(org)


def signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def broken(client: Client, addresses: list[str], **sent: str) -> list[str]:
    ask = client.post if sent else client.get
    return [address for address in addresses if ask(address, sent or None).status_code >= 500]


def test_strange_parameters(org: Org, scene: Scene) -> None:
    case = f"/complaints/{scene.own.reference}/"
    addresses = [
        f"{page.format(case=case)}?" + "&".join(f"{name}={given}" for name in names.split())
        for page, names in NARROWED.items()
        for given in IN_ADDRESSES
    ]
    assert broken(signed_in(org.cs_lead), addresses) == []


def test_strange_references(org: Org, scene: Scene) -> None:
    client = signed_in(org.cs_lead)
    addresses = [form.format(given) for form in NAMED for given in IN_ADDRESSES]
    assert broken(client, addresses) == []
    assert broken(client, addresses, version="") == []


@pytest.mark.parametrize("given", [*STRANGE, *LONG], ids=short)
def test_strange_forms(org: Org, scene: Scene, given: str) -> None:
    filled = dict.fromkeys(FIELDS.split(), given) | {"version": ""}
    things = {
        "complaint": scene.own,
        "ticket": scene.things["ticket"],
        "commitment": scene.things["promise"],
        "escalation": scene.things["question"],
        "extension": scene.things["later"],
    }
    moves = [
        reverse(f"complaints:move_{noun}", args=[things[noun].reference, verb])
        for noun, verbs in MOVES_OF.items()
        for verb in verbs
    ]
    # Whoever leads everything may make every move, and files nothing.
    assert broken(signed_in(org.ceo), [*moves, "/me/"], **filled) == []
    filing = ["/complaints/new/", "/complaints/new/aside/", "/complaints/customers/"]
    assert broken(signed_in(org.cs_lead), filing, **filled) == []


@pytest.mark.parametrize("given", [*STRANGE, *LONG], ids=short)
def test_strange_policies(org: Org, scene: Scene, given: str) -> None:
    draft, client = scene.things["draft"], signed_in(org.comp1)
    rules = deepcopy(draft.rules)
    version = f"/policies/{draft.policy_id}/versions/{draft.number}/"
    parts = ("scope", "targets", "limits", "extension", "pauses", "closing", "note")
    pages = [f"{version}edit/{part}/" for part in parts]
    pages += [f"{version}ladders/{given}/major/", f"{version}ladders/deliver/major/"]
    pages += ["/policies/new/", f"/policies/presets/{scene.things['preset'].code}/use/"]
    for page in pages:
        names = set(re.findall(r'name="([^"]+)"', client.get(page).content.decode()))
        filled = dict.fromkeys(names - {"csrfmiddlewaretoken"}, given)
        assert broken(client, [page], **filled) == []
    draft.refresh_from_db()
    parse(draft.rules)
    assert draft.rules["ladders"] == rules["ladders"]
