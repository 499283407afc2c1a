"""Files that can't be read: one refusal in Vietnamese that says what to do, of the class that fits."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.errors import InvalidInput
from scheduler.letters import errors
from scheduler.letters.reading import docx as docx_reading
from scheduler.letters.reading.doc import doc_to_docx
from scheduler.letters.reading.letter import MAX_CHARACTERS, MAX_FILE_BYTES, read_letter
from scheduler.letters.reading.pdf import pdf_lines
from scheduler.letters.reading.pdf_process import MAX_PAGES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refused(content: bytes, name: str) -> errors.UnreadableLetter:
    with pytest.raises(errors.UnreadableLetter) as refusal:
        read_letter(content, name)
    error = refusal.value
    assert isinstance(error, InvalidInput)
    assert error.exit_code == 2
    assert name in str(error)
    assert re.search(r"Hãy [a-zđ]", str(error)), "the refusal must say what to do"
    assert "{" not in str(error)
    return error


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le") + bytes(64)


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def word(document: bytes = b"<a/>", **more: bytes) -> bytes:
    rels = b'<Relationships><Relationship Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>'
    return zipped({"[Content_Types].xml": b"<Types/>", "_rels/.rels": rels, "word/document.xml": document, **more})


FOREIGN = [
    (b"", "a.docx", errors.EmptyLetter),
    (b" \r\n\t", "a.txt", errors.EmptyLetter),
    (b"\xef\xbb\xbf\n", "a.md", errors.EmptyLetter),
    (b"\xef\xbb\xbf**\n**", "a.md", errors.EmptyLetter),
    (b"chi la chu", "a.docx", errors.DamagedLetter),
    (b"chi la chu", "a.pdf", errors.DamagedLetter),
    (b"chi la chu", "cong-van", errors.UnknownFormat),
    (b"chi la chu", ".docx", errors.UnknownFormat),
    (b"chi la chu", "a.exe", errors.UnknownFormat),
    (b"PK\x03\x04" + b"rubbish" * 40, "a.docx", errors.DamagedLetter),
    (b"%PDF-1.7\nrubbish", "a.pdf", errors.DamagedLetter),
    (b"%PDF-1.7\nrubbish", "a.docx", errors.WrongExtension),
    (b"%PDF-1.7\nrubbish", "a.txt", errors.WrongExtension),
    (b"{\\rtf1 abc}", "a.doc", errors.UnknownFormat),
    (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.pdf", errors.UnknownFormat),
    (b"\xff\xd8\xff\xe0" + bytes(99), "a.docx", errors.UnknownFormat),
    (b"<!DOCTYPE html><p>a</p>", "a.doc", errors.UnknownFormat),
    (bytes(range(32)) * 99, "a.txt", errors.UnknownFormat),
    ("Kính gửi các xã".encode("utf-16-le"), "a.txt", errors.UnknownFormat),
    (stream("EncryptedPackage"), "a.docx", errors.EncryptedLetter),
    (stream("WordDocument"), "a.docx", errors.WrongExtension),
    (stream("Workbook"), "a.doc", errors.UnknownFormat),
    (stream("WordDocument") + stream("_VBA_PROJECT"), "a.doc", errors.MacroLetter),
    (zipped({"xl/workbook.xml": b"", "[Content_Types].xml": b""}), "a.docx", errors.UnknownFormat),
    (zipped({"mimetype": b"", "content.xml": b""}), "a.docx", errors.UnknownFormat),
    (zipped({"a.txt": b"a"}), "a.docx", errors.UnknownFormat),
    (word(), "a.docm", errors.MacroLetter),
    (word(**{"word/vbaProject.bin": b"x"}), "a.docx", errors.MacroLetter),
    (word(), "a.txt", errors.WrongExtension),
    (word(), "a.docx", errors.EmptyLetter),
    (word(b"<a>"), "a.docx", errors.DamagedLetter),
    (word(b"<a>" * 300 + b"</a>" * 300), "a.docx", errors.DamagedLetter),
    (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}), "a.docx", errors.DamagedLetter),
    ("Céng hoµ x· héi chñ nghÜa ViÖt Nam ngµy th¸ng n¨m".encode("latin-1"), "a.txt", errors.LegacyEncoding),
    ("Céng hoµ x· héi chñ nghÜa ViÖt Nam ngµy th¸ng n¨m".encode(), "a.txt", errors.LegacyEncoding),
]


@pytest.mark.parametrize(("content", "name", "error"), FOREIGN)
def test_each_unreadable_file_is_refused_for_its_reason(
    content: bytes, name: str, error: type[errors.UnreadableLetter]
) -> None:
    assert type(refused(content, name)) is error


def test_macro_content_type_is_refused() -> None:
    content = zipped(
        {"[Content_Types].xml": b"<Types a='x.document.macroEnabled.main+xml'/>", "word/document.xml": b"<a/>"}
    )
    assert type(refused(content, "a.docx")) is errors.MacroLetter


def test_fifty_megabytes_are_refused_unread() -> None:
    assert type(refused(b"a" * (50 * 1024 * 1024), "a.txt")) is errors.LetterTooLarge
    assert MAX_FILE_BYTES < 50 * 1024 * 1024


def test_a_text_longer_than_any_letter_is_refused() -> None:
    assert type(refused("xã ".encode() * MAX_CHARACTERS, "a.txt")) is errors.LetterTooLong


def test_a_zip_bomb_is_refused_by_its_unpacked_size() -> None:
    bomb = word(b"<a>" + b" " * (docx_reading.MAX_UNPACKED_BYTES + 1) + b"</a>")
    assert len(bomb) < 200_000
    assert type(refused(bomb, "a.docx")) is errors.LetterTooLong


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    size = docx_reading.MAX_XML_BYTES + 10
    bomb = word(b" " * size)
    lying = bomb.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != bomb
    assert type(refused(lying, "a.docx")) in {errors.LetterTooLong, errors.DamagedLetter}


def test_entities_that_multiply_are_not_expanded() -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<!DOCTYPE a [<!ENTITY e0 "ha">' + entities + b"]><a>&e11;</a>"
    assert type(refused(word(bomb), "a.docx")) in {errors.DamagedLetter, errors.EmptyLetter}


def test_an_entity_that_names_a_file_reads_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("bi mat", encoding="utf-8")
    ns = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = b"<w:p><w:r><w:t>x&f;</w:t></w:r></w:p>"
    xml = b'<!DOCTYPE a [<!ENTITY f SYSTEM "%s">]><w:body %s>%s</w:body>' % (secret.as_uri().encode(), ns, body)
    try:
        letter = read_letter(word(xml), "a.docx")
    except errors.UnreadableLetter:
        return
    assert "bi mat" not in str(letter)


def made_pdf(pages: int, password: str | None = None) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    if password is not None:
        writer.encrypt(password, owner_password="chu", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_locked_pdf_is_refused() -> None:
    assert type(refused(made_pdf(1, "bi mat"), "a.pdf")) is errors.EncryptedLetter


def test_a_pdf_without_text_is_told_to_be_a_scan() -> None:
    assert type(refused(made_pdf(1), "a.pdf")) is errors.ScannedLetter


def test_a_pdf_that_only_its_owner_may_change_is_opened() -> None:
    assert type(refused(made_pdf(1, ""), "a.pdf")) is errors.ScannedLetter


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    assert type(refused(made_pdf(MAX_PAGES + 1), "a.pdf")) is errors.LetterTooLong


def test_a_pdf_that_takes_too_long_is_given_up(sample_pdf: bytes) -> None:
    with pytest.raises(errors.ReadingTooLong, match="Hãy"):
        pdf_lines(sample_pdf, "a.pdf", timeout_s=0.001)


def test_old_word_without_an_office_program_says_to_save_as_docx() -> None:
    with pytest.raises(errors.OldWordFormat, match=r"lưu thành \.docx"):
        doc_to_docx(OLE, "a.doc", office=None)


def test_an_office_program_that_fails_is_a_damaged_file(tmp_path: Path) -> None:
    office = tmp_path / "soffice"
    office.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    office.chmod(office.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(errors.DamagedLetter):
        doc_to_docx(OLE, "a.doc", office=str(office))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10**6), junk=st.binary(min_size=1, max_size=40))
def test_a_docx_damaged_anywhere_is_read_or_refused(sample_docx: bytes, position: int, junk: bytes) -> None:
    at = position % len(sample_docx)
    damaged = sample_docx[:at] + junk + sample_docx[at + len(junk) :]
    try:
        read_letter(damaged, "a.docx")
    except errors.UnreadableLetter as refusal:
        assert str(refusal)  # noqa: PT017 - either outcome is right; only another exception is not


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_pdf_cut_short_is_read_or_refused(sample_pdf: bytes, share: float) -> None:
    try:
        read_letter(sample_pdf[: int(len(sample_pdf) * share)], "a.pdf")
    except errors.UnreadableLetter as refusal:
        assert str(refusal)  # noqa: PT017 - either outcome is right; only another exception is not
