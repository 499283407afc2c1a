"""What a reader asks of the air log, from the address of the page to the filters of the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scheduler.errors import InvalidInput
from scheduler.services.airlog import AirLogFilters
from web.days import shown_day, typed_day_or_none

TWO_WEEKS = timedelta(days=13)
LONGEST = timedelta(days=366)
RESULT_CHOICES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", "Đã đến giờ phát", ("on-air", "aired", "interrupted", "missed", "left-out", "cancelled", "unknown")),
    ("tat-ca", "Tất cả, cả sắp phát", ()),
    ("thieu", "Không phát được, bị ngắt, chưa rõ, để lại", ("missed", "interrupted", "unknown", "left-out")),
    ("da-phat", "Đã phát", ("aired",)),
    ("bi-ngat", "Bị ngắt", ("interrupted",)),
    ("khong-phat-duoc", "Không phát được", ("missed",)),
    ("chua-ro", "Chưa rõ", ("unknown",)),
    ("de-lai", "Để lại", ("left-out",)),
    ("da-bo", "Đã bỏ khỏi lịch", ("cancelled",)),
    ("sap-phat", "Sắp phát", ("planned",)),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters with what was typed; ``wrong`` says by field what could not be read, and then the default stands."""

    filters: AirLogFilters
    first_day: date
    last_day: date
    typed: Mapping[str, str]
    wrong: Mapping[str, str]

    @property
    def address(self) -> dict[str, Any]:
        """The fields that differ from nothing, for links."""
        return {name: value for name, value in self.typed.items() if value}


def asked(told: Mapping[str, str], today: date) -> Asked:
    """Return what the fields ``don-vi``, ``tu``, ``den``, ``ket-qua``, ``van-ban`` and ``tim`` ask for."""
    wrong: dict[str, str] = {}
    last = _day(told.get("den", ""), "Đến ngày", today, "den", wrong)
    first = _day(told.get("tu", ""), "Từ ngày", last - TWO_WEEKS, "tu", wrong)
    if first > last:
        wrong["tu"] = "Từ ngày phải trước hoặc trùng đến ngày"
        first = last - TWO_WEEKS
    elif last - first > LONGEST:
        wrong["tu"] = "Mỗi lần xem nhiều nhất một năm"
        first = last - LONGEST
    result = told.get("ket-qua", "")
    place = told.get("don-vi", "")
    filters = AirLogFilters(
        first_day=first,
        last_day=last,
        unit_code=place or None,
        station_id=told.get("cum-loa") or None,
        results=next((codes for key, _, codes in RESULT_CHOICES if key == result), ()),
        directive_id=told.get("van-ban") or None,
        bulletin_id=told.get("ban-tin") or None,
        search=told.get("tim", "").strip(),
    )
    typed = {
        "don-vi": place,
        "cum-loa": told.get("cum-loa", ""),
        "tu": told.get("tu", "") if "tu" in wrong else shown_day(first),
        "den": told.get("den", "") if "den" in wrong else shown_day(last),
        "ket-qua": result,
        "van-ban": told.get("van-ban", ""),
        "ban-tin": told.get("ban-tin", ""),
        "tim": told.get("tim", "").strip(),
    }
    return Asked(filters, first, last, typed, wrong)


def _day(text: str, label: str, default: date, name: str, wrong: dict[str, str]) -> date:
    try:
        day = typed_day_or_none(text, label)
    except InvalidInput as refusal:
        wrong[name] = str(refusal)
        return default
    if day is not None and not date(1971, 1, 1) <= day <= date(2198, 12, 31):
        wrong[name] = f"{label}: hãy chọn một ngày gần hơn"
        return default
    return default if day is None else day
