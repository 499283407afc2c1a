"""Numbers and symbols of documents (Decree 30/2020/NĐ-CP): 874/QĐ-BTTTT, 24/2018/QH14, 05-CT/TW, 679/STTTT-TTr,BCXB."""

from __future__ import annotations

import re

from tts.reading.codes import letter_names
from tts.reading.glossary import Glossary
from tts.reading.line import Found, Line, words
from tts.reading.numbers import cardinal, plain_integer

_PART = r"[A-ZĐƯ][A-ZĐƯƠÔÂĂÊa-zđ0-9&]{0,15}"
_SYMBOL = re.compile(
    rf"(\d{{1,6}})([A-Za-z]?)(?:[ ]?/[ ]?(\d{{4}}))?[ ]?(?:(/)[ ]?|(-)(?={_PART}/))"
    rf"({_PART}(?:(?:[ ]?[-–/][ ]?|[.,;+]){_PART}){{0,5}})(?![\w/]|-\w)"
)
_WITHOUT_NUMBER = re.compile(rf"/({_PART}(?:[-/.,]{_PART}){{0,5}})(?![\w/]|-\w)")
_SPLIT = re.compile(r"[ ]?[-–/.,;+][ ]?")
_NATIONAL_ASSEMBLY = re.compile(r"(QH|UBTVQH)(\d{1,2})")
_PARTY_BODIES = {
    "BTG": "ban tuyên giáo", "BTGDV": "ban tuyên giáo và dân vận", "BTC": "ban tổ chức", "BDV": "ban dân vận",
    "BNC": "ban nội chính", "BXDĐ": "ban xây dựng đảng", "UBKT": "ủy ban kiểm tra", "VP": "văn phòng",
    "BTV": "ban thường vụ", "BCH": "ban chấp hành", "BCĐ": "ban chỉ đạo", "TT": "thường trực",
}  # fmt: skip
_PARTY = re.compile(rf"({'|'.join(sorted(_PARTY_BODIES, key=len, reverse=True))})(TW|TU|HU|ĐU|ThU|HĐND)")
_DATE = r"(?:ký[ ])?ngày[ \u00a0](?:tháng[ ])?[\w/.-]{1,10}(?:[ ]tháng[ ]\d{1,2}[ ]năm[ ]\d{4})?"
_OWNER_FOLLOWS = re.compile(rf"[ \u00a0]?,?[ \u00a0]?(?:\(?{_DATE}\)?[ \u00a0]?,?[ \u00a0]?)?của(?!\w)")
_KINDS = words("luật lệnh nghị quyết định thị tư trình kế hoạch báo cáo công văn hướng dẫn bản thông chương kết luận")


def assembly(part: str) -> str | None:
    """Say the body in the symbol of a law, QH14 as "quốc hội khóa mười bốn"; None for any other part."""
    found = _NATIONAL_ASSEMBLY.fullmatch(part)
    if found is None:
        return None
    body = "quốc hội" if found[1] == "QH" else "ủy ban thường vụ quốc hội"
    return f"{body} khóa {cardinal(int(found[2]))}"


def issuer(part: str, glossary: Glossary) -> str | None:
    """Expand the issuer in a symbol: a known one, a body of a party committee, or B, S, P before a field (BTTTT)."""
    part = part.replace("&", "")
    known = glossary.issuers.get(part) or assembly(part)
    if known:
        return known
    party = _PARTY.fullmatch(part)
    if party is not None:
        return f"{_PARTY_BODIES[party[1]]} {glossary.issuers[party[2]]}"
    body = {"B": "bộ", "S": "sở", "P": "phòng"}.get(part[0])
    subject = glossary.fields.get(part[1:])
    return f"{body} {subject}" if body and subject else None


def _issuers(parts: list[str], kind: str, glossary: Glossary) -> str | None:
    """Expand the issuers after the type; joint circulars and resolutions name several, other parts are the drafters."""
    first = issuer(parts[0], glossary) or (glossary.sure(parts[0]) if kind and len(parts[0]) > 2 else None)
    if first is None:
        return None
    if not kind.endswith("LT"):
        return first
    others = [issuer(part, glossary) for part in parts[1:]]
    said = [first, *(other for other in others if other)]
    return None if None in others else " và ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def document_symbol(line: Line, index: int, glossary: Glossary) -> Found | None:
    """Read a document's number and symbol; one with an unknown issuer is left unless "của …" names the issuer."""
    found = _SYMBOL.match(line.text, line.starts[index])
    if found is None or line.glued_before(index) == ":":
        return None
    parts = _SPLIT.split(found[6])
    kind = parts[0] if parts[0] in glossary.types else ""
    rest = parts[1:] if kind else parts
    if not kind and not rest:
        return None
    if not kind and found[5]:
        return None
    owner_follows = _OWNER_FOLLOWS.match(line.text, found.end()) is not None
    said_issuer = _issuers(rest, kind, glossary) if rest else None
    if not kind and issuer(parts[0], glossary) is None:
        return None if " " in found[0] else _left(found)
    if rest and said_issuer is None and not owner_follows:
        return _left(found)
    lead = _lead(line, index, glossary.types[kind] if kind else _unnamed_kind(parts[0]), glossary)
    number = _number(found[1], found[2])
    year = f" năm {cardinal(int(found[3]))}" if found[3] else ""
    owner = f" của {said_issuer}" if said_issuer and not owner_follows else ""
    return Found(found.end(), f"{lead}{number}{year}{owner}")


def _left(found: re.Match[str]) -> Found:
    return Found(found.end(), reason="chưa biết cơ quan ban hành trong ký hiệu văn bản")


def _number(digits: str, letter: str) -> str:
    said = plain_integer(digits.lstrip("0") or "0")
    return f"{said} {letter_names(letter)}" if letter else said


def _unnamed_kind(part: str) -> str:
    return "" if _NATIONAL_ASSEMBLY.fullmatch(part) else "công văn"


def _lead(line: Line, index: int, kind: str, glossary: Glossary) -> str:
    """Say the document's type where the words before do not: "tờ trình số 109 …"."""
    if line.before(index) == ":":
        index = line.place_before(index)
    before = line.words_before(index, 4)
    if not kind or before[:1] == ["số"] or line.before(index) in glossary.types:
        return ""
    named = not _KINDS.isdisjoint(before) or kind.rsplit(maxsplit=1)[-1] in before
    return "" if named else f"{kind} số "


def symbol_without_number(line: Line, index: int) -> Found | None:
    """Leave "/UBND-VHTT", whose number has not been filled in."""
    found = _WITHOUT_NUMBER.match(line.text, line.starts[index])
    if found is None or line.glued_before(index).isalnum():
        return None
    return Found(found.end(), reason="ký hiệu văn bản thiếu số")
