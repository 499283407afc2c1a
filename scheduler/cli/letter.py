"""``loa letter``: reads an official letter and shows what it orders and what is wrong in it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scheduler.errors import LoaError
from scheduler.letters.errors import FileUnavailable
from scheduler.letters.model import Base, Letter, PartialDate
from scheduler.rules.lint.written_dates import as_written


@click.command(
    "letter",
    short_help="Đọc một công văn: việc được giao, thời hạn, lỗi trong văn bản.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("file", metavar="TỆP")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON để chương trình khác dùng.")
@click.pass_context
def command(ctx: click.Context, file: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Đọc công văn hoặc văn bản hành chính trong TỆP (.docx, .pdf, .md, .txt; .doc khi máy có LibreOffice).

    In ra cơ quan ban hành, số, ký hiệu, ngày, trích yếu, nơi nhận, căn cứ, từng việc được giao (giao ai, làm gì, hạn
    nào), người ký và mọi lỗi tìm thấy trong văn bản, kèm số dòng. Lỗi chỉ được nêu ra, không tự sửa.

    Tệp không đọc được thì lệnh báo lý do, cách xử lý và kết thúc với mã 2.

    \b
    Ví dụ:
      loa letter cong-van.docx
      loa letter cong-van.pdf --json
    """
    from scheduler.letters.reading.letter import read_letter  # the readers of Word and PDF are heavy

    try:
        letter = read_letter(_content(file), _shown(file))
    except LoaError as refusal:
        click.echo(f"Lỗi: {refusal}", err=True)
        ctx.exit(refusal.exit_code)
    if as_json:
        click.echo(json.dumps(letter.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(summary(letter))


def _shown(file: str) -> str:
    """The file's name for a message; bytes that are no text are replaced."""
    return (Path(file).name or file).encode("utf-8", "replace").decode("utf-8")


def _content(file: str) -> bytes:
    from scheduler.letters.reading.letter import MAX_FILE_BYTES, check_size

    path = Path(file)
    try:
        if not path.is_file():
            raise FileUnavailable(file=_shown(file))
        check_size(path.stat().st_size, _shown(file))
        with path.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError):
        raise FileUnavailable(file=_shown(file)) from None


def summary(letter: Letter) -> str:
    """What a person reads: the parts of the letter, then its obligations, then its faults."""
    return "\n".join([*_parts(letter), "", *_obligations(letter), "", *_faults(letter)])


def _parts(letter: Letter) -> list[str]:
    day = _day(letter.date)
    signer = ", ".join(part for part in (letter.signer.capacity, letter.signer.title, letter.signer.name) if part)
    rows = [
        ("Loại văn bản", letter.kind),
        ("Cơ quan", letter.issuer),
        ("Số, ký hiệu", f"{letter.number or '…'}/{letter.symbol or '…'}"),
        ("Ngày", f"{letter.place}, {day}" if letter.place else day),
        ("Trích yếu", letter.subject),
        ("Nơi nhận", "; ".join(letter.recipients)),
        ("Căn cứ", "; ".join(_base(base) for base in letter.bases)),
        ("Người ký", signer),
    ]
    return [f"{name + ':':<14}{value or '(không thấy)'}" for name, value in rows]


def _day(day: PartialDate) -> str:
    month = f"{day.month:02}" if day.month in (1, 2) else str(day.month or "…")
    return f"{f'{day.day:02}' if day.day else '…'}/{month}/{day.year or '…'}"


def _base(base: Base) -> str:
    return f"{base.symbol or '(không có số)'}{f' ngày {as_written(base.date)}' if base.date else ''}"


def _obligations(letter: Letter) -> list[str]:
    lines = [f"VIỆC ĐƯỢC GIAO: {len(letter.obligations) or 'không thấy'}"]
    for number, obligation in enumerate(letter.obligations, start=1):
        lines.append(f"{number}. {obligation.to or '(không rõ giao ai)'}")
        lines += [f"   - {action}" for action in obligation.actions]
        if obligation.deadlines:
            lines.append(f"   Hạn: {', '.join(map(as_written, obligation.deadlines))}")
    return lines


def _faults(letter: Letter) -> list[str]:
    if not letter.faults:
        return ["KHÔNG THẤY LỖI TRONG VĂN BẢN"]
    counted = "đoạn" if letter.counted_in == "paragraph" else "dòng"
    lines = [f"LỖI TRONG VĂN BẢN: {len(letter.faults)}"]
    lines += [f"- {f'{counted} {fault.line}: ' if fault.line else ''}{fault.message}" for fault in letter.faults]
    return lines
