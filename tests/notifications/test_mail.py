from __future__ import annotations

from email.utils import parseaddr

import pytest
from django.template import engines
from django.utils import translation

from notifications.delivery import deliver_due
from notifications.mail import compose
from notifications.models import Delivery
from notifications.services import alarm
from notifications.texts import text_of

KIND = """{% load i18n %}{{ subject }} · {{ label }}
{% translate "Yes" %} {{ data.due_at|date:"Y-m-d H:i" }} {{ data.by }}

{{ link }}
"""


@pytest.fixture
def kind(tmp_path, settings):
    """A kind whose words Django itself translates."""
    folder = tmp_path / "notices"
    folder.mkdir()

    def write(text, name="returned"):
        (folder / f"{name}.txt").write_text(text)
        return name

    engine = engines["django"].engine
    engine.dirs.insert(0, tmp_path)
    write(KIND)
    for loader in engine.template_loaders:
        loader.reset()
    yield write
    engine.dirs.remove(tmp_path)
    for loader in engine.template_loaders:
        loader.reset()


@pytest.fixture
def delivered(told, mailserver, kind, now):
    """Tells one person and returns the mail that the server took."""

    def deliver(reader, **fields):
        told(reader, **({"kind": "returned", "data": {"due_at": now, "by": "王伟"}} | fields))
        run = deliver_due(now=now)
        assert run.sent == 1, Delivery.objects.get().last_error
        return mailserver.mails[-1]

    return deliver


def body(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()


def read_by(person, **fields):
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def test_a_mail_has_text_and_html_with_a_link(org, delivered):
    mail = delivered(org.tech1)
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "T-1031 · Points not credited"
    assert parseaddr(mail["To"]) == ("科技1 李强", "tech1@example.com")
    for part in (body(mail), body(mail, "html")):
        assert "https://duban.example.org/go/T-1031/" in part
        assert "2026-03-04 17:30" in part
        assert "Yes" in part
        assert "科技1 李强" in part


def test_a_mail_is_in_its_readers_language_and_zone(org, delivered):
    reader = read_by(org.tech1, language="zh-hans", time_zone="Europe/Berlin")
    with translation.override("en"):
        mail = delivered(reader)
    assert mail["Content-Language"] == "zh-hans"
    assert "2026-03-04 10:30" in body(mail)
    assert "是" in body(mail)
    assert "是" in body(mail, "html")
    assert '<html lang="zh-Hans">' in body(mail, "html")


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"time_zone": "Moon/Sea"}, {"time_zone": "../etc"}]
)
def test_a_wrong_preference_does_not_stop_a_mail(org, delivered, wrong):
    assert "17:30" in body(delivered(read_by(org.tech1, **wrong)))


def test_the_headers_thread_by_case_and_stop_autoresponders(org, delivered):
    mail = delivered(org.tech1)
    assert mail["Message-ID"] == Delivery.objects.get().message_id
    assert mail["Message-ID"].endswith("@duban.example.org>")
    assert mail["In-Reply-To"] == mail["References"] == "<C-2026-00412@duban.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Duban-Case"] == "C-2026-00412"


def test_what_people_typed_is_text_and_never_markup(org, delivered):
    mail = delivered(
        org.tech1,
        label="<img src=x onerror=alert(1)> & co",
        data={"by": "<script>alert(1)</script>"},
    )
    html = body(mail, "html")
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert mail["Subject"].strip() == "T-1031 · <img src=x onerror=alert(1)> & co"
    assert "<script>alert(1)</script>" in body(mail)


def test_what_people_typed_cannot_add_headers(org, delivered):
    org.tech1.name = "Li\r\nBcc: all@example.com"
    mail = delivered(
        read_by(org.tech1), label="Points\r\nBcc: all@example.com\n\nGone", data={"by": "x"}
    )
    assert mail["Bcc"] is None
    assert mail["Subject"] == "T-1031 · Points Bcc: all@example.com Gone"
    assert parseaddr(mail["To"])[1] == "tech1@example.com"


def test_a_kind_without_a_text_is_told_in_general_words(org, delivered):
    mail = delivered(org.tech1, kind="a_kind_of_tomorrow")
    assert mail["Subject"] == "T-1031: Points not credited"


def test_long_texts_in_chinese_arrive_whole(org, delivered):
    mail = delivered(org.tech1, label="积" * 190, data={"by": "分。" * 5000})
    assert mail["Subject"].strip() == "T-1031 · " + "积" * 190
    assert "分。" * 5000 in body(mail).replace("\n", "")


@pytest.mark.parametrize(
    ("language", "written"), [("en", "4 Mar 2026, 17:30"), ("zh-hans", "2026年3月4日 17:30")]
)
def test_dates_are_written_the_readers_way(org, delivered, kind, language, written):
    kind('{{ label }}\n{{ data.due_at|date:"SHORT_DATETIME_FORMAT" }}')
    assert written in body(delivered(read_by(org.tech1, language=language)))


def test_dates_that_are_none_stay_text(org, told, kind):
    kind("{{ data.at }}\n{{ data.other }}{{ data.list }}")
    (notice,) = told(
        org.tech1, kind="returned",
        data={"at": "2026-02-31T00:00:00Z", "other": "2026", "list": ["2026-01-01T00:00:00Z"]},
    )  # fmt: skip
    assert text_of(notice).subject == "2026-02-31T00:00:00Z"


def test_a_claimed_mail_is_composed_without_queries(
    org, told, kind, now, django_assert_num_queries
):
    told(org.tech1, kind="returned", data={"due_at": now})
    delivery = Delivery.objects.select_related("notice", "reader").get()
    with django_assert_num_queries(0):
        compose(delivery)


@pytest.mark.parametrize("kind_of_alarm", ["sweep_failed", "mail_failed"])
def test_an_alarms_link_leads_to_the_mail_log(org, now, mailserver, kind_of_alarm):
    alarm(kind=kind_of_alarm, now=now)
    deliver_due(now=now)
    assert "https://duban.example.org/administration/mail/" in body(mailserver.mails[0])
