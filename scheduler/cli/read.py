"""`loa read`: what a newsreader says for each line of written Vietnamese, and what looks wrong in it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from scheduler.cli.read_source import Source
    from tts.reading import Glossary


@click.command(name="read")
@click.argument("file", metavar="[TỆP]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--glossary",
    "glossary_file",
    metavar="TỆP",
    type=click.Path(path_type=Path),
    help="Từ điển cách đọc của địa phương: tệp xuất từ trang Từ điển, hoặc mỗi dòng: chữ viết, phím Tab, cách đọc.",
)
@click.option("--report", "as_report", is_flag=True, help="Chỉ liệt kê mọi chỗ chưa đọc được và mọi cảnh báo.")
@click.option("--json", "as_json", is_flag=True, help="Như --report, dạng JSON để chương trình khác dùng.")
@click.help_option("-h", "--help", help="In hướng dẫn này rồi thoát.")
def command(file: Path | None, glossary_file: Path | None, *, as_report: bool, as_json: bool) -> None:
    """Đổi chữ viết thành lời đọc: mỗi dòng chữ viết vào, một dòng lời đọc ra.

    Lệnh đọc TỆP (.txt, .md; công văn .docx, .pdf, .doc), không có TỆP hoặc TỆP là “-” thì đọc đầu vào chuẩn. Chữ mã
    UTF-8; bảng mã cũ TCVN3, VNI, VISCII được nhận ra và đổi sang Unicode. Lời đọc in ra đúng một dòng cho mỗi dòng
    vào; dòng trống ra dòng trống. Chỗ nào chưa chắc cách đọc thì giữ nguyên chữ, và được báo ở đầu ra lỗi: dòng:cột,
    chữ, lý do, gợi ý.

    \b
    Ví dụ:
      loa read < ban-tin.txt > loi-doc.txt
      echo "Họp lúc 17h30 ngày 07/5/2024" | loa read
      loa read cong-van.docx --report

    \b
    Mã kết thúc: 0 đọc được hết; 3 còn chỗ chưa đọc được;
    2 chữ vào hoặc từ điển không dùng được (không in dòng nào).
    """
    from scheduler.errors import LoaError
    from tts.reading import ReadingError

    try:
        glossary = _glossary(glossary_file) if glossary_file is not None else None
        source = _source(file)
    except (ReadingError, LoaError) as error:
        _refuse(str(error))
    left = _tell_report(source, glossary, as_json=as_json) if as_report or as_json else _tell_reading(source, glossary)
    if left:
        raise click.exceptions.Exit(3)


def _source(file: Path | None) -> Source:
    from scheduler.cli.read_source import source_of_file, source_of_text

    if file is None or str(file) == "-":
        return source_of_text(click.get_binary_stream("stdin").read())
    return source_of_file(file)


def _tell_reading(source: Source, glossary: Glossary | None) -> bool:
    """Print a line of reading for each line; return whether something was left."""
    from tts.reading import read

    output, errors = click.get_binary_stream("stdout"), click.get_binary_stream("stderr")
    if source.encoding:
        errors.write(f"Đã đổi từ bảng mã {source.encoding} sang Unicode.\n".encode())
    left, base = False, 0
    for written in source.text.split("\n") if source.starts else ():
        reading = read(written, glossary)
        output.write(f"{reading.text}\n".encode(errors="replace"))
        for leftover in reading.leftovers:
            left = True
            line, column = source.place(base + leftover.start)
            offered = f" (gợi ý: {'; '.join(leftover.suggestions)})" if leftover.suggestions else ""
            row = f"{line}:{column} {leftover.token} {leftover.reason}{offered}\n"
            errors.write(row.encode(errors="replace"))
        base += len(written) + 1
    output.flush()
    errors.flush()
    return left


def _tell_report(source: Source, glossary: Glossary | None, *, as_json: bool) -> bool:
    """Print what was found in the text; return whether something was left."""
    from scheduler.cli.read_report import report
    from tts.reading import read

    found = report(source, read(source.text, glossary))
    told = json.dumps(found.to_json(), ensure_ascii=False, indent=2) if as_json else "\n".join(found.lines())
    output = click.get_binary_stream("stdout")
    output.write(f"{told}\n".encode(errors="replace"))
    output.flush()
    return found.leftovers > 0


def _glossary(file: Path) -> Glossary:
    from scheduler.letters.encodings import UndecodableText, decode
    from tts.reading import Glossary

    try:
        text = decode(file.read_bytes())
    except OSError:
        _refuse(f"Không mở được từ điển {file}. Hãy kiểm tra đường dẫn và quyền đọc tệp.")
    except UndecodableText:
        _refuse(f"Từ điển {file} không phải chữ mã UTF-8. Hãy lưu lại tệp với mã UTF-8.")
    return Glossary.from_tsv(text, datetime.now().astimezone().date())


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise click.exceptions.Exit(2)
