"""Units of measure and money after a number: km/h, °C, m², đồng/kg."""

from __future__ import annotations

import re

from tts.reading.line import words
from tts.reading.numbers import cardinal

UNITS = {
    "km": "ki lô mét", "hm": "héc tô mét", "dm": "đề xi mét", "cm": "xăng ti mét", "mm": "mi li mét", "m": "mét",
    "kg": "ki lô gam", "g": "gam", "gr": "gam", "mg": "mi li gam", "tạ": "tạ", "tấn": "tấn", "yến": "yến",
    "µg": "mi crô gam", "μg": "mi crô gam", "ha": "héc ta",
    "l": "lít", "L": "lít", "lít": "lít", "ml": "mi li lít", "cc": "xê xê", "h": "giờ", "s": "giây", "ph": "phút",
    "p": "phút", "W": "oát", "kW": "ki lô oát", "KW": "ki lô oát", "kw": "ki lô oát", "MW": "mê ga oát",
    "kWh": "ki lô oát giờ", "KWh": "ki lô oát giờ", "kwh": "ki lô oát giờ", "kV": "ki lô vôn", "KV": "ki lô vôn",
    "kv": "ki lô vôn", "V": "vôn", "kVA": "ki lô vôn am pe", "KVA": "ki lô vôn am pe", "hPa": "héc tô pát can",
    "Hz": "héc", "MHz": "mê ga héc", "kHz": "ki lô héc", "GHz": "ghi ga héc", "dB": "đề xi ben", "GB": "ghi ga bai",
    "Gb": "ghi ga bít", "MB": "mê ga bai", "Mbps": "mê ga bít một giây", "KB": "ki lô bai", "TB": "tê ra bai",
    "kcal": "ki lô ca lo", "mmHg": "mi li mét thủy ngân", "đ": "đồng", "VNĐ": "đồng", "VND": "đồng", "vnđ": "đồng",
    "vnd": "đồng", "USD": "đô la Mỹ", "EUR": "ơ rô", "đồng": "đồng", "T": "tấn", "tr": "triệu", "tr.đ": "triệu đồng",
    "trđ": "triệu đồng", "k": "nghìn", "K": "nghìn", "°C": "độ xê", "ºC": "độ xê", "oC": "độ xê", "℃": "độ xê",
    "°F": "độ ép", "°": "độ", "º": "độ", "°N": "độ vĩ bắc", "°E": "độ kinh đông",
    "%": "phần trăm", "‰": "phần nghìn", "$": "đô la", "€": "ơ rô", "₫": "đồng",
    "m²": "mét vuông", "km²": "ki lô mét vuông", "cm²": "xăng ti mét vuông", "dm²": "đề xi mét vuông",
    "mm²": "mi li mét vuông", "m³": "mét khối", "cm³": "xăng ti mét khối", "dm³": "đề xi mét khối",
    "km³": "ki lô mét khối", "m2": "mét vuông", "km2": "ki lô mét vuông", "cm2": "xăng ti mét vuông",
    "dm2": "đề xi mét vuông", "mm2": "mi li mét vuông", "m3": "mét khối", "cm3": "xăng ti mét khối",
    "dm3": "đề xi mét khối", "km3": "ki lô mét khối",
}  # fmt: skip
"""Units as written after a number, and how they are said."""

NAMED_ALONE = words("kg km cm mm dm mg ml kWh kwh KWh kW kw kV kVA MW MHz mmHg km² m² m³ cm² VNĐ VND USD")
"""Units that no other word is written like, so that they are read without a number too."""

SCALES = ("nghìn tỷ", "nghìn tỉ", "ngàn tỷ", "triệu tỷ", "nghìn", "ngàn", "triệu", "tỷ", "tỉ", "trăm", "vạn")

PER = {
    **{
        unit: said
        for unit, said in UNITS.items()
        if unit[0].isalpha() and unit not in ("đ", "tr", "k", "K", "p", "ph", "TB", "T")
    },
    **{
        word: word
        for word in words(
            "đồng tháng năm ngày tuần giờ phút giây người hộ lượt ca vụ buổi lần suất mét lít cây con quả cái chiếc bao"
            " tấn tạ sào công đêm phòng xe học đầu khẩu lao kỳ quý bộ tờ trang gói thùng chai sản"
            " lứa chuyến đợt mũi liều vòng"
        )
    },
}
"""What a slash after a quantity may divide by: đồng/kg, lần/ngày, người/km²."""

_NAMES = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
UNIT = re.compile(rf"[ \u00a0]?({_NAMES})(?![\w²³]|/c(?:hí)?(?!\w))")
_ONLY_TOUCHING = words("s p K k T L")
PER_UNIT = re.compile(rf"[ ]?/[ ]?({'|'.join(sorted(map(re.escape, PER), key=len, reverse=True))})(?![\w²³])")


_PER_HOURS = re.compile(r"[ ]?/[ ]?(\d{1,2})[ ]?(?:h|giờ)(?!\w)")


def unit_after(text: str, position: int) -> tuple[int, str] | None:
    """Read a unit, and what it is divided by, at a position just after a number: its end and words."""
    found = UNIT.match(text, position)
    if found is None:
        return None
    spaced = found.start(1) != position
    if spaced and found[1] in _ONLY_TOUCHING:
        return None
    end, per = per_after(text, found.end())
    return end, f"{UNITS[found[1]]}{per}"


def per_after(text: str, position: int) -> tuple[int, str]:
    """Read "/kg" or "/người/năm" after a unit: its end and words, the same position and "" where there is none."""
    said = ""
    for _ in range(3):
        hours = _PER_HOURS.match(text, position)
        if hours is not None:
            return hours.end(), f"{said} trong {cardinal(int(hours[1]))} giờ"
        found = PER_UNIT.match(text, position)
        if found is None:
            break
        position = found.end()
        said += f" một {PER[found[1]]}"
    return position, said
