"""Letters: drafted, mailed with the PDF over SMTP, posted, and unchangeable once they are out."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from complaints import papers
from complaints.models import Complaint, Contact, Letter
from complaints.papers import PaperError, pdf_of
from complaints.services import letters
from complaints.services.posting import post_due
from journal.errors import Conflict, IllegalMove, Invalid, NotAllowed
from tests.complaints.factories import MONDAY, file_case
from tests.complaints.moves import drafted, filed, sign_in, tags_of
from tests.notifications.mailserver import receiving

LATER = MONDAY + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def smtp(settings):
    yield from receiving(settings)


def sending(org, **given):
    """A letter that waits to be mailed."""
    given = {"letter": drafted(org), "actor": org.cs1, "email": "x@example.com", "now": MONDAY}
    return letters.send(**given)


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


# --- The sheet ------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", Letter.Kind.values)
def test_the_pdf_says_in_chinese_what_the_letter_says(org, kind):
    case = filed(org)
    letter = letters.write(
        complaint=case, actor=org.cs1, kind=kind, language="zh-hans", now=MONDAY
    )
    said = words_of(pdf_of(letter))
    for words in ("尊敬的", case.reference, letter.reference, org.cs.name_zh, "2026年11月9日"):
        assert words in said


def test_the_pdf_in_english_shows_markup_as_it_was_typed(org):
    letter = letters.revise(
        letter=drafted(org), actor=org.cs1, subject="<b>Yes</b>", text="<img src=x> & so", now=LATER
    )
    said = words_of(pdf_of(letter))
    assert "<b>Yes</b>" in said
    assert "<img src=x> & so" in said


def test_without_its_libraries_a_sentence_stands_there_instead(client, org, monkeypatch):
    letter = drafted(org)
    monkeypatch.setattr(papers, "LIBRARIES", {"libpango-1.0-0": "no-such-library.so"})
    with pytest.raises(PaperError, match=r"libpango-1\.0-0"):
        pdf_of(letter)
    sign_in(client, org, "cs1")
    response = client.get(f"/letters/{letter.reference}/pdf/")
    assert response.status_code == 503
    assert "has to install libpango-1.0-0" in response.content.decode()
    assert client.get(f"/letters/{letter.reference}/sheet/").status_code == 200


# --- By mail --------------------------------------------------------------------------------------
def test_it_is_mailed_with_the_pdf(org, smtp):
    letter = sending(org)
    assert post_due(now=LATER) == 1
    [mail] = smtp.to("x@example.com")
    [paper] = mail.iter_attachments()
    content = paper.get_content()
    assert (paper.get_filename(), paper.get_content_type()) == (
        f"{letter.reference}.pdf",
        "application/pdf",
    )
    assert letter.complaint.reference in words_of(content)
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    with letter.pdf.open("rb") as kept:
        assert kept.read() == content
    assert post_due(now=LATER) == 0


def test_the_customer_counts_as_told_when_the_server_took_it(org, smtp):
    letter = sending(org)
    assert not letter.complaint.contacts.exists()
    post_due(now=LATER)
    contact = letter.complaint.contacts.get()
    assert (contact.means, contact.direction) == (Contact.Means.MAIL, Contact.Direction.OUT)
    assert tags_of(letter).count("letter:sent") == 1


def test_an_outage_is_waited_out(org, smtp):
    letter = sending(org)
    smtp.stop()
    assert post_due(now=LATER) == 0
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENDING
    assert letter.postings.get().last_error
    smtp.start()
    assert post_due(now=LATER + 10 * MINUTE) == 1
    assert len(smtp.mails) == 1


def test_what_is_refused_for_good_can_be_sent_to_another_address(org, smtp):
    letter = sending(org)
    smtp.refusals["x@example.com"] = "550 no such user"
    post_due(now=LATER)
    letter.refresh_from_db()
    assert letter.state == Letter.State.FAILED
    assert "letter:failed" in tags_of(letter)
    letters.send(letter=letter, actor=org.cs1, email="y@example.com", now=LATER)
    assert post_due(now=LATER + MINUTE) == 1
    assert len(smtp.to("y@example.com")) == 1


def test_a_mailed_acknowledgement_acknowledges(org, smtp):
    case = file_case(org.cs1)
    letter = letters.write(complaint=case, actor=org.cs1, kind="acknowledgement", now=MONDAY)
    letters.send(letter=letter, actor=org.cs1, email="x@example.com", now=MONDAY)
    post_due(now=LATER)
    case.refresh_from_db()
    assert case.state == Complaint.State.ACKNOWLEDGED


# --- Once out, and otherwise ----------------------------------------------------------------------
def test_out_it_is_never_changed(org):
    letter = letters.post(letter=drafted(org), actor=org.cs1, on=MONDAY.date(), now=LATER)
    with pytest.raises(IllegalMove):
        letters.revise(letter=letter, actor=org.cs1, subject="No", text="No", now=LATER)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(text="Otherwise.")
    letter.refresh_from_db()
    assert letter.text != "Otherwise."


def test_twice_goes_out_once(org):
    letter = drafted(org)
    letters.send(letter=letter, actor=org.cs1, email="x@example.com", now=LATER)
    with pytest.raises(Conflict):
        letters.send(letter=letter, actor=org.cs1, email="x@example.com", now=LATER, version=1)
    with pytest.raises(IllegalMove):
        letters.send(letter=letter, actor=org.cs1, email="x@example.com", now=LATER)
    assert letter.postings.count() == 1


def test_whoever_does_not_keep_the_customer_writes_no_letter(org):
    with pytest.raises(NotAllowed):
        letters.write(complaint=filed(org), actor=org.biz1, kind="final", now=MONDAY)
    with pytest.raises(NotAllowed):
        letters.send(letter=drafted(org), actor=org.comp1, email="x@example.com", now=LATER)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_that_cannot_be(org, days):
    on = (MONDAY + timedelta(days=days)).date()
    with pytest.raises(Invalid) as error:
        letters.post(letter=drafted(org), actor=org.cs1, on=on, now=LATER)
    assert error.value.field == "on"


# --- Its pages ------------------------------------------------------------------------------------
@time_machine.travel(LATER, tick=False)
def test_the_case_leads_to_the_letter_and_its_paper(client, org):
    letter = drafted(org)
    sign_in(client, org, "cs1")
    case = client.get(f"/complaints/{letter.complaint.reference}/").content.decode()
    assert f'href="/letters/{letter.reference}/"' in case
    page = client.get(f"/letters/{letter.reference}/").content.decode()
    assert "Send by mail" in page
    assert "Dear Mr X," in page
    paper = client.get(f"/letters/{letter.reference}/pdf/")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


@pytest.mark.parametrize("part", ["", "sheet/", "pdf/", "send/"])
def test_out_of_sight_it_is_not_there(client, org, part):
    letter = drafted(org)
    sign_in(client, org, "outsider")
    assert client.get(f"/letters/{letter.reference}/{part}").status_code == 404
