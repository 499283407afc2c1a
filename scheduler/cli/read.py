"""`loa read`: what a newsreader says for each line of written Vietnamese."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(name="read")
@click.option(
    "--glossary",
    "glossary_file",
    metavar="TỆP",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Từ điển cách đọc của địa phương: mỗi dòng một mục, chữ viết, phím Tab, cách đọc.",
)
@click.help_option("-h", "--help", help="In hướng dẫn này rồi thoát.")
def command(glossary_file: Path | None) -> None:
    """Đọc văn bản như phát thanh viên: mỗi dòng chữ viết vào, một dòng lời đọc ra.

    Lệnh đọc chữ (UTF-8) từ đầu vào chuẩn và in lời đọc ra đầu ra chuẩn, đúng một dòng ra cho mỗi dòng vào; dòng
    trống ra dòng trống. Chỗ nào chưa chắc cách đọc thì giữ nguyên chữ, và báo ra đầu ra lỗi: dòng, cột, chữ, lý do.

    \b
    Ví dụ:
      loa read < ban-tin.txt > loi-doc.txt
      echo "Họp lúc 17h30 ngày 07/5/2024" | loa read

    Mã thoát: 0 khi đọc được hết, 3 khi còn chỗ chưa đọc được, 2 khi đầu vào hoặc từ điển không dùng được.
    """
    from tts.reading import Glossary, ReadingError, read

    glossary = None
    if glossary_file is not None:
        try:
            glossary = Glossary.from_tsv(glossary_file.read_bytes().decode("utf-8"))
        except OSError as error:
            _refuse(f"Không mở được từ điển {glossary_file}: hãy kiểm tra đường dẫn và quyền đọc tệp.", error)
        except UnicodeDecodeError as error:
            _refuse(f"Từ điển {glossary_file} không phải chữ UTF-8: hãy lưu lại tệp với mã UTF-8.", error)
        except ReadingError as error:
            _refuse(str(error), error)
    left = False
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            written = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            _refuse(f"Dòng {number} không phải chữ UTF-8: hãy lưu lại văn bản với mã UTF-8 rồi đọc lại.", error)
        written = written.removesuffix("\n").removesuffix("\r").replace("\r", " ")
        reading = read(written, glossary)
        click.echo(reading.text)
        for leftover in reading.leftovers:
            left = True
            offered = f" (gợi ý: {'; '.join(leftover.suggestions)})" if leftover.suggestions else ""
            click.echo(f"{number}:{leftover.column} {leftover.token} {leftover.reason}{offered}", err=True)
    if left:
        raise click.exceptions.Exit(3)


def _refuse(message: str, cause: Exception) -> None:
    click.echo(message, err=True)
    raise click.exceptions.Exit(2) from cause
