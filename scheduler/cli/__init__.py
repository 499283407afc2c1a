"""The command ``loa``: one module a command, loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from scheduler.cli.words import speak_vietnamese, usage_words

COMMANDS = {
    "serve": "Chạy trung tâm: trang web và đồng hồ phát, hai tiến trình.",
    "web": "Chỉ chạy trang web.",
    "clock": "Chỉ chạy đồng hồ phát (tạo giọng, xếp lịch, ký, ghi sổ).",
    "station": "Việc của cụm loa: ghi danh, chạy, xem tình trạng.",
    "letter": "Đọc một văn bản chỉ đạo và in những gì tìm thấy.",
    "directive": "Văn bản chỉ đạo đã nhập: đã phát đến đâu, nhắc hạn.",
    "read": "Đổi chữ viết thành lời đọc, mỗi dòng một câu.",
    "speak": "Đọc một lời bản tin thành tệp MP3.",
    "voice": "Giọng đọc Piper: cài, liệt kê, gỡ.",
    "airlog": "Nhật ký phát sóng: xem, xuất, kiểm sổ.",
    "user": "Tài khoản và quyền.",
    "unit": "Đơn vị hành chính và cụm loa ở trung tâm.",
    "key": "Khóa ký của trung tâm: tạo, xem, sao lưu.",
    "db": "Cơ sở dữ liệu: nâng cấp, kiểm tra.",
    "demo": "Chạy thử trọn vẹn: từ công văn đến loa.",
}
EXIT_CODES = """\b
Mã kết thúc: 0 xong; 1 có lỗi hoặc kiểm tra không đạt; 2 dữ liệu vào sai;
3 chưa làm được (còn chỗ chưa đọc được, chưa nâng cấp, thiếu khóa); 130 bị dừng."""


class Lazy(click.Group):
    """A group whose commands are imported when they are called, so that help and ``loa station`` stay light."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of daily work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"scheduler.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing any."""
        with formatter.section("Các lệnh"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loa", prog_name="loa")
def root() -> None:
    """Loa: soạn, duyệt, xếp lịch và phát bản tin truyền thanh; mỗi lượt phát đều có trong sổ.

    Cài đặt lấy từ các biến LOA_… và tệp TOML mà LOA_CONFIG chỉ đến; xem README.
    """


def main() -> None:
    """Run the command line; an error of ours ends in one Vietnamese sentence and its exit code."""
    speak_vietnamese()
    try:
        status = root.main(standalone_mode=False)
    except click.exceptions.Abort:
        _say("Đã dừng.")
        sys.exit(130)
    except click.ClickException as error:
        _say(usage_words(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None:
            raise
        _say(f"Lỗi: {error}")
        sys.exit(code)
    sys.exit(status if isinstance(status, int) else 0)


def _say(message: str) -> None:
    click.echo(message, err=True)
