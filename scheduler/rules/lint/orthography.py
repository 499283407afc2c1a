"""Vietnamese writing: equal forms of a word, and which syllables can exist."""

from __future__ import annotations

import re
import unicodedata

_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"), " "
)
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2028")
)
_CLEAN = {**_SPACES, **_INVISIBLE}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED = re.compile(r"(?:c|p|t|ch)$")
_STOPPED_TONES = "\u0301\u0323"

_ONSETS = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_RIME = re.compile(
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|e|ec|em|en|"
    "eng|eo|ep|et|ê|êch|êm|ên|êng|ênh|êp|êt|êu|i|ia|ich|im|in|inh|ip|it|iu|iêc|iêm|iên|iêng|iêp|iêt|iêu|"
    "o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|oăt|oc|oe|oen|oeo|oet|oi|om|on|"
    "ong|ooc|oong|op|ot|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|ơt|u|ua|uân|uâng|uât|uây|uc|uê|uêch|uên|"
    "uênh|ui|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|up|ut|uơ|uy|uya|uych|uyên|uyêt|uyn|uynh|uyp|uyt|uyu|ư|ưa|"
    "ưc|ưi|ưm|ưn|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ưt|ưu|y|ych|ynh|yt|yêm|yên|yêng|yêt|yêu"
)
_SYLLABLE = re.compile(rf"({_ONSETS})?({_RIME.pattern})")


def tidy(text: str) -> str:
    """``text`` in NFC with plain spaces, without invisible and control characters; tabs and line ends stay."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text).translate(_CLEAN))


def squeeze(text: str) -> str:
    """``text`` with each run of white space as one space."""
    return " ".join(text.split())


def bare(text: str) -> str:
    """``text`` without case and without any mark (đ is d): for finding fixed phrases however they are marked."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return squeeze("".join(char for char in parts if not unicodedata.combining(char)))


def tone_apart(word: str) -> tuple[str, str]:
    """One syllable in lower case without its tone, and the tone: "hoá" and "hóa" give the same pair."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tone = "".join(char for char in parts if char in _TONES)
    return unicodedata.normalize("NFC", "".join(char for char in parts if char not in _TONES)), tone


def marked_key(text: str) -> tuple[tuple[str, str], ...]:
    """Equal for two spellings that differ only by case or by the place of the tone mark."""
    return tuple(tone_apart(word) for word in text.split())


def is_syllable(word: str) -> bool:
    """Whether ``word`` can be a Vietnamese syllable by its onset, rime and tone (p, t, c, ch take only two tones)."""
    base, tone = tone_apart(word)
    if len(tone) > 1 or len(base) > 7:
        return False
    rimes = [base] if _RIME.fullmatch(base) else []
    found = _SYLLABLE.fullmatch(base)
    if found and not _spells_wrongly(found[1], found[2]):
        rimes.append(found[2])
    if base.startswith("gi") and _RIME.fullmatch(base[1:]):
        rimes.append(base[1:])
    return any(not _STOPPED.search(rime) or (tone != "" and tone in _STOPPED_TONES) for rime in rimes)


def _spells_wrongly(onset: str | None, rime: str) -> bool:
    """ngh, gh and k stand before e, ê, i, y alone; ng, g and c never do."""
    front = rime[0] in "eêiy"
    return (onset in {"ngh", "gh", "k"} and not front) or (onset in {"ng", "g", "c"} and front)


def is_upper(text: str) -> bool:
    """Whether ``text`` is written in capitals (at least two letters, none small)."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 2 and not any(char.islower() for char in letters)
