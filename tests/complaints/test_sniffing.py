"""What a file is, by its first bytes; and that its name must agree."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.services.attachments import check_file, safe_name
from complaints.sniffing import content_type_of
from journal.errors import Invalid
from tests.complaints.filed import PNG

RLO = "\u202e"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(40)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(30)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


def zipped(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return packed.getvalue()


WORD = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")


def sniffed(name, content):
    return content_type_of(SimpleUploadedFile(name, content), name)


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("screen.png", PNG, "image/png"),
        ("SCREEN.PNG", PNG, "image/png"),
        ("photo.jpg", JPEG, "image/jpeg"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("moving.gif", GIF, "image/gif"),
        ("photo.webp", WEBP, "image/webp"),
        ("photo.heic", HEIC, "image/heic"),
        ("letter.pdf", PDF, "application/pdf"),
        ("old.doc", OLE, "application/msword"),
        ("old.xls", OLE, "application/vnd.ms-excel"),
        ("all.zip", zipped("a.txt"), "application/zip"),
        ("notes.txt", "您好，世界\n".encode(), "text/plain"),
        ("notes.txt", "您好，世界\n".encode("gb18030"), "text/plain"),
        ("rows.csv", b"a,b\n1,2\n", "text/csv"),
        ("mail.eml", b"From: a@example.com\n\nHello", "message/rfc822"),
    ],
)
def test_kept_as_what_it_is(name, content, kept_as):
    assert sniffed(name, content) == kept_as


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "pptx"])
def test_office_files_are_archives(suffix):
    assert "openxmlformats" in sniffed(f"file.{suffix}", WORD)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.exe", b"MZ\x90\x00" + bytes(60)),
        ("screen.png", b"MZ\x90\x00" + bytes(60)),
        ("screen.png", b"<html><script>alert(1)</script>"),
        ("screen.png", JPEG),
        ("photo.jpg", PNG),
        ("letter.pdf", b"<html></html>"),
        ("letter.pdf", zipped("a.txt")),
        ("all.zip", b"PK? not at all"),
        ("old.doc", PDF),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("code.js", b"alert(1)"),
        ("script.sh", b"#!/bin/sh\nrm -rf /\n"),
        ("notes.txt", b"text\x00binary"),
        ("notes.txt", b"\xff\xfe\xff\xff\x80\x81\xff\xff" * 4),
        ("noname", b"text"),
        (".png", PNG),
        ("screen.png.exe", PNG),
        ("screen.png ", PNG),
    ],
)
def test_not_kept(name, content):
    assert sniffed(name, content) is None


def test_a_sign_cut_in_two_is_no_fault_of_the_text():
    assert sniffed("long.txt", ("好" * 5000).encode()) == "text/plain"
    assert sniffed("long.txt", ("a" + "好" * 5000).encode()) == "text/plain"
    assert sniffed("long.txt", ("ab" + "好" * 5000).encode()) == "text/plain"


def test_sniffing_leaves_the_file_at_its_beginning():
    file = SimpleUploadedFile("screen.png", PNG)
    content_type_of(file, "screen.png")
    assert file.read() == PNG


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\信.txt", "信.txt"),
        ("a\x00b\r\n.txt", "ab.txt"),
        (f"invoice{RLO}fdp.txt", "invoicefdp.txt"),
        (" .hidden. ", "hidden"),
        ("", "file"),
        ("...", "file"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_without_folders_and_tricks(given, kept):
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "is empty"),
        ("big.txt", b"a" * 101, "larger than"),
        ("run.exe", b"MZ", "cannot be kept"),
    ],
)
def test_what_is_wrong_is_said_with_the_name(settings, name, content, said):
    settings.ATTACHMENT_MAX_BYTES = 100
    with pytest.raises(Invalid, match=said) as error:
        check_file(SimpleUploadedFile(name, content))
    assert name in error.value.message
    assert error.value.field == "files"
