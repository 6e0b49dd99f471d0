"""Mail without a mail server: files that mail programs open."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def test_each_message_is_a_file(folder):
    message = EmailMultiAlternatives(
        "提醒: 工单", "答复\nFrom here", "a@example.org", ["b@example.org"]
    )
    message.attach_alternative("<p>答复</p>", "text/html")
    sent = get_connection("config.mailfolder.MailFolder").send_messages([message, message])
    assert sent == len(list(folder.iterdir())) == 2
    read = message_from_bytes(next(folder.glob("*.eml")).read_bytes(), policy=policy.default)
    assert read["Subject"] == "提醒: 工单"
    assert read.get_body(("plain",)).get_content().splitlines() == ["答复", "From here"]
    assert read.get_body(("html",)).get_content().strip() == "<p>答复</p>"


def test_a_folder_that_cannot_be_written_is_told(settings):
    settings.EMAIL_FILE_PATH = "/proc/nowhere"
    with pytest.raises(OSError, match="/proc/nowhere"):
        get_connection("config.mailfolder.MailFolder").send_messages([EmailMultiAlternatives()])
