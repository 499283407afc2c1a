"""How times, numbers and hashes are written for Vietnamese readers: pure functions, handed to Jinja by one of them.

Instants are aware datetimes; the unit's zone and the present come in as arguments. A missing value is a dash, so that
a table never shows ``None``. Sources: Decree 30/2020/NĐ-CP, appendix I (dates in documents: a day under 10 and the
months 1 and 2 take a zero); a decimal comma and a full stop between thousands, as Vietnamese offices write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import partial

from jinja2 import Environment

NOTHING = "–"
MINUS = "−"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
NEAR_DAYS = {-2: "hôm kia", -1: "hôm qua", 0: "hôm nay", 1: "ngày mai", 2: "ngày kia"}

Moment = datetime | date


# --- days and times ---------------------------------------------------------------------------------------------


def local_day(value: Moment, zone: tzinfo) -> date:
    """The calendar day of an instant in the unit's zone; a plain date is its own day."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def full_date(value: Moment | None, zone: tzinfo) -> str:
    """``08/05/2024``, as screens and columns show it."""
    return NOTHING if value is None else f"{local_day(value, zone):%d/%m/%Y}"


def short_date(value: Moment | None, zone: tzinfo) -> str:
    """``08/05``, where the year is plain from the page."""
    return NOTHING if value is None else f"{local_day(value, zone):%d/%m}"


def office_date(value: Moment | None, zone: tzinfo) -> str:
    """``08/5/2024``, as official documents write it: only days under 10 and the months 1 and 2 take a zero."""
    if value is None:
        return NOTHING
    day = local_day(value, zone)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def clock_time(value: datetime | None, zone: tzinfo) -> str:
    """``17:00``."""
    return NOTHING if value is None else f"{value.astimezone(zone):%H:%M}"


def clock_time_s(value: datetime | None, zone: tzinfo) -> str:
    """``17:02:19``, for airings and evidence."""
    return NOTHING if value is None else f"{value.astimezone(zone):%H:%M:%S}"


def date_time(value: datetime | None, zone: tzinfo) -> str:
    """``08/05/2024 08:12``."""
    return NOTHING if value is None else f"{value.astimezone(zone):%d/%m/%Y %H:%M}"


def weekday(value: Moment | None, zone: tzinfo) -> str:
    """``thứ Tư``, as it stands inside a sentence."""
    return NOTHING if value is None else WEEKDAYS[local_day(value, zone).weekday()]


def relative_day(value: Moment | None, zone: tzinfo, now: datetime) -> str:
    """``hôm nay``, ``ngày mai`` …; a day further off is its full date."""
    if value is None:
        return NOTHING
    day = local_day(value, zone)
    return NEAR_DAYS.get((day - local_day(now, zone)).days) or full_date(day, zone)


def clock_day(value: datetime | None, zone: tzinfo, now: datetime) -> str:
    """``17:00 hôm nay``."""
    return NOTHING if value is None else f"{clock_time(value, zone)} {relative_day(value, zone, now)}"


def ago(value: datetime | None, now: datetime) -> str:
    """``vừa xong``, ``5 phút trước``, ``2 giờ trước``, ``3 ngày trước``; an instant ahead of now is just past."""
    if value is None:
        return NOTHING
    minutes = int((now - value) / timedelta(minutes=1))
    if minutes < 1:
        return "vừa xong"
    if minutes < 60:
        return f"{minutes} phút trước"
    if minutes < 24 * 60:
        return f"{minutes // 60} giờ trước"
    return f"{number(minutes // (24 * 60))} ngày trước"


# --- lengths of time --------------------------------------------------------------------------------------------


def _whole_seconds(value: timedelta | float) -> int:
    milliseconds = value / timedelta(milliseconds=1) if isinstance(value, timedelta) else value
    return int((Decimal(str(milliseconds)) / 1000).quantize(Decimal(1), ROUND_HALF_UP))


def duration(value: timedelta | float | None) -> str:
    """``1:12`` or ``1:02:03`` from a timedelta or a count of milliseconds, to the nearest second."""
    if value is None:
        return NOTHING
    seconds = _whole_seconds(value)
    sign, seconds = (MINUS if seconds < 0 else ""), abs(seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{sign}{minutes}:{seconds:02d}"


def duration_words(value: timedelta | float | None) -> str:
    """``18 giây``, ``36 phút``, ``2 giờ 5 phút`` from a timedelta or a count of milliseconds; never negative."""
    if value is None:
        return NOTHING
    seconds = max(0, _whole_seconds(value))
    if seconds < 60:
        return f"{seconds} giây"
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes} phút"
    return f"{number(hours)} giờ {minutes} phút" if minutes else f"{number(hours)} giờ"


