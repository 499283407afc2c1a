"""``loa speak``: a script in, a broadcast-ready MP3 out, without database or account."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from scheduler.canonical import clean_text, sha256_hex
from scheduler.errors import InvalidInput, LoaError
from scheduler.settings import ENGINES, Settings, load_settings

if TYPE_CHECKING:
    from tts.assembly import Pauses
    from tts.casting import Chosen
    from tts.engine import Engine
    from tts.engines.recorded import RecordedEngine
    from tts.reading import Leftover
    from tts.rendering import Rendered

_SCRIPT_BYTES = 60_000  # some twenty minutes of speech: more is no bulletin


class _Asked(TypedDict):
    """What a rendering is asked for; see ``tts.rendering.render``."""

    engines: Sequence[Engine]
    chosen: Chosen | None
    title: str
    reading_sha256: str
    cache_dir: Path | None
    speed: float
    pauses: Pauses


class LeftoversRemain(LoaError):
    """Còn {count} chỗ chưa đọc được:\n{listing}\nHãy viết lại bằng chữ, hoặc thêm --force để nghe thử."""

    exit_code = 3


@click.command("speak", short_help="Đọc một lời bản tin thành tệp MP3.")
@click.argument("script", metavar="TỆP", type=click.Path(path_type=Path, allow_dash=True))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="MP3", help="Tệp MP3 sẽ ghi.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Máy đọc, nếu không muốn theo LOA_ENGINE; auto thử lần lượt theo LOA_ENGINE_ORDER; tone là tiếng tít.",
)
@click.option("--voice", metavar="TÊN", help="Giọng được hỏi trước, ví dụ vi-vn-x-south hay piper/TÊN_GIỌNG.")
@click.option(
    "--recording",
    type=click.Path(path_type=Path),
    metavar="TỆP_THU",
    help="Bản thu của người đọc thay cho giọng máy; được kiểm tra rồi chỉnh độ to.",
)
@click.option("--title", metavar="TÊN", help="Tên bản tin ghi trong tệp; nếu không ghi thì lấy tên tệp.")
@click.option("--speed", type=float, default=1.0, metavar="SỐ", help="Tốc độ đọc, từ 0.8 đến 1.2; 1 là bình thường.")
@click.option("--force", is_flag=True, help="Vẫn đọc khi còn chỗ chưa đọc được. Chỉ để nghe thử, đừng phát.")
@click.option(
    "--cache",
    "cache_dir",
    type=click.Path(path_type=Path),
    metavar="THƯ_MỤC",
    help="Nơi giữ các câu đã đọc để dùng lại.",
)
def command(
    *,
    script: Path,
    output: Path,
    engine: str | None,
    voice: str | None,
    recording: Path | None,
    title: str | None,
    speed: float,
    cache_dir: Path | None,
    force: bool,
) -> None:
    """Đọc lời bản tin trong TỆP thành một tệp MP3 sẵn sàng phát.

    TỆP là văn bản UTF-8; dấu - nghĩa là đọc từ đầu vào chuẩn. Mỗi dòng là một đoạn. Cả bản tin do một giọng
    đọc; tiếng được đưa về -16 LUFS, đỉnh không quá -1 dBTP, MP3 44,1 kHz mono 96 kb/s.

    Mã kết thúc: 0 đã ghi tệp; 1 không tạo được; 2 tệp hoặc tham số sai; 3 còn chỗ chưa đọc được.

    \b
    Ví dụ:
      loa speak bantin.txt -o bantin.mp3
      loa speak bantin.txt -o thu.mp3 --engine espeak --title "Bản tin chiều"
      loa speak bantin.txt -o thu.mp3 --voice piper/vi_VN-vais1000-medium
      loa speak bantin.txt -o bantin.mp3 --recording thu.m4a
      cat bantin.txt | loa speak - -o bantin.mp3
    """
    # Speech is heavy: nothing of it is loaded before this command runs.
    from tts.assembly import Pauses
    from tts.reading import read

    if recording is not None and (engine or voice):
        raise InvalidInput(what="Chọn một trong hai: bản thu (--recording) hoặc giọng máy (--engine, --voice)")
    settings = load_settings(os.environ)
    engines, chosen = _voices(settings, engine, voice) if recording is None else ((), None)
    text = _script_text(script)
    _check_output(output)
    reading = read(text)
    paragraphs = tuple(tuple(sentence.spoken for sentence in paragraph) for paragraph in reading.paragraphs)
    if reading.leftovers and not force:
        raise LeftoversRemain(count=len(reading.leftovers), listing=_listing(reading.leftovers))
    reader = _reader(paragraphs, recording) if recording is not None else None
    if reader is not None:  # one person read the whole text in one go
        engines, paragraphs = (reader,), ((_whole(paragraphs),),)
    rendered = _rendered(
        paragraphs,
        engines=engines,
        chosen=chosen,
        title=title or ("Bản tin" if str(script) == "-" else script.stem),
        reading_sha256=sha256_hex(reading.text.encode()),
        cache_dir=cache_dir,
        speed=speed,
        pauses=Pauses(sentence_ms=settings.pause_sentence_ms, paragraph_ms=settings.pause_paragraph_ms),
    )
    _write(output, rendered.mastered.mp3)
    if reading.leftovers:
        click.echo(f"Còn {len(reading.leftovers)} chỗ chưa đọc được:\n{_listing(reading.leftovers)}", err=True)
    click.echo(_summary(output, rendered))
    for note in reader.notes if reader is not None else ():
        click.echo(f"Lưu ý:      {note}")


def _rendered(paragraphs: Sequence[Sequence[str]], **asked: Unpack[_Asked]) -> Rendered:
    """Render, counting the sentences on standard error."""
    from tts.rendering import render

    watched = sys.stderr.isatty()
    with click.progressbar(range(sum(map(len, paragraphs)) + 1), label="Đang đọc", file=sys.stderr) as bar:

        def advance(name: str, done: int, total: int) -> None:
            # Where nobody watches, each new label is a line of its own: one for each voice is enough.
            count = f" câu {min(done + 1, total)}/{total}" if watched else ""
            bar.label = f"Giọng {name} đang đọc{count}"
            bar.update(done - bar.pos)

        rendered = render(paragraphs, progress=advance, **asked)
        bar.update(1)
    return rendered


def _whole(paragraphs: Sequence[Sequence[str]]) -> str:
    return " ".join(sentence for paragraph in paragraphs for sentence in paragraph)


def _reader(paragraphs: Sequence[Sequence[str]], recording: Path) -> RecordedEngine:
    from tts.engines.recorded import RecordedEngine

    try:
        return RecordedEngine({_whole(paragraphs): recording})
    except OSError as error:
        raise InvalidInput(what=f"Không mở được tệp {recording} ({_reason(error)})") from error


def _voices(settings: Settings, engine: str | None, voice: str | None) -> tuple[tuple[Engine, ...], Chosen | None]:
    """The engines to ask, and the voice that was named. Raises InvalidInput when none has it."""
    from tts.casting import Chosen, cast
    from tts.rendering import LANGUAGE, engines_for

    engines = engines_for(
        engine or settings.engine,
        order=settings.order,
        voices_dir=settings.voices_path,
        google_timeout_s=settings.google_timeout_s,
        # Who names engine and voice wants to hear that voice, whatever it speaks; a bulletin never gets it.
        language="" if engine == "piper" and voice else LANGUAGE,
    )
    if voice is None:
        return engines, None
    chosen = Chosen.parse(voice)
    known = [Chosen(each.id, one.name) for one in engines for each in one.voices()]
    if not any(chosen.voice == each.voice and chosen.engine in {"", each.engine} for each in known):
        listing = ", ".join(map(str, known)) or "chưa có giọng nào; hãy cài bằng lệnh: loa voice install"
        raise InvalidInput(what=f"Không có giọng “{voice}”; các giọng đang có: {listing}")
    _, spoken = cast(engines, chosen).order[0]
    if spoken.language.partition("-")[0] not in {LANGUAGE, "zxx"}:
        click.echo(f"Giọng {voice} không nói tiếng Việt: chỉ để nghe thử, đừng phát.", err=True)
    return engines, chosen


def _script_text(script: Path) -> str:
    try:
        if str(script) == "-":
            raw = click.get_binary_stream("stdin").read(_SCRIPT_BYTES + 1)
        else:
            with script.open("rb") as file:
                raw = file.read(_SCRIPT_BYTES + 1)
    except OSError as error:
        raise InvalidInput(what=f"Không mở được tệp {script} ({_reason(error)})") from error
    if len(raw) > _SCRIPT_BYTES:
        raise InvalidInput(what=f"Lời bản tin quá dài, quá {_SCRIPT_BYTES // 1000} kB; hãy chia làm nhiều bản tin")
    if b"\0" in raw:
        raise InvalidInput(what="Tệp không phải văn bản thuần; hãy lưu lời bản tin dưới dạng .txt, mã UTF-8")
    try:
        text = clean_text(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"Tệp không ở mã UTF-8 (chỗ sai đầu tiên ở dòng {line}); hãy lưu lại với mã UTF-8"
        raise InvalidInput(what=message) from error
    if not text.strip():
        raise InvalidInput(what="Lời bản tin trống; hãy viết ít nhất một câu")
    return text


def _check_output(output: Path) -> None:
    """Refuse at once, and not after minutes of work, a place where nothing can be written."""
    if output.is_dir():
        raise InvalidInput(what=f"{output} là một thư mục; hãy ghi tên tệp MP3")
    if not output.parent.is_dir():
        raise InvalidInput(what=f"Không có thư mục {output.parent}; hãy tạo thư mục rồi thử lại")


def _write(output: Path, mp3: bytes) -> None:
    from tts.atomic import write_atomically

    try:
        write_atomically(output, mp3)
    except OSError as error:
        raise InvalidInput(what=f"Không ghi được tệp {output} ({_reason(error)})") from error


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "không có tệp này"
        case IsADirectoryError():
            return "đây là một thư mục"
        case PermissionError():
            return "không có quyền"
    return error.strerror or "lỗi đĩa"


def _listing(leftovers: Sequence[Leftover]) -> str:
    return "\n".join(map(_described, leftovers))


def _described(leftover: Leftover) -> str:
    place = f"  dòng {leftover.line}, cột {leftover.column}: {leftover.token} ({leftover.reason})"
    return f"{place}; có thể đọc: {' / '.join(leftover.suggestions)}" if leftover.suggestions else place


def _summary(output: Path, rendered: Rendered) -> str:
    mastered = rendered.mastered
    minutes, rest_ms = divmod(mastered.duration_ms, 60_000)
    voice = f"{rendered.engine} ({rendered.voice})"
    if rendered.draft:
        voice += ", giọng dự phòng: hãy nghe kỹ từng câu trước khi phát"
    lines = [
        f"Đã ghi {output}",
        f"Giọng đọc:  {voice}",
        *(f"Lý do:      {message}" for _, message in rendered.causes),
        f"Thời lượng: {minutes}:{rest_ms // 1000:02d} ({_grouped(mastered.duration_ms)} mili giây)",
        f"Độ to:      {_hundredths(mastered.loudness_clufs)} LUFS",
        f"Đỉnh:       {_hundredths(mastered.true_peak_cdbtp)} dBTP",
        f"Mã băm:     {mastered.sha256}",
    ]
    return "\n".join(lines)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _hundredths(value: int) -> str:
    return f"{value / 100:.2f}".replace(".", ",").replace("-", "−")
