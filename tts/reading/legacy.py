"""Old Vietnamese encodings met in pasted texts and files: TCVN3 (ABC), VNI and VISCII, and UTF-8 misread byte by byte.

They look like Western letters ("Uû ban nh©n d©n", "UÛY BAN NHAÂN DAÂN"). Sources: TCVN 5712:1993 (VN3), RFC 1456
(VISCII), and the VNI-Windows letter pairs. A text is converted when its words so become Vietnamese syllables.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tts.reading.syllables import is_syllable

SAMPLE_CHARACTERS = 20_000
_FEWEST_WORDS = 2
_WORD = re.compile(r"[^\s\d\x00-\x40\[-`{-~“”‘’–—…]+")


def _table(first: int, letters: str) -> dict[int, str]:
    return {first + place: letter for place, letter in enumerate(letters) if letter != "."}


_TCVN3 = _table(
    0xA1,
    "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ",
)
_VISCII = _table(
    0x80,
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
)
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ON_A = dict(zip("âáàåãäêéèúüë", "âấầẩẫậăắằẳẵặ", strict=True))
_ON_E_O = dict(zip("âáàåãä", range(6), strict=True))
_VNI_ALONE = dict(zip("öôñæóòîÖÔÑÆÓÒÎ", "ươđỉĩịỵƯƠĐỈĨỊỴ", strict=True))


def _vni_pairs() -> dict[str, str]:
    """Return what each letter with the mark behind it stands for, in both cases."""
    pairs = {f"a{mark}": letter for mark, letter in _ON_A.items()}
    pairs |= {f"e{mark}": "êếềểễệ"[place] for mark, place in _ON_E_O.items()}
    pairs |= {f"o{mark}": "ôốồổỗộ"[place] for mark, place in _ON_E_O.items()}
    toned = dict(zip("aeouy", ("áàảãạ", "éèẻẽẹ", "óòỏõọ", "úùủũụ", "ýỳỷỹỵ"), strict=True))
    toned |= {"ô": "ớờởỡợ", "ö": "ứừửữự"}
    for base, letters in toned.items():
        pairs |= {f"{base}{mark}": letters[place] for place, mark in enumerate(_TONES)}
    large = {pair.upper(): letter.upper() for pair, letter in pairs.items()}
    mixed = {pair[0].upper() + pair[1]: letter.upper() for pair, letter in pairs.items()}
    return {**mixed, **large, **pairs}


_VNI_PAIRS = _vni_pairs()
_BYTE_OF = dict.fromkeys("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", "cp1252")
_VNI = re.compile("|".join([*map(re.escape, _VNI_PAIRS), *_VNI_ALONE]))


def _from_vni(text: str) -> str:
    return _VNI.sub(lambda found: _VNI_PAIRS.get(found[0]) or _VNI_ALONE[found[0]], text)


def _from_misread_utf8(text: str) -> str:
    """Return what the bytes say that were shown letter by letter; "" when they are no UTF-8."""
    try:
        return b"".join(letter.encode(_BYTE_OF.get(letter, "latin-1")) for letter in text).decode("utf-8")
    except UnicodeError:
        return ""


_WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("TCVN3 (ABC)", lambda text: text.translate(_TCVN3)),
    ("VNI", _from_vni),
    ("VISCII", lambda text: text.translate(_VISCII)),
    ("UTF-8 bị đọc nhầm", _from_misread_utf8),
)


def from_legacy(text: str) -> tuple[str, str] | None:
    """Return a text in Unicode and the name of the encoding that it was in, None when it shows no old encoding.

    The text is one whose bytes were taken for Western letters. Few words are enough, when all of them convert.
    """
    sample = text[:SAMPLE_CHARACTERS]
    if sample.isascii() or _share(sample) >= 0.5:
        return None
    share, name, convert = max(((_share(way(sample)), name, way) for name, way in _WAYS), key=lambda each: each[0])
    return (convert(text), name) if share >= 0.9 else None


def _share(text: str) -> float:
    """Return which part of the longer words with letters beyond ASCII are Vietnamese syllables; 0 for too few."""
    words = [word for word in _WORD.findall(text) if not word.isascii() and len(word) > 1]
    if len(words) < _FEWEST_WORDS:
        return 0.0
    return sum(is_syllable(word.lower()) for word in words) / len(words)