# --- numbers ----------------------------------------------------------------------------------------------------


def number(value: float | Decimal | None, places: int = 0, *, signed: bool = False) -> str:
    """``1.134``, ``−16,2`` (one place), ``+0,02`` (two places, signed)."""
    if value is None:
        return NOTHING
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits = f"{abs(rounded):,f}".translate(str.maketrans(",.", ".,"))
    if rounded < 0:
        return MINUS + digits
    return f"+{digits}" if signed and rounded > 0 else digits


def percent(part: float | None, whole: float | None = 1) -> str:
    """``97,7%`` of a whole; only the whole itself is ever ``100%``, and only nothing is ``0%``.

    Rounded down to a tenth, so that one missed airing in ten thousand still shows.
    """
    if part is None or not whole:
        return NOTHING
    share = Decimal(str(part)) * 100 / Decimal(str(whole))
    tenths = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if tenths >= 100 > share:
        tenths = share.quantize(Decimal("0.1"), ROUND_FLOOR)
    if share > 0 and tenths == 0:
        tenths = Decimal("0.1")
    return f"{number(tenths, 0 if tenths == tenths.to_integral_value() else 1)}%"


def file_size(size_bytes: int | None) -> str:
    """``734 kB`` or ``2,4 MB`` (decimal units)."""
    if size_bytes is None:
        return NOTHING
    if size_bytes < 1_000_000:
        return f"{number(Decimal(size_bytes) / 1000)} kB"
    return f"{number(Decimal(size_bytes) / 1_000_000, 1)} MB"


# --- text -------------------------------------------------------------------------------------------------------


def short_hash(value: str | None, groups: int = 2) -> str:
    """``a3f2 91c7 … 0b9c``: the first groups of four hexadecimal digits and the last, without ``sha256:``."""
    if not value:
        return NOTHING
    digits = value.rpartition(":")[2]
    if len(digits) <= 4 * (groups + 1):
        return digits
    return " ".join([*(digits[4 * n : 4 * n + 4] for n in range(groups)), "…", digits[-4:]])


def sentence_case(text: str) -> str:
    """First letter upper, the rest as it is: ``Thứ Tư``, where Jinja's ``capitalize`` would write ``Thứ tư``."""
    return text[:1].upper() + text[1:]


def wave_path(heights: Sequence[int], width: int = 600, height: int = 64) -> str:
    """The ``d`` of an SVG path with one bar for each of ``heights`` (0 to 1000), in a box of ``width`` × ``height``."""
    if not heights:
        return ""
    step = width / len(heights)
    bar = step * 0.65
    pieces = []
    for index, level in enumerate(heights):
        tall = max(3.0, min(1000, max(0, level)) * (height - 4) / 1000)
        pieces.append(f"M{index * step:.1f} {(height - tall) / 2:.1f}h{bar:.1f}v{tall:.1f}h-{bar:.1f}z")
    return "".join(pieces)


def install(environment: Environment, *, zone: Callable[[], tzinfo], now: Callable[[], datetime]) -> None:
    """Give a Jinja environment these filters.

    ``zone`` and ``now`` are asked at every use, so a request's unit and instant decide: in a Flask application they
    read ``flask.g``; in a test they are constants.
    """
    in_zone = (full_date, short_date, office_date, clock_time, clock_time_s, date_time, weekday)
    for written in in_zone:
        environment.filters[written.__name__] = partial(_in_zone, written, zone)
    for near in (relative_day, clock_day):
        environment.filters[near.__name__] = partial(_near, near, zone, now)
    environment.filters["ago"] = lambda value: ago(value, now())
    plain = (duration, duration_words, number, percent, file_size, short_hash, sentence_case, wave_path)
    environment.filters.update({function.__name__: function for function in plain})


def _in_zone(write: Callable[..., str], zone: Callable[[], tzinfo], value: Moment | None) -> str:
    return write(value, zone())


def _near(
    write: Callable[..., str], zone: Callable[[], tzinfo], now: Callable[[], datetime], value: Moment | None
) -> str:
    return write(value, zone(), now())
