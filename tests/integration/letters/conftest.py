"""The project's sample letter in every format that is read."""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest
from docx.table import _Cell
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table

SAMPLE = Path(__file__).parents[3] / "scheduler/letters/samples/cong-van-mau.md"
FONTS = (
    "DejaVuSerif.ttf",
    "DejaVuSans.ttf",
    "NotoSerif-Regular.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSerif-Regular.ttf",
)


def blocks() -> list[str]:
    """The sample's blocks without mark-up, parted at blank lines."""
    return [block.replace("**", "").strip() for block in SAMPLE.read_text(encoding="utf-8").split("\n\n")]


def head_body_foot() -> tuple[list[str], list[str], list[str]]:
    """The head's five blocks, the body, and the foot from "Nơi nhận" on."""
    everything = blocks()
    foot = next(index for index, block in enumerate(everything) if block.startswith("Nơi nhận"))
    return everything[:5], everything[5:foot], everything[foot:]


@pytest.fixture(scope="session")
def sample_md() -> bytes:
    return SAMPLE.read_bytes()


@pytest.fixture(scope="session")
def sample_docx() -> bytes:
    head, body, foot = head_body_foot()
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    fill(table.cell(0, 0), head[0])
    fill(table.cell(0, 1), head[1])
    fill(table.cell(1, 0), f"{head[2]}\n{head[4]}")
    fill(table.cell(1, 1), head[3])
    for block in body:
        for line in block.split("\n"):
            if line.startswith("- "):
                document.add_paragraph(line.removeprefix("- "), style="List Bullet")
            else:
                document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    fill(table.cell(0, 0), "\n".join(foot[:2]))
    fill(table.cell(0, 1), "\n".join(foot[2:]))
    return saved(document)


def fill(cell: _Cell, text: str) -> None:
    """Puts each line of ``text`` into ``cell`` as a paragraph."""
    first, *others = text.split("\n")
    cell.paragraphs[0].add_run(first)
    for line in others:
        cell.add_paragraph(line)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="session")
def pdf_font() -> str:
    """A font with Vietnamese letters, registered."""
    for name in FONTS:
        for path in Path("/usr/share/fonts").rglob(name):
            pdfmetrics.registerFont(TTFont("Letter", str(path)))
            return "Letter"
    pytest.skip(f"no font with Vietnamese letters under /usr/share/fonts (looked for {', '.join(FONTS)})")


@pytest.fixture(scope="session")
def sample_pdf(pdf_font: str) -> bytes:
    """Two columns in head and foot; the foot is on a page of its own, as it often falls."""
    head, body, foot = head_body_foot()
    body_style = ParagraphStyle("body", fontName=pdf_font, fontSize=12, leading=16, spaceAfter=8)
    cell_style = ParagraphStyle("cell", fontName=pdf_font, fontSize=11, leading=14, alignment=1)

    def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(text).replace("\n", "<br/>"), style)

    story: list[Flowable] = [
        Table(
            [
                [paragraph(head[0], cell_style), paragraph(head[1], cell_style)],
                [paragraph(f"{head[2]}\n{head[4]}", cell_style), paragraph(head[3], cell_style)],
            ]
        )
    ]
    story += [paragraph(line, body_style) for block in body for line in block.split("\n")]
    copies = ParagraphStyle("copies", fontName=pdf_font, fontSize=10, leading=13)
    story += [
        PageBreak(),
        Table([[paragraph("\n".join(foot[:2]), copies), paragraph("\n".join(foot[2:]), cell_style)]]),
    ]
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4).build(story)
    return stream.getvalue()
