"""``loa voice``: the voices of Piper on this machine."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.errors import InvalidInput

if TYPE_CHECKING:
    from tts.voices.offer import VoiceOffer
    from tts.voices.store import InstalledVoice, VoiceStore

_AGREED = "đồng ý"
_NO_CARD = "Giọng này không kèm tệp MODEL_CARD. Hãy hỏi nơi cấp giọng về giấy phép trước khi dùng để phát."
_NOT_OURS = (
    "Giọng này không nói tiếng Việt, nên bản tin không bao giờ dùng nó. "
    "Nghe thử bằng: loa speak TỆP -o MP3 --engine piper --voice {name}"
)


class VoiceSourceUnset(InvalidInput):
    """Chưa biết tải giọng {name} từ đâu. Hãy đặt LOA_VOICE_SOURCE là địa chỉ https có tệp voices.json (xem README), \
hoặc tải sẵn tệp .onnx cùng tệp .onnx.json rồi chạy: loa voice install ĐƯỜNG_DẪN.onnx."""


@click.group("voice", short_help="Giọng đọc Piper: cài, liệt kê, gỡ.")
def command() -> None:
    """Giọng đọc Piper trên máy này: đọc hay và không cần mạng. Giọng tiếng Việt cài xong là dùng được ngay.

    Nơi cài: LOA_VOICES_DIR, nếu không đặt thì là thư mục voices trong LOA_DATA_DIR.
    """


@command.command("install", short_help="Cài một giọng từ tệp hoặc từ nguồn giọng.")
@click.argument("what", metavar="TÊN|TỆP")
@click.option("--sha256", metavar="MÃ_BĂM", default="", help="Mã băm SHA-256 mà tệp .onnx phải có.")
@click.option("--yes", is_flag=True, help="Đã đọc và đồng ý với giấy phép của giọng.")
def install(what: str, sha256: str, *, yes: bool) -> None:
    """Cài một giọng Piper: TỆP .onnx (có tệp .onnx.json bên cạnh), hoặc TÊN một giọng ở LOA_VOICE_SOURCE.

    Giấy phép của giọng được in ra và phải được đồng ý. Tệp được kiểm tra mã băm và đọc thử một câu; có gì
    sai thì không cài gì cả.

    \b
    Ví dụ:
      loa voice install ~/vi_VN-vais1000-medium.onnx
      loa voice install vi_VN-vais1000-medium --yes
    """
    from tts.voices.errors import LicenceNotAgreed
    from tts.voices.install import install as install_offer

    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise InvalidInput(what="Mã băm SHA-256 phải có đúng 64 chữ số thập lục phân; hãy chép lại cho đủ")
    store, offer = _store(), _offer(what)

    def agree(licence: str | None) -> None:
        click.echo(f"Giấy phép của giọng {offer.name}:\n")
        click.echo(licence.strip() if licence is not None else _NO_CARD)
        click.echo()
        if yes:
            return
        if not sys.stdin.isatty():
            raise LicenceNotAgreed(name=offer.name, remedy="Hãy đọc giấy phép ở trên rồi chạy lại với --yes")
        typed = click.prompt(f"Gõ “{_AGREED}” để cài, gõ chữ khác để thôi", default="", show_default=False)
        if unicodedata.normalize("NFC", typed).strip().casefold() != _AGREED:
            raise LicenceNotAgreed(name=offer.name, remedy=f"Muốn cài thì chạy lại và gõ đúng hai chữ: {_AGREED}")

    installed = install_offer(_Shown(offer), store, agree=agree, now=datetime.now(UTC), sha256=sha256)
    click.echo(_installed(installed))


@command.command("list", short_help="Liệt kê các giọng đã cài.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def list_(*, as_json: bool) -> None:
    """Liệt kê các giọng đã cài, giọng tiếng Việt trước."""
    store = _store()
    voices, damaged = store.voices(), store.damaged()
    if as_json:
        rows = [{**asdict(each.record), "vietnamese": each.vietnamese, "path": str(each.model)} for each in voices]
        click.echo(json.dumps({"voices": rows, "damaged": damaged}, ensure_ascii=False, indent=2))
        return
    if not voices and not damaged:
        click.echo("Chưa cài giọng nào. Cài bằng: loa voice install TỆP.onnx (xem loa voice install --help).")
        return
    for each in voices:
        record, use = each.record, "" if each.vietnamese else "\tkhông dùng cho bản tin"
        size = f"{record.size_bytes / 1_000_000:.0f} MB"
        click.echo(f"{record.name}\t{record.language}\t{record.label}\t{size}\t{record.sha256}{use}")
    for name in damaged:
        click.echo(f"{name}\thỏng; hãy gỡ (loa voice remove {name}) rồi cài lại")


@command.command("remove", short_help="Gỡ một giọng.")
@click.argument("name", metavar="TÊN")
def remove(name: str) -> None:
    """Gỡ giọng TÊN khỏi máy này. Âm thanh đã tạo bằng giọng ấy vẫn còn nguyên."""
    _store().remove(name)
    click.echo(f"Đã gỡ giọng {name}.")


class _Shown:
    """An offer whose model's arrival is shown on a terminal."""

    def __init__(self, offer: VoiceOffer) -> None:
        self._offer = offer
        self.name, self.source = offer.name, offer.source

    def card(self) -> bytes | None:
        return self._offer.card()

    def config(self) -> bytes:
        return self._offer.config()

    def model(self) -> Iterator[bytes]:
        came = 0
        for chunk in self._offer.model():
            before, came = came, came + len(chunk)
            if sys.stderr.isatty() and before // 1_000_000 < came // 1_000_000:
                click.echo(f"\rĐã nhận {came // 1_000_000} MB", err=True, nl=False)
            yield chunk
        if sys.stderr.isatty():
            click.echo("\nĐang kiểm tra và đọc thử…", err=True)


def _store() -> VoiceStore:
    from scheduler.settings import load_settings
    from tts.voices.store import VoiceStore

    return VoiceStore(load_settings(os.environ).voices_path)


def _offer(what: str) -> VoiceOffer:
    from scheduler.settings import load_settings
    from tts.voices.description import check_name
    from tts.voices.download import Downloads
    from tts.voices.offer import FileOffer
    from tts.voices.source import offer_of

    if what.endswith(".onnx") or os.sep in what or Path(what).is_file():
        return FileOffer(Path(what).expanduser())
    source = load_settings(os.environ).voice_source
    if not source:
        raise VoiceSourceUnset(name=check_name(what))
    return offer_of(check_name(what), Downloads(source))


def _installed(voice: InstalledVoice) -> str:
    lines = [
        f"Đã cài giọng {voice.record.name}: {voice.record.label}",
        f"Ngôn ngữ:  {voice.record.language}",
        f"Mã băm:    {voice.record.sha256}",
        f"Nơi cài:   {voice.folder}",
    ]
    if not voice.vietnamese:
        lines.append(_NOT_OURS.format(name=voice.record.name))
    return "\n".join(lines)
