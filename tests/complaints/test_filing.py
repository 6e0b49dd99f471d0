"""What is typed into the filing form: tidied, judged at the field, filed once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.datastructures import MultiValueDict

from complaints.categories import install_categories
from complaints.forms.filing import FilingForm
from complaints.models import Attachment, Category, Complaint, Customer
from complaints.services.filing import file_complaint
from escalations.models import Deadline
from journal.errors import Invalid, NotAllowed
from notifications.models import Notice
from tests.complaints.factories import MONDAY, category, file_case, filing
from tests.complaints.filed import typed, upload

RLO = "\u202e"


@pytest.fixture
def form(org):
    def make(*files, **given):
        sent = MultiValueDict({"files": list(files)})
        return FilingForm(typed(**given), sent, actor=org.cs1, now=MONDAY)

    return make


def filed(form):
    assert form.is_valid(), form.errors
    return form.file()


def problems(form):
    return {name: list(errors) for name, errors in form.errors.items()}


def test_all_in_order(form, org):
    case = filed(form())
    case.refresh_from_db()
    assert (case.title, case.severity) == ("Redemption fails for special ID type", "major")
    assert case.customer.phone == "13800138000"
    assert case.contact_owner == case.holder == org.cs1
    assert case.received_at == MONDAY - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("title", "name"),
        ("description", "what happened"),
        ("remedy_sought", "settle"),
        ("category", "about"),
        ("channel", "required"),
        ("severity", "required"),
        ("received_at", "required"),
    ],
)
def test_what_is_missing_is_said_at_its_field(form, field, word):
    assert word in problems(form(**{field: ""}))[field][0]


def test_blanks_and_signs_nobody_sees_are_nothing(form):
    assert "title" in problems(form(title=f" \t\u200b{RLO}\ufeff "))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Line\r\nbreaks\tand   blanks", "Line breaks and blanks"),
        ("Nul\x00and\x07bell", "Nulandbell"),
        (f"invoice{RLO}gpj.exe", "invoicegpj.exe"),
        ("积分🀄𠮷兑换", "积分🀄𠮷兑换"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("עברית and العربية", "עברית and العربية"),
    ],
)
def test_one_line_is_tidied_and_nothing_else(form, given, kept):
    assert filed(form(title=given)).title == kept


def test_a_story_keeps_its_lines(form):
    case = filed(form(description="First.\r\n\r\nSecond.\x00\x1b[31m\u2066"))
    assert case.description == "First.\n\nSecond.[31m"


def test_a_line_break_counts_once_as_in_the_browser(form):
    assert form(description="a\r\n" * 5000).is_valid()
    assert "description" in problems(form(description="a" * 10_001))


@pytest.mark.parametrize(
    ("field", "most"), [("title", 160), ("product", 80), ("account", 80), ("name", 80)]
)
def test_too_long_is_said_at_the_field(form, field, most):
    assert form(**{field: "长" * most}).is_valid()
    assert str(most) in problems(form(**{field: "长" * (most + 1)}))[field][0]


def test_not_received_in_the_future_nor_in_another_age(form):
    assert "future" in problems(form(received_at="2026-11-09T10:01"))["received_at"][0]
    assert "year" in problems(form(received_at="1026-11-09T10:00"))["received_at"][0]
    assert "received_at" in problems(form(received_at="soon\x00"))


@pytest.mark.parametrize("field", ["category", "cause", "channel", "severity", "ask_department"])
@pytest.mark.parametrize("value", ["9" * 30, "\x00", "nothing", "-1"])
def test_what_was_never_offered_is_refused(form, field, value):
    assert field in problems(form(**{field: value}))


def test_only_leaves_that_are_in_use_are_offered(form):
    install_categories()
    redemption = Category.objects.get(code="B.01.01")
    miles = Category.objects.get(code="B.01.01.01")
    assert "category" in problems(form(category=str(redemption.pk)))
    assert form(category=str(miles.pk)).is_valid()
    Category.objects.filter(pk=redemption.pk).update(is_active=False)
    assert "category" in problems(form(category=str(miles.pk)))


def test_a_category_shows_its_path(form):
    install_categories()
    shown = str(form()["category"])
    assert '<optgroup label="Points mall">' in shown
    assert "Points mall › Redemption › Airline miles" in shown


def test_a_cause_is_no_business_type(form):
    install_categories()
    assert "category" in problems(form(category=str(Category.objects.get(code="C.06").pk)))


@pytest.mark.parametrize("customer", ["", "0", "99999999", "9" * 40, "\x00", "١", "me"])
def test_somebody_has_to_complain(form, customer):
    assert problems(form(customer=customer)) == {
        "find": ["Choose the customer, or enter a new one."]
    } | ({"customer": ["Null characters are not allowed."]} if customer == "\x00" else {})


def test_a_known_customer_is_taken_as_they_are(form, org):
    known = file_case(org.cs1).customer
    case = filed(form(customer=str(known.pk), name="Somebody else"))
    assert case.customer == known
    assert Customer.objects.get().name == "Mr X"


def test_a_new_customer_has_a_name(form):
    assert "name" in problems(form(name=" \u200b "))


@pytest.mark.parametrize("phone", ["call me", "12", "+", "1" * 30, "138-ABC-8000"])
def test_a_phone_number_has_digits(form, phone):
    assert "phone" in problems(form(phone=phone))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("０２１-５５５５ ０１００", "02155550100"),
        ("+44 (20) 7946.0958", "+442079460958"),
        ("021 5555 0100 ext. 12", "02155550100x12"),
    ],
)
def test_a_phone_number_is_kept_without_gaps(form, given, kept):
    assert filed(form(phone=given)).customer.phone == kept


def test_an_identity_number_and_its_document_come_together(form):
    assert "identity_type" in problems(form(identity_number="X1234564821"))
    assert "identity_number" in problems(form(identity_type="Passport"))
    assert "identity_number" in problems(form(identity_type="Passport", identity_number="<b>"))
    assert form(identity_type="Passport", identity_number="x123 4821").is_valid()


def test_a_known_identity_number_is_no_new_customer(form, org):
    file_case(org.cs1)
    given = form(identity_type="Special", identity_number="x1234564821")
    assert "known" in problems(given)["identity_number"][0]


def test_the_number_is_sealed(form):
    customer = filed(form(identity_type="Passport", identity_number="E12345678")).customer
    customer.refresh_from_db()
    assert customer.identity_tail == "5678"
    assert "E12345678" not in customer.identity_sealed


def test_asking_needs_a_department(form, org):
    assert "ask_department" in problems(form(step="ask"))
    assert form(step="ask", ask_department=str(org.biz.pk)).is_valid()
    assert "ask_department" in problems(form(step="ask", ask_department=str(org.cs.pk)))


def test_each_file_that_cannot_be_kept_is_named(form, settings):
    settings.ATTACHMENT_MAX_BYTES = 64
    files = [
        upload(),
        upload("run.exe", b"MZ\x90"),
        upload("empty.txt", b""),
        upload("a.txt", b"a" * 65),
    ]
    said = " ".join(problems(form(*files))["files"])
    assert "run.exe" in said
    assert "empty.txt" in said
    assert "a.txt" in said
    assert "screen.png" not in said


def test_only_so_many_files(form):
    assert "at most 10 files" in problems(form(*[upload()] * 11))["files"][0]


def test_files_come_with_the_first_entry(form):
    case = filed(form(upload(), upload("letter.txt", "您好".encode())))
    assert list(case.attachments.values_list("name", "content_type").order_by("name")) == [
        ("letter.txt", "text/plain"),
        ("screen.png", "image/png"),
    ]
    assert Attachment.objects.first().entry.tag == "complaint:filed"


def test_the_same_form_sent_again_finds_what_it_made(form):
    given = typed()
    first = filed(form(**given))
    assert filed(form(**given)) == first
    assert Complaint.objects.count() == 1


def test_filing_starts_the_clocks_and_tells_the_leader_of_a_major_one(form, org):
    case = filed(form())
    kinds = Deadline.objects.filter(stream=case.reference, state="running").values_list("kind")
    assert {kind for (kind,) in kinds} == {
        "acknowledge",
        "update_customer",
        "resolve",
        "stall",
    }
    assert Notice.objects.get().reader == org.cs_lead


@pytest.mark.parametrize("who", ["biz1", "comp1", "ceo", "admin", "auditor", "outsider"])
def test_only_customer_service_files(org, who):
    with pytest.raises(NotAllowed):
        file_complaint(filing=filing(), actor=org.people[who], now=MONDAY)


def test_the_service_knows_the_future_too(org):
    with pytest.raises(Invalid):
        file_case(org.cs1, received_at=MONDAY + timedelta(seconds=1))


def test_the_tree_is_installed_once(org):
    category()
    added = install_categories()
    Category.objects.filter(code="B.01").update(name_en="Our mall")
    assert added > 100
    assert install_categories() == 0
    assert Category.objects.get(code="B.01.01").parent.name_en == "Our mall"
