"""Attachments: downloaded by those who may read the case, rendered by nobody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.models import Attachment, Complaint
from complaints.services import messages
from departments.models import User
from journal.models import Entry
from tests.complaints.factories import MONDAY, ask, file_case
from tests.personas import Org

CONTENT = b"%PDF-1.7\n" + b"x" * 70_000
NAME = "投诉 “three” orders.pdf"


@pytest.fixture(autouse=True)
def _monday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def case(org: Org) -> Complaint:
    """A case with a file, known to customer service and business."""
    file = SimpleUploadedFile(NAME, CONTENT, "text/html")
    made = file_case(org.cs1, files=[file])
    ask(made, org.cs1, org.biz)
    return made


def address(case: Complaint) -> str:
    return reverse("complaints:attachment", args=[case.attachments.get().token])


def take(response: Any) -> bytes:
    """All of the file; the connection to the disk is closed behind it."""
    return b"".join(response.streaming_content)


def get(client: Client, user: User, case: Complaint) -> Any:
    client.force_login(user)
    return client.get(address(case))


@pytest.mark.parametrize("who", ["cs1", "biz2", "biz_lead", "comp1", "auditor"])
def test_readers_of_the_case_download_it(
    client: Client, org: Org, case: Complaint, who: str
) -> None:
    response = get(client, org.people[who], case)
    assert response.status_code == 200
    assert response.streaming
    assert take(response) == CONTENT


def test_no_browser_may_render_or_keep_it(client: Client, org: Org, case: Complaint) -> None:
    response = get(client, org.cs1, case)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8A%95")
    # By its bytes, whatever the browser called it.
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(take(response)))


@pytest.mark.parametrize("who", ["outsider", "admin", "tech1"])
def test_others_find_nothing(client: Client, org: Org, case: Complaint, who: str) -> None:
    assert get(client, org.people[who], case).status_code == 404


def test_signed_out_goes_to_sign_in(client: Client, case: Complaint) -> None:
    assert client.get(address(case)).status_code == 302


def test_a_token_that_is_none(client: Client, org: Org) -> None:
    client.force_login(org.cs1)
    assert client.get(reverse("complaints:attachment", args=[uuid.uuid4()])).status_code == 404


def test_it_is_read_only(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.cs1)
    assert client.post(address(case)).status_code == 405


def test_a_file_that_is_gone_from_the_disk(client: Client, org: Org, case: Complaint) -> None:
    attachment = case.attachments.get()
    Path(attachment.file.path).unlink()
    assert get(client, org.cs1, case).status_code == 404


def test_an_auditors_download_is_a_reading(client: Client, org: Org, case: Complaint) -> None:
    take(get(client, org.auditor, case))
    assert Entry.objects.filter(stream=case.reference, tag="case:read").count() == 1


def test_the_page_leads_to_it_with_its_size(client: Client, org: Org, case: Complaint) -> None:
    client.force_login(org.biz1)
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert page.count(address(case)) == 2  # in the history and in the list
    assert "68.4\xa0KB" in page


def test_a_file_written_later_belongs_to_its_entry(
    client: Client, org: Org, case: Complaint
) -> None:
    entry = messages.write(
        complaint=case,
        actor=org.biz1,
        kind="note",
        text="See the plan.",
        files=[SimpleUploadedFile("plan.txt", b"A or B")],
        now=MONDAY,
    )
    written = Attachment.objects.get(entry=entry)
    client.force_login(org.cs1)
    response = client.get(reverse("complaints:attachment", args=[written.token]))
    assert take(response) == b"A or B"
    assert response["Content-Disposition"] == 'attachment; filename="plan.txt"'
