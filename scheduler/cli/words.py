"""What click says of its own accord, in the users' language: headings of help, and errors of a mistyped command."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

_HEADINGS = {"Options": "Tùy chọn", "Commands": "Các lệnh", "Arguments": "Tham số"}
_PHRASES = (
    (re.compile(r"Show this message and exit\."), "Xem trợ giúp này rồi thoát."),
    (re.compile(r"Show the version and exit\."), "Xem phiên bản rồi thoát."),
    (re.compile(r"\[required\]"), "[bắt buộc]"),
    (re.compile(r"\bdefault: "), "mặc định: "),
    (re.compile(r"\benv var: "), "biến: "),
    (re.compile(r"\brequired\]"), "bắt buộc]"),
)
_USAGE = (("[OPTIONS]", "[TÙY CHỌN]"), ("COMMAND [ARGS]...", "LỆNH [THAM SỐ]..."))


class HelpFormatter(click.HelpFormatter):
    """click's help with its own words in Vietnamese; ours are Vietnamese already."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        for english, ours in _USAGE:
            args = args.replace(english, ours)
        super().write_usage(prog, args, prefix or "Cách dùng: ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options or commands."""
        super().write_dl([(term, _ours(words)) for term, words in rows], col_max, col_spacing)


def _ours(words: str) -> str:
    for english, ours in _PHRASES:
        words = english.sub(ours, words)
    return words


def speak_vietnamese() -> None:
    """Let every help of this process be written by :class:`HelpFormatter`."""
    click.Context.formatter_class = HelpFormatter


def usage_words(error: click.ClickException) -> str:
    """Return one Vietnamese sentence about a command that was typed wrong, with what to do."""
    match error:
        case click.exceptions.NoSuchOption():
            told = f"không có tùy chọn {error.option_name}"
        case click.exceptions.MissingParameter():
            told = f"thiếu {_hint(error)}"
        case click.exceptions.BadParameter():
            told = f"{_hint(error)} không dùng được ({error.message.rstrip('.')})"
        case click.exceptions.BadOptionUsage():
            told = f"tùy chọn {error.option_name} dùng chưa đúng ({error.message.rstrip('.')})"
        case click.exceptions.FileError():
            told = f"không mở được tệp {error.ui_filename} ({error.message})"
        case click.UsageError() if error.message.startswith("No such command"):
            told = f"không có lệnh {error.message.partition(' command ')[2].rstrip('.')}"
        case click.UsageError():
            told = f"lệnh viết chưa đúng ({error.message.rstrip('.')})"
        case _:
            return f"Lỗi: {error.format_message()}"
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"Lỗi: {told}. Xem: {context.command_path if context else 'loa'} --help"


def _hint(error: click.exceptions.BadParameter) -> str:
    if error.param is not None:
        return error.param.get_error_hint(error.ctx) if error.ctx is not None else error.param.name or "tham số"
    return str(error.param_hint or "tham số")
