from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from departments.models import User
from notifications.models import Notice
from notifications.texts import text_of

KINDS = sorted(path.stem for path in Path(settings.BASE_DIR, "templates/notices").glob("*.txt"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_something_in_both_languages(kind, language):
    notice = Notice(
        reader=User(name="李强"),
        kind=kind,
        stream="C-2026-00412",
        subject="T-1031",
        label="积分未到账 <b>",
        data={},
        created_at=timezone.now(),
    )
    with translation.override(language):
        text = text_of(notice)
    assert text.subject
    assert "{{" not in text.subject + text.body
    assert "&lt;" not in text.subject + text.body
