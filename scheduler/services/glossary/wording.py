"""What an editor may enter in the glossary, checked and cleaned; pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from scheduler.db.glossary import CONTEXT_MOST, SPOKEN_MOST, WRITTEN_MOST
from scheduler.errors import InvalidInput
from scheduler.services.bulletins.fields import LANGUAGES, SPOKEN_LANGUAGE
from tts.reading import Entry, GlossaryRowInvalid, normalise, read
from tts.reading.glossary import checked

NOTE_MOST = 500
FIRST_DAY = date(2000, 1, 1)
COMMENT = "# "
"""How a line of a table begins that is no entry; so no written form may begin like that."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One entry as its editor gives it; ``context`` is a condition of :class:`tts.reading.Entry`, dates are local."""

    written: str
    spoken: str
    valid_from: date
    valid_to: date | None = None
    context: str = ""
    note: str = ""
    language: str = SPOKEN_LANGUAGE


def check(wording: Wording) -> Wording:
    """Return ``wording`` with clean texts; raises :class:`~scheduler.errors.InvalidInput` for the first mistake."""
    cleaned = replace(
        wording,
        written=_line(wording.written, "Chữ viết", WRITTEN_MOST, least=1),
        spoken=_line(wording.spoken, "Cách đọc", SPOKEN_MOST, least=1),
        context=_context(wording.context),
        note=_line(wording.note, "Ghi chú", NOTE_MOST),
    )
    if cleaned.written.startswith(COMMENT):
        raise InvalidInput(what="Chữ viết không được bắt đầu bằng “# ”, vì trong tệp từ điển đó là dòng ghi chú")
    if cleaned.language not in LANGUAGES:
        raise InvalidInput(what=f"Ngôn ngữ phải là một trong: {', '.join(LANGUAGES)}")
    if cleaned.valid_from < FIRST_DAY:
        raise InvalidInput(what="Ngày bắt đầu dùng chưa đúng")
    if cleaned.valid_to is not None and cleaned.valid_to < cleaned.valid_from:
        raise InvalidInput(what="Ngày thôi dùng phải từ ngày bắt đầu trở đi")
    if cleaned.language == SPOKEN_LANGUAGE:
        _check_spoken(cleaned)
    return cleaned


def key(wording: Wording) -> tuple[str, str, str]:
    """Return what two entries share that would both be said in one place; case counts where no letter is small."""
    any_case = any(letter.islower() for letter in wording.written)
    return wording.language, wording.written.lower() if any_case else wording.written, wording.context


def overlaps(one: Wording, other: Wording) -> bool:
    """Tell whether there is a day on which both hold."""
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def _line(text: str, what: str, most: int, *, least: int = 0) -> str:
    cleaned = " ".join(normalise(text).split())
    if not least <= len(cleaned) <= most:
        raise InvalidInput(what=f"{what} cần từ {least} đến {most} ký tự" if least else f"{what} dài quá {most} ký tự")
    for letter in cleaned:
        if unicodedata.category(letter) in {"Cc", "Cs"}:
            raise InvalidInput(what=f"{what} có ký tự điều khiển U+{ord(letter):04X}. Hãy xóa ký tự đó rồi nhập lại")
    return cleaned


def _context(text: str) -> str:
    """Return a condition with its list of words written one way: small letters, no space around commas."""
    cleaned = _line(text, "Điều kiện", CONTEXT_MOST)
    side, sign, words = cleaned.partition("=")
    if not sign:
        return cleaned
    listed = [" ".join(word.split()).lower() for word in words.split(",")]
    return f"{side.strip()}={','.join(word for word in listed if word)}"


def _check_spoken(wording: Wording) -> None:
    try:
        checked(Entry(wording.written, wording.spoken, wording.context))
    except GlossaryRowInvalid as refusal:
        raise InvalidInput(what=f"Mục “{wording.written}” chưa dùng được: {refusal.why}") from refusal
    said = read(f"nghe {wording.spoken} ạ")
    heard = said.text.removeprefix("nghe ").removesuffix(" ạ")
    if said.leftovers:
        left = "”, “".join(leftover.token for leftover in said.leftovers)
        raise InvalidInput(
            what=f"Cách đọc “{wording.spoken}” còn chỗ máy chưa đọc được: “{left}”. Hãy viết bằng chữ, đúng như nghe"
        )
    if heard != wording.spoken:
        raise InvalidInput(what=f"Cách đọc “{wording.spoken}” sẽ được đọc thành “{heard}”. Hãy viết đúng như nghe")
