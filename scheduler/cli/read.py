"""`loa read`: what a newsreader says for each line of written Vietnamese."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click


@click.command(name="read")
@click.option(
    "--glossary",
    "glossary_file",
    metavar="TỆP",
    type=click.Path(path_type=Path),
    help="Từ điển cách đọc của địa phương; mỗi dòng một mục: chữ viết, phím Tab, cách đọc.",
)
@click.help_option("-h", "--help", help="In hướng dẫn này rồi thoát.")
def command(glossary_file: Path | None) -> None:
    """Đổi chữ viết thành lời đọc: mỗi dòng chữ viết vào, một dòng lời đọc ra.

    Lệnh đọc chữ (mã UTF-8) từ đầu vào chuẩn và in lời đọc, đúng một dòng ra cho mỗi dòng vào; dòng trống ra dòng trống.
    Chỗ nào chưa chắc cách đọc thì giữ nguyên chữ, và được báo ở đầu ra lỗi: dòng:cột, chữ, lý do, gợi ý.

    \b
    Ví dụ:
      loa read < ban-tin.txt > loi-doc.txt
      echo "Họp lúc 17h30 ngày 07/5/2024" | loa read

    \b
    Mã kết thúc: 0 đọc được hết; 3 còn chỗ chưa đọc được;
    2 chữ vào hoặc từ điển không dùng được (không in dòng nào).
    """
    from tts.reading import Glossary, ReadingError, read

    try:
        glossary = Glossary.from_tsv(_glossary_text(glossary_file)) if glossary_file is not None else None
    except ReadingError as error:
        _refuse(str(error))
    output, errors = click.get_binary_stream("stdout"), click.get_binary_stream("stderr")
    left = False
    for number, written in enumerate(_lines(click.get_binary_stream("stdin").read()), start=1):
        reading = read(written, glossary)
        output.write(f"{reading.text}\n".encode(errors="replace"))
        for leftover in reading.leftovers:
            left = True
            offered = f" (gợi ý: {'; '.join(leftover.suggestions)})" if leftover.suggestions else ""
            row = f"{number}:{leftover.column} {leftover.token} {leftover.reason}{offered}\n"
            errors.write(row.encode(errors="replace"))
    output.flush()
    errors.flush()
    if left:
        raise click.exceptions.Exit(3)


def _lines(raw: bytes) -> list[str]:
    """Decode the whole input before anything is written; a line may end in LF or CR LF."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        _refuse(f"Dòng {number} không phải chữ mã UTF-8. Hãy lưu lại văn bản với mã UTF-8 rồi đọc lại.")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r").replace("\r", " ") for line in lines]


def _glossary_text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError:
        _refuse(f"Không mở được từ điển {file}. Hãy kiểm tra đường dẫn và quyền đọc tệp.")
    except UnicodeDecodeError:
        _refuse(f"Từ điển {file} không phải chữ mã UTF-8. Hãy lưu lại tệp với mã UTF-8.")


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise click.exceptions.Exit(2)
