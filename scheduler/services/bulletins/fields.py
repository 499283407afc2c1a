"""What an editor may enter in a bulletin, checked and cleaned; pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from scheduler.canonical import clean_text
from scheduler.errors import InvalidInput

TITLE_MOST = 200
SCRIPT_MOST = 20_000
REASON_MOST = 2_000
SPOKEN_LANGUAGE = "vi"
LANGUAGES = ("vi", "blt", "twh", "hmn", "kjg")
"""BCP 47 tags of the tongues on air: Vietnamese is spoken by synthesis, the others are recorded by people."""
KINDS = ("bulletin", "notice")
WORDLESS_KINDS = frozenset({"jingle", "sting", "test"})
EMERGENCY = "emergency"
CLASSES = ("normal", "priority", EMERGENCY)
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Fields:
    """The whole of a revision as its editor gives it; dates are local and both included.

    ``emergency`` is an emergency's order as canonical JSON; the other classes have none.
    """

    title: str
    script: str
    bulletin_class: str
    language: str
    valid_from: date
    valid_to: date | None
    directive_id: str | None
    obligation_id: int | None
    emergency: str | None = None


def check_fields(fields: Fields) -> Fields:
    """Return ``fields`` with clean texts; raises :class:`~scheduler.errors.InvalidInput` for the first mistake."""
    title = " ".join(_plain(fields.title, "Tiêu đề").split())
    if not 1 <= len(title) <= TITLE_MOST:
        raise InvalidInput(what=f"Tiêu đề cần từ 1 đến {TITLE_MOST} ký tự")
    if fields.bulletin_class not in CLASSES:
        raise InvalidInput(what="Loại bản tin phải là thông thường, ưu tiên hoặc khẩn cấp")
    if fields.language not in LANGUAGES:
        raise InvalidInput(what=f"Ngôn ngữ phải là một trong: {', '.join(LANGUAGES)}")
    if fields.valid_from < _FIRST_DAY:
        raise InvalidInput(what="Ngày bắt đầu hiệu lực chưa đúng")
    if fields.valid_to is not None and fields.valid_to < fields.valid_from:
        raise InvalidInput(what="Ngày hết hiệu lực phải từ ngày bắt đầu trở đi")
    if fields.obligation_id is not None and fields.directive_id is None:
        raise InvalidInput(what="Hãy chọn văn bản chỉ đạo trước khi chọn nhiệm vụ trong văn bản đó")
    return Fields(
        title,
        check_script(fields.script),
        fields.bulletin_class,
        fields.language,
        fields.valid_from,
        fields.valid_to,
        fields.directive_id,
        fields.obligation_id,
        fields.emergency if fields.bulletin_class == EMERGENCY else None,
    )


def check_script(script: str) -> str:
    """Return a script cleaned (NFC, LF, no blank ends); raises :class:`~scheduler.errors.InvalidInput`."""
    text = _plain(script, "Lời bản tin").strip()
    if not 1 <= len(text) <= SCRIPT_MOST:
        most = f"{SCRIPT_MOST:,}".replace(",", ".")
        raise InvalidInput(what=f"Lời bản tin cần từ 1 đến {most} ký tự")
    return text


def check_reason(reason: str) -> str:
    """Return a reason cleaned; raises :class:`~scheduler.errors.InvalidInput` for an empty or endless one."""
    text = _plain(reason, "Lý do").strip()
    if not 1 <= len(text) <= REASON_MOST:
        raise InvalidInput(what="Hãy ghi lý do, từ 1 đến 2.000 ký tự")
    return text


def _plain(text: str, what: str) -> str:
    """Return clean text; refuse what no database keeps or no page shows: control characters, lone surrogates."""
    cleaned = clean_text(text)
    for letter in cleaned:
        if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cs"}:
            raise InvalidInput(what=f"{what} có ký tự điều khiển U+{ord(letter):04X}. Hãy xóa ký tự đó rồi nhập lại")
    return cleaned
