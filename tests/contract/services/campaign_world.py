"""A world with a template programme, sessions at dawn and in the evening, and campaigns for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from airing_world import ZONE, World
from sqlalchemy import select

from playlists.hours import Hours
from playlists.scopes import Scope
from scheduler.db.campaigns import Campaign
from scheduler.db.planning import Airing, Programme
from scheduler.db.units import Station
from scheduler.rules.permissions import Actor
from scheduler.services import planning
from scheduler.services.campaigns import deeds
from scheduler.services.campaigns.forecast import Forecast, forecast
from scheduler.services.campaigns.values import campaign_values
from scheduler.services.local_days import local_day
from scheduler.services.programmes import PlaceEntry

TODAY = date(2024, 5, 8)
TOMORROW = date(2024, 5, 9)
WEEK = TODAY + timedelta(days=6)
BUNG_LAO = ("03301", date(2006, 11, 14))
XUAN_LAO = ("03302", date(2006, 11, 14))


class Rotating(World):
    """What the tests of campaigns do, with their usual arguments."""

    def template(self, *items: tuple[str, str], title: str = "Chương trình mẫu", **place: Any) -> Programme:
        """A jingle, the places for headlines and rotation, and these items after them."""
        jingle = self.bulletin(f"Nhạc hiệu {title}", kind="jingle", duration_ms=20_000, language="zxx")
        parts = [
            ("jingle", jingle, "zxx"),
            PlaceEntry("headlines"),
            PlaceEntry("rotation", **place),
            *((kind, bulletin_id, "vi") for kind, bulletin_id in items),
        ]
        return planning.make_programme(self.session, self.editor, title=title, items=parts, now=self.now)

    def twice_daily(self, *stations: Station, **place: Any) -> Programme:
        """Sessions at 05:30 and 17:00 of the stations, filled by rotation."""
        template = self.template(**place)
        self.published(list(stations), template, starts=time(5, 30), title="Buổi sáng")
        self.published(list(stations), template, starts=time(17), title="Buổi chiều")
        return template

    def asked(self, *bulletin_ids: str, **facts: Any) -> deeds.Asked:
        told = {
            "title": "Ứng xử trên mạng",
            "bulletin_ids": bulletin_ids,
            "scope": Scope(everyone=True),
            "first": TODAY,
            "last": WEEK,
            "per_day": 1,
        }
        return deeds.Asked(**(told | facts))

    def proposed(self, *bulletin_ids: str, **facts: Any) -> Campaign:
        return deeds.propose(
            self.session, self.editor, asked=self.asked(*bulletin_ids, **facts), today=TODAY, now=self.now
        )

    def campaign(self, *bulletin_ids: str, **facts: Any) -> Campaign:
        """A published campaign."""
        row = self.proposed(*bulletin_ids, **facts)
        return self.publish_campaign(row)

    def publish_campaign(self, row: Campaign, *, actor: Actor | None = None) -> Campaign:
        return deeds.publish(
            self.session,
            actor or self.approver,
            campaign_id=row.id,
            today=TODAY,
            now=self.now,
            figures=self.forecast(row).figures(),
        )

    def forecast(self, row: Campaign, **facts: Any) -> Forecast:
        (value,) = campaign_values(self.session, [row])
        told = {"hours": Hours(), "zone": ZONE, "now": self.now} | facts
        return forecast(self.session, value, **told)

    def airings(self, station: Station | None = None) -> list[Airing]:
        query = select(Airing).order_by(Airing.starts_at, Airing.station_id)
        if station is not None:
            query = query.where(Airing.station_id == station.id)
        self.session.expire_all()
        return list(self.session.scalars(query.where(Airing.cancelled_at.is_(None))))

    def told(self, station: Station | None = None) -> Counter[tuple[date, str, str]]:
        """How often each day tells what, by rotation: (day, bulletin id, language)."""
        return Counter(
            (airing.local_date, item.bulletin_id, item.language)
            for airing in self.airings(station)
            for item in airing.items
            if item.why is not None and item.kind != "headline"
        )

    def rows(self) -> list[tuple[object, ...]]:
        """All that planning wrote, to be compared byte by byte."""
        return [
            (
                airing.id,
                airing.starts_at,
                *((item.kind, item.bulletin_id, item.language, item.why, item.campaign_id) for item in airing.items),
            )
            for airing in self.airings()
        ]


def stations_of(*stations: Station) -> Scope:
    return Scope(stations=frozenset(UUID(station.id) for station in stations))


def names(counted: Counter[tuple[date, str, str]], day: date, bulletin_ids: Sequence[str]) -> list[int]:
    """How often ``day`` tells each of the bulletins, in whatever language."""
    return [
        sum(count for (at, told, _), count in counted.items() if (at, told) == (day, each)) for each in bulletin_ids
    ]


def today_of(moment: datetime) -> date:
    return local_day(moment, ZONE)


def eight(world: Rotating, **facts: object) -> list[str]:
    """Eight approved bulletins."""
    return [world.bulletin(f"Bản tin {number}", **facts) for number in range(8)]
