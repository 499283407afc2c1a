"""Why a rotation chose something, why a goal isn't met, and what to do about it: words for codes, pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from jinja2 import Environment

from scheduler.services.campaigns.forecast import Forecast
from scheduler.services.campaigns.reasons import reason_from
from web.reasons import LEFT_OUT

CHOSEN: Mapping[str, str] = {
    "last-chance": "chọn vì hôm đó còn {due} lần mà chỉ còn {left} buổi",
    "priority": "chọn trước vì ưu tiên; hôm đó còn {due} lần, còn {left} buổi",
    "its-turn": "chọn vì đến lượt; hôm đó còn {due} lần, còn {left} buổi",
}
UNMET: Mapping[str, tuple[str, str]] = {
    "no-session": (
        "không có buổi phát nào có chỗ xoay vòng",
        "thêm khung giờ dùng chương trình mẫu có chỗ xoay vòng",
    ),
    "too-few-sessions": ("trong ngày không đủ buổi phát", "thêm buổi phát hoặc giảm số lần mỗi ngày"),
    "too-long": (
        "dài hơn chỗ xoay vòng của mọi buổi trong ngày",
        "kéo dài buổi phát, hoặc viết bản tin ngắn hơn",
    ),
    "passed": (
        "có buổi trong ngày đã phát trước khi đợt được xếp",
        "thêm một buổi riêng trong ngày, hoặc cho đợt bắt đầu từ hôm sau",
    ),
    "no-room": ("các buổi trong ngày đã hết chỗ", "kéo dài buổi phát, thêm buổi hoặc bớt bản tin"),
}
NOT_TOLD: Mapping[str, str] = {
    **LEFT_OUT,
    "not-approved": "bản tin chưa được duyệt",
    "wrong-language": "bản tin chưa có bản đọc bằng tiếng này",
}
"""Why there is nothing to choose: before an airing asks for it, where a goal names a language of the station's own."""
NOTHING_TO_AIR: Mapping[str, str] = {
    "not-approved": "nhờ người duyệt duyệt bản tin",
    "withdrawn": "mở lần sửa mới và gửi duyệt",
    "expired": "mở lần sửa mới với ngày hiệu lực dài hơn",
    "not-yet-valid": "cho đợt bắt đầu muộn hơn, hoặc sửa ngày hiệu lực của bản tin",
    "no-media": "đợi máy đọc xong, hoặc thu giọng người đọc",
    "wrong-language": "thu bản đọc bằng tiếng đó, hoặc bỏ tiếng đó khỏi đợt",
}


def chosen_words(why: str | None) -> str:
    """Return why a rotation chose what a row keeps the reason of; nothing for what its programme fixes."""
    reason = reason_from(why)
    if reason is None:
        return ""
    return CHOSEN[reason.why.value].format(due=reason.due, left=reason.sessions_left)


def unmet_words(why_not: str, omission: str | None) -> str:
    """Return why a goal isn't met."""
    if omission is not None:
        return NOT_TOLD.get(omission, omission)
    return UNMET[why_not][0]


def remedy_words(why_not: str, omission: str | None) -> str:
    """Return what to do about a goal that isn't met."""
    if omission is not None:
        return NOTHING_TO_AIR.get(omission, "xem lại bản tin")
    return UNMET[why_not][1]


class Goal(Protocol):
    """What lines of unmet goals are made of."""

    @property
    def date(self) -> date:
        """The local day."""

    @property
    def bulletin_id(self) -> str:
        """The bulletin."""

    @property
    def language(self) -> str:
        """The language that it is to be heard in."""

    @property
    def missing(self) -> int:
        """How often it isn't told."""

    @property
    def why_not(self) -> str:
        """Why: a code of the rotation."""

    @property
    def omission(self) -> str | None:
        """Why there was nothing to air: a code of the plan's omissions."""


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """Unmet goals of one bulletin for one reason: ``missing`` airings at ``stations`` stations on ``days`` days."""

    bulletin_id: str
    language: str
    why: str
    remedy: str
    missing: int
    stations: int
    days: int


def unmet_lines(goals: Iterable[tuple[str, Goal]]) -> list[UnmetLine]:
    """Return unmet goals, each with its station's id, by bulletin, language and reason, the most missing first."""
    grouped: dict[tuple[str, str, str, str | None], list[tuple[str, Goal]]] = {}
    for station_id, goal in goals:
        key = goal.bulletin_id, goal.language, goal.why_not, goal.omission
        grouped.setdefault(key, []).append((station_id, goal))
    lines = [
        UnmetLine(
            bulletin_id=bulletin_id,
            language=language,
            why=unmet_words(why_not, omission),
            remedy=remedy_words(why_not, omission),
            missing=sum(goal.missing for _, goal in found),
            stations=len({station_id for station_id, _ in found}),
            days=len({goal.date for _, goal in found}),
        )
        for (bulletin_id, language, why_not, omission), found in grouped.items()
    ]
    return sorted(lines, key=lambda line: (-line.missing, line.bulletin_id, line.language))


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """How often a bulletin sounds in one language; ``per_day`` is the mean of a day at a station that it is for."""

    bulletin_id: str
    language: str
    airings: int
    per_day: float


def by_bulletin(forecast: Forecast) -> list[BulletinLine]:
    """Return what each bulletin of a campaign gets over all days and stations, in the order of the campaign."""
    days = (forecast.last - forecast.first).days + 1
    found: dict[tuple[str, str], list[int]] = {}
    for station in forecast.stations:
        for told, count in station.airings.items():
            found.setdefault(told, []).append(count)
    return [
        BulletinLine(bulletin_id, language, sum(counts), sum(counts) / (days * len(counts)))
        for (bulletin_id, language), counts in found.items()
    ]


def install(environment: Environment) -> None:
    """Give a Jinja environment the filter ``chosen``: ``{{ item.why|chosen }}``."""
    environment.filters["chosen"] = chosen_words
