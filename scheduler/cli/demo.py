"""``loa demo``: the main job from end to end, in a directory of its own."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo", short_help="Chạy thử trọn vẹn: từ công văn đến loa.")
@click.option(
    "--letter", metavar="TỆP", type=click.Path(path_type=Path), help="Văn bản chỉ đạo; không ghi thì dùng mẫu có sẵn."
)
@click.option("--keep", is_flag=True, help="Xong thì giữ trang web ở 127.0.0.1:8080 và in các tài khoản.")
@click.option(
    "--dir",
    "directory",
    metavar="THƯ_MỤC",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Thư mục của lần chạy thử; được làm trống trước.",
)
def command(letter: Path | None, directory: Path, *, keep: bool) -> None:
    """Chạy thử việc chính, từ công văn đến loa, trong dưới ba phút.

    Nhập văn bản, viết bản tin theo nhiệm vụ về truyền thanh, tạo giọng, chứng minh người viết không tự duyệt được,
    người khác duyệt, phát đúng giây tại một đài huyện và ba cụm loa xã (mỗi cụm một tiến trình), rồi đối chiếu nhật
    ký và sổ.
    Mã kết thúc 1 khi có cụm loa không phát đúng từng byte đã duyệt.
    """
    from scheduler.compose import settings_from_environment
    from scheduler.demonstration.run import demo_settings, demonstrate

    settings = demo_settings(settings_from_environment(), directory, keep=keep)
    demonstrate(settings, letter=letter, keep=keep, say=click.echo)
