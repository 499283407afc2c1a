"""Who asks for a make-good, and who plans it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.recurrence import zone_named
from scheduler.canonical import clean_text, format_instant
from scheduler.db.planning import Airing
from scheduler.db.reports import Settlement
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Deed, require, require_station
from scheduler.services import audit, stations
from scheduler.services.clashes import lock_stations
from scheduler.services.local_days import local_day
from scheduler.services.make_goods.cases import make_good_links, open_airings
from scheduler.services.make_goods.requests import DISMISSED, REQUESTED, standing_dismissals
from scheduler.services.make_goods.search import Found, Search, given_away
from scheduler.services.make_goods.views import MakeGoodRules
from scheduler.services.places import Places
from scheduler.services.plan_ahead import airing_items
from scheduler.services.session_contents import AskedItem
from scheduler.services.timetable.turns import take_turn

LONGEST = 500
SHORTEST_REASON = 3
MOST_AT_ONCE = 200
SHORTEST_LEAD = timedelta(minutes=2)
"""A time that a page proposed may be taken until so shortly before it."""

PREFIX = "Phát bù "


@dataclass(frozen=True, slots=True)
class Chosen:
    """The session to be made good, and the time that the page proposed for it."""

    airing_id: str
    starts_at: datetime


def request_make_good(
    session: Session, actor: Actor, *, airing_id: str, text: str, rules: MakeGoodRules, now: datetime
) -> int:
    """Record that somebody asks for a make-good (``text`` may be empty); return the ledger number.

    Raises :class:`~scheduler.errors.NotFound`, :class:`~scheduler.errors.NotAllowed`,
    :class:`~scheduler.errors.InvalidInput` and, for a session that isn't to be made good,
    :class:`~scheduler.errors.Conflict`.
    """
    row, _ = _open(session, airing_id, rules, now)
    above = stations.unit_codes_above(session, row.station_id, local_day(now, rules.zone))
    require_station(actor, Deed.REQUEST_MAKE_GOOD, row.station_id, above)
    said = clean_text(text).strip()
    if len(said) > LONGEST or "\0" in said:
        raise InvalidInput(what=f"Lời đề nghị dài nhất {LONGEST} ký tự")
    return _said(session, actor, REQUESTED, row, text=said, now=now)


def dismiss_make_good(
    session: Session, actor: Actor, *, airing_id: str, reason: str, rules: MakeGoodRules, now: datetime
) -> int:
    """Record that an approver wants no make-good of a session, and why; return the ledger number.

    It leaves the proposals until somebody asks for it again. Raises as :func:`request_make_good` does.
    """
    require(actor, Deed.PUBLISH_SLOT)
    row, _ = _open(session, airing_id, rules, now)
    said = clean_text(reason).strip()
    if not SHORTEST_REASON <= len(said) <= LONGEST or "\0" in said:
        raise InvalidInput(what=f"Hãy ghi lý do không phát bù, từ {SHORTEST_REASON} đến {LONGEST} ký tự")
    if standing_dismissals(session, [row.id]):
        raise Conflict(what=f"Buổi “{row.title}” đã có người quyết định không phát bù. Hãy tải lại trang")
    return _said(session, actor, DISMISSED, row, text=said, now=now)


def _said(session: Session, actor: Actor, deed: str, row: Airing, *, text: str, now: datetime) -> int:
    return audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind="airing",
        subject_id=row.id,
        at=now,
        facts={"title": row.title, "station": row.station_id, "text": text},
    )


def may_request(session: Session, actor: Actor, *, station_id: str, rules: MakeGoodRules, now: datetime) -> bool:
    """Tell whether somebody may ask for make-goods at a station: for pages that show or hide the form."""
    try:
        above = stations.unit_codes_above(session, station_id, local_day(now, rules.zone))
        require_station(actor, Deed.REQUEST_MAKE_GOOD, station_id, above)
    except NotAllowed:
        return False
    return True


def plan_make_goods(
    session: Session, actor: Actor, *, chosen: Sequence[Chosen], rules: MakeGoodRules, now: datetime
) -> list[Airing]:
    """Plan a one-off session for each of ``chosen``, at the time that was proposed for it, with what did not sound.

    All of them or none. Raises :class:`~scheduler.errors.Conflict` naming the first whose time is free no longer or
    that has a make-good already, and :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput`,
    :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PUBLISH_SLOT)
    if not chosen:
        raise InvalidInput(what="Hãy chọn ít nhất một buổi để phát bù")
    if len(chosen) > MOST_AT_ONCE or len({each.airing_id for each in chosen}) != len(chosen):
        raise InvalidInput(what=f"Mỗi lần xếp nhiều nhất {MOST_AT_ONCE} buổi phát bù, mỗi buổi một lần")
    take_turn(session)
    query = select(Airing.station_id).where(Airing.id.in_([each.airing_id for each in chosen])).distinct()
    station_ids = sorted(session.scalars(query))
    lock_stations(session, station_ids)
    rows = [_open(session, each.airing_id, rules, now) for each in chosen]
    # A change that was published a moment ago has no airings yet, and its time is given away all the same.
    taken = given_away(session, station_ids, rules=rules, now=now)
    search = Search(session, [row for row, _ in rows], rules=rules, now=now, taken=taken)
    places = Places(session)
    planned = []
    for each, (row, settlement) in sorted(zip(chosen, rows, strict=True), key=lambda pair: pair[0].starts_at):
        found = search.find(row, settlement, since=max(each.starts_at, now + SHORTEST_LEAD))
        _refuse_another_time(row, found, each, rules)
        planned.append(_planned(session, actor, row, found=found, places=places, rules=rules, now=now))
    return planned


def _open(session: Session, airing_id: str, rules: MakeGoodRules, now: datetime) -> tuple[Airing, Settlement]:
    query = open_airings(now, rules.within).where(Airing.id == airing_id).execution_options(populate_existing=True)
    found = session.execute(query).one_or_none()
    if found is not None:
        return found[0], found[1]
    row = session.get(Airing, airing_id)
    if row is None:
        raise NotFound(what="buổi phát này")
    link = make_good_links(session, [airing_id]).get(airing_id)
    if link is not None and link.made_good_by is not None:
        when = _when(link.made_good_by.starts_at, rules)
        raise Conflict(what=f"Buổi “{row.title}” đã được xếp phát bù lúc {when}. Hãy tải lại trang")
    days = rules.within.days
    raise Conflict(what=f"Buổi “{row.title}” không phải phát bù: đã phát đủ, đã bỏ, hoặc qua hạn {days} ngày")


def _refuse_another_time(row: Airing, found: Found, chosen: Chosen, rules: MakeGoodRules) -> None:
    at = found.case.proposed_at
    if at == chosen.starts_at:
        return
    where = f"Buổi “{row.title}” ở {row.station_name}"
    if at is None:
        raise Conflict(what=f"{where}: không còn giờ trống để phát bù. Hãy tải lại trang rồi xem lý do")
    raise Conflict(
        what=f"{where}: giờ {_when(chosen.starts_at, rules)} không còn trống, giờ trống đầu tiên nay là "
        f"{_when(at, rules)}. Hãy xem lại rồi bấm lần nữa"
    )


def _when(instant: datetime, rules: MakeGoodRules) -> str:
    return f"{instant.astimezone(zone_named(rules.zone)):%H:%M ngày %d/%m/%Y}"


def _planned(
    session: Session,
    actor: Actor,
    row: Airing,
    *,
    found: Found,
    places: Places,
    rules: MakeGoodRules,
    now: datetime,
) -> Airing:
    at = found.case.proposed_at
    if at is None:
        raise NotFound(what="giờ phát bù")
    day = local_day(at, rules.zone)
    place = places.on(row.station_id, day)
    made = Airing(
        id=str(uuid7()),
        make_good_of=row.id,
        station_id=row.station_id,
        title=_title(row.title),
        local_date=day,
        ordinal=0,
        starts_at=at,
        ends_by=at + found.room,
        start_rule=row.start_rule,
        grace_s=row.grace_s,
        gain_cb=_gain_cb(row, at, rules),
        bulletin_class=row.bulletin_class,
        station_name=stations.find(session, row.station_id).name,
        unit_code=place.unit_code,
        unit_name=place.unit_name,
        planned_by=actor.id,
        planned_at=now,
        items=airing_items(AskedItem(*item) for item in found.items),
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        person=actor.id,
        deed="make-good-planned",
        subject_kind="airing",
        subject_id=made.id,
        at=now,
        facts={
            "title": made.title,
            "station": made.station_id,
            "make_good_of": row.id,
            "starts_at": format_instant(made.starts_at),
            "items": len(found.items),
            "left_behind": [[each.title, each.reason] for each in found.case.left_behind],
        },
    )
    return made


def _title(title: str) -> str:
    return f"{PREFIX}{title.removeprefix(PREFIX)}"[:200]


def _gain_cb(row: Airing, at: datetime, rules: MakeGoodRules) -> int:
    """Return the gain of the first session, made softer when only its make-good begins at night."""
    zone, night = zone_named(rules.zone), rules.hours.night
    if night is None or night.holds(row.starts_at.astimezone(zone).time()):
        return row.gain_cb
    return rules.hours.gain_cb(at.astimezone(zone).time(), row.gain_cb)
