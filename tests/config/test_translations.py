"""The check of translations: finds what a reader would meet in English."""

import subprocess

import pytest

from config.translations import CATALOG, problems

PAGE = "{% load i18n %}{% translate 'Complaint' %} {% translate 'Remedy' %}"
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def tree(tmp_path):
    """A project of one template, translated and compiled."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / CATALOG).parent.mkdir(parents=True)
    translate(tmp_path, 'msgid "Complaint"\nmsgstr "投诉"\n\nmsgid "Remedy"\nmsgstr "诉求"\n')
    return tmp_path


def translate(tree, entries, *, compiled=True):
    (tree / CATALOG).write_text(HEADER + entries)
    if compiled:
        catalog = tree / CATALOG
        command = ["msgfmt", "--output-file", catalog.with_suffix(".mo"), catalog]
        subprocess.run(command, check=True)


def test_complete(tree):
    before = (tree / CATALOG).read_bytes()
    assert problems(tree) == []
    assert (tree / CATALOG).read_bytes() == before, "it only looks"


def test_a_new_string(tree):
    (tree / "templates" / "page.html").write_text(PAGE + "{% translate 'Holder' %}")
    assert problems(tree) == ["not translated: Holder"]


def test_a_doubtful_one(tree):
    translate(tree, 'msgid "Complaint"\nmsgstr "投诉"\n\n#, fuzzy\nmsgid "Remedy"\nmsgstr "诉"\n')
    assert problems(tree) == ["doubtful (fuzzy): Remedy"]


def test_one_that_is_not_compiled(tree):
    entries = 'msgid "Complaint"\nmsgstr "客诉"\n\nmsgid "Remedy"\nmsgstr "诉求"\n'
    translate(tree, entries, compiled=False)
    assert problems(tree) == [
        f"{CATALOG.with_suffix('.mo')} is older than its .po: run manage.py compilemessages"
    ]
