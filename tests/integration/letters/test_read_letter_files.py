"""The sample letter reads the same from every format; what a format hides is found."""

from __future__ import annotations

import codecs
import io
import stat
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from scheduler.letters.broadcast import broadcasting_obligation
from scheduler.letters.model import Letter, PartialDate, Signer
from scheduler.letters.reading.doc import doc_to_docx
from scheduler.letters.reading.letter import read_letter

FAULTS = {
    "missing-number": "UBND-VHTT",
    "cut-date": "17/6/202",
    "doubled-word": "trong trong",
    "misspelling": "đại phương",
    "near-miss-name": "Muờng Sáng",
}


def check_sample(letter: Letter) -> None:
    assert letter.issuer == "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG SÁNG"
    assert (letter.number, letter.symbol, letter.date) == (None, "UBND-VHTT", PartialDate(6, 5, 2024))
    assert letter.subject == "phát bản tin về Bộ Quy tắc ứng xử trên mạng xã hội qua hệ thống loa truyền thanh"
    assert letter.recipients == (
        "Trung tâm Văn hóa - Truyền thanh huyện",
        "Phòng Văn hóa và Thông tin huyện",
        "UBND các xã, thị trấn",
    )
    assert [(base.symbol, base.date) for base in letter.bases] == [
        ("874/QĐ-BTTTT", date(2021, 6, 17)),
        ("215/KH-UBND", date(2024, 1, 12)),
    ]
    assert [(each.to, len(each.actions), each.deadlines) for each in letter.obligations] == [
        ("Trung tâm Văn hóa - Truyền thanh huyện", 2, (date(2024, 5, 15),)),
        ("UBND các xã, thị trấn", 3, (date(2024, 5, 31),)),
        ("Phòng Văn hóa và Thông tin huyện", 1, (date(2024, 6, 10),)),
    ]
    assert letter.signer == Signer("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Lò Văn Mẫu")
    told = {fault.code: fault.text for fault in letter.faults}
    broken = told.pop("broken-paragraph")
    assert told == FAULTS
    assert broken.endswith("nơi nhiều người chưa quen nghe tiếng phổ")
    assert broadcasting_obligation(letter) == 0


def test_markdown(sample_md: bytes) -> None:
    check_sample(read_letter(sample_md, "cong-van-mau.md"))


def test_plain_text(sample_md: bytes) -> None:
    text = sample_md.decode().replace("**", "")
    check_sample(read_letter(text.encode(), "cong-van.txt"))
    check_sample(read_letter(text.replace("\n", "\r\n").encode(), "cong-van.txt"))
    check_sample(read_letter(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "CONG VAN.TXT"))


def test_word(sample_docx: bytes) -> None:
    letter = read_letter(sample_docx, "cong-van.docx")
    check_sample(letter)
    assert letter.counted_in == "paragraph"


def test_pdf(sample_pdf: bytes) -> None:
    check_sample(read_letter(sample_pdf, "cong-van.pdf"))


def document_bytes(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_word_keeps_inserted_text_and_boxes_and_leaves_out_deleted_text() -> None:
    document = docx.Document()
    document.add_paragraph("Kính gửi: UBND các xã.")
    paragraph = document.add_paragraph("Đề nghị UBND các xã ")
    for xml in (
        f"<w:ins {nsdecls('w')}><w:r><w:t>phát bản tin</w:t></w:r></w:ins>",
        f"<w:del {nsdecls('w')}><w:r><w:delText>ngừng phát</w:delText></w:r></w:del>",
        f'<w:r {nsdecls("w")}><w:t xml:space="preserve"> trước ngày</w:t><w:tab/><w:t>13/5/2024./.</w:t></w:r>',
    ):
        paragraph._p.append(parse_xml(xml))
    boxed = "<w:txbxContent><w:p><w:r><w:t>Số: 7/UBND-VH</w:t></w:r></w:p></w:txbxContent>"
    box = f"<w:r {nsdecls('w')}><w:pict>{boxed}</w:pict></w:r>"
    document.paragraphs[0].insert_paragraph_before("")._p.append(parse_xml(box))
    letter = read_letter(document_bytes(document), "a.docx")
    assert (letter.number, letter.symbol) == ("7", "UBND-VH")
    assert letter.obligations[0].actions == ("phát bản tin trước ngày 13/5/2024",)


def test_words_own_numbering_is_counted() -> None:
    document = docx.Document()
    document.add_paragraph("Kính gửi: UBND các xã.")
    document.add_paragraph("Phòng Văn hóa: theo dõi.", style="List Number")
    document.add_paragraph("UBND các xã: phát lại.", style="List Number")
    letter = read_letter(document_bytes(document), "a.docx")
    assert [each.to for each in letter.obligations] == ["Phòng Văn hóa", "UBND các xã"]


def test_a_main_part_under_another_name_is_found(sample_docx: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample_docx)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"word/document.xml", b"word/document2.xml")
            new.writestr(name.replace("word/document.xml", "word/document2.xml"), data)
    check_sample(read_letter(stream.getvalue(), "a.docx"))


def test_old_word_goes_through_the_installed_office(tmp_path: Path, sample_docx: bytes) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(sample_docx)
    office = tmp_path / "soffice"
    office.write_text(f'#!/bin/sh\ncp "{made}" letter.docx\n', encoding="utf-8")
    office.chmod(office.stat().st_mode | stat.S_IXUSR)
    assert doc_to_docx(b"old", "a.doc", office=str(office)) == sample_docx


@pytest.mark.parametrize("known", [("Huyện Mường Sáng",), ()])
def test_known_names_reach_the_lint(sample_md: bytes, known: tuple[str, ...]) -> None:
    letter = read_letter(sample_md, "a.md", known_names=known)
    assert [fault.text for fault in letter.faults if fault.code == "near-miss-name"] == ["Muờng Sáng"]
