"""What sounds in a session: the items that it asks for, in order, before approvals are looked at.

A programme's own items are fixed; what stands in its places is chosen by rotation from the campaigns that run, and says
why. What the plan can't tell as often as a campaign asks is kept as an unmet goal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from playlists.campaigns import Campaign
from playlists.filling import Held
from playlists.rotation import Unmet
from playlists.slots import Occurrence
from scheduler.db.campaigns import GoalUnmet
from scheduler.services.campaigns.by_hand import ByHand
from scheduler.services.campaigns.filling import Filling
from scheduler.services.campaigns.reasons import reason_text
from scheduler.services.local_days import local_day

_USUAL_DAYS = timedelta(days=6)
_AT_ONCE = 500
_COLUMNS = tuple(GoalUnmet.__table__.columns)
"""In the order of :func:`_row`."""


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item that a session asks for.

    ``why`` says why a rotation chose it (:mod:`scheduler.services.campaigns.reasons`, the campaign in it), null for one
    that its programme fixes.
    """

    kind: str
    bulletin_id: str
    language: str
    why: str | None = None
    campaign_id: str | None = field(default=None, compare=False)


class Contents:
    """The contents of sessions as they are to be at ``now``, from today to the local day ``last``.

    ``zone`` parts the days; an approval counts for a session when it was made ``cutoff`` before its start.
    """

    def __init__(
        self,
        session: Session,
        *,
        zone: str,
        now: datetime,
        last: date | None = None,
        cutoff: timedelta = timedelta(0),
    ) -> None:
        self._session = session
        today = local_day(now, zone)
        days = (today, last if last is not None else today + _USUAL_DAYS)
        self._filling = Filling(session, zone=zone, cutoff=cutoff, now=now, days=days)
        self._unmet: dict[str, Sequence[Unmet]] = {}

    def marks(self) -> Mapping[str, object]:
        """Return, by programme id, what its sessions hold follows from, beside the campaigns at the station."""
        return {str(identity): mark for identity, mark in self._filling.marks().items()}

    def campaigns_at(self) -> Mapping[UUID, tuple[Campaign, ...]]:
        """Return, by station, the campaigns that mean it, each cut to the days on which it does."""
        return self._filling.campaigns_at()

    def by_hand(self) -> Mapping[UUID, tuple[ByHand, ...]]:
        """Return, by station, the sessions outside of slots that are still to start."""
        return self._filling.by_hand()

    def of(self, station_id: str, sessions: Sequence[Occurrence]) -> dict[str, tuple[AskedItem, ...]]:
        """Return, by airing id, what the sessions of one station ask for, those outside of slots too.

        ``sessions`` are those of slots, by start.
        """
        filled = self._filling.station(UUID(station_id), sessions)
        self._unmet[station_id] = filled.unmet
        return {str(identity): tuple(map(_asked, held)) for identity, held in filled.items.items()}

    def keep_unmet(self, station_ids: Iterable[str]) -> None:
        """Write down which goals of these stations the plan doesn't meet, in place of what stood for these days.

        A station that :meth:`of` was not asked about has no session. What stands already is left untouched.
        """
        campaigns = self._filling.campaigns_at()
        looked_at = sorted(station_ids)
        for station_id in looked_at:
            if station_id not in self._unmet and UUID(station_id) in campaigns:
                self.of(station_id, ())
        per_day = {each.id: each.per_day for each in self._filling.campaigns}
        for first in range(0, len(looked_at), _AT_ONCE):
            part = looked_at[first : first + _AT_ONCE]
            wanted = [
                _row(station_id, campaign_id, each, missing)
                for station_id in part
                for each in self._unmet.get(station_id, ())
                for campaign_id, missing in each.shares(per_day).items()
            ]
            self._replace(part, wanted)

    def _replace(self, station_ids: Sequence[str], wanted: Sequence[dict[str, object]]) -> None:
        held = GoalUnmet.station_id.in_(station_ids), GoalUnmet.local_date.between(*self._filling.days)
        known = {tuple(row) for row in self._session.execute(select(*_COLUMNS).where(*held))}
        if known == {tuple(row.values()) for row in wanted}:
            return
        self._session.execute(delete(GoalUnmet).where(*held))
        if wanted:
            self._session.execute(insert(GoalUnmet), wanted)


def _asked(held: Held) -> AskedItem:
    item, pick = held.item, held.pick
    return AskedItem(
        kind=item.kind.value,
        bulletin_id=str(item.bulletin_id),
        language=item.language,
        why=reason_text(pick) if pick is not None else None,
        campaign_id=str(pick.campaigns[0]) if pick is not None and pick.campaigns else None,
    )


def _row(station_id: str, campaign_id: UUID, unmet: Unmet, missing: int) -> dict[str, object]:
    return {
        "station_id": station_id,
        "local_date": unmet.date,
        "campaign_id": str(campaign_id),
        "bulletin_id": str(unmet.item.bulletin_id),
        "language": unmet.item.language,
        "missing": missing,
        "why_not": unmet.why_not.value,
        "omission": unmet.omission.value if unmet.omission is not None else None,
    }
