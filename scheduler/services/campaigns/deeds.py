"""What people do with campaigns: an editor proposes, an approver publishes, refuses or ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.campaigns import Campaign
from playlists.model import BulletinClass, ItemKind
from playlists.scopes import Reach, Scope
from scheduler.canonical import canonical_bytes, clean_text
from scheduler.db import campaigns as tables
from scheduler.db.bulletins import Bulletin, Revision
from scheduler.db.letters import Obligation
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.campaigns.values import State, Step, notices_among, state_of
from scheduler.services.plan_values import refusing
from scheduler.services.programmes import checked_title
from scheduler.services.timetable.contents import scope_value
from scheduler.services.timetable.standing import network

MOST_BULLETINS = 60
FURTHEST = timedelta(days=366)
_TOLD_IN_CAMPAIGNS = frozenset({ItemKind.BULLETIN.value, ItemKind.NOTICE.value})
_CLOSED: Mapping[State, str] = {
    State.RUNNING: "đã được công bố",
    State.REFUSED: "đã bị từ chối",
    State.WITHDRAWN: "đã được rút lại",
    State.ENDED: "đã kết thúc",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a campaign is to be; ``languages`` none: all that a station speaks; days are local, both included."""

    title: str
    bulletin_ids: Sequence[str]
    scope: Scope
    first: date
    last: date
    per_day: int
    languages: frozenset[str] = frozenset()
    priority: bool = False
    obligation_id: int | None = None


def campaign_asked(session: Session, asked: Asked, *, today: date, identity: UUID | None = None) -> Campaign:
    """Return the campaign that is asked for as a value, checked against the database.

    Raises :class:`~scheduler.errors.InvalidInput` and :class:`~scheduler.errors.NotFound`.
    """
    title = checked_title(asked.title, "đợt tuyên truyền")
    if len(asked.bulletin_ids) > MOST_BULLETINS:
        raise InvalidInput(what=f"Một đợt nhận nhiều nhất {MOST_BULLETINS} bản tin. Hãy chia thành nhiều đợt")
    if asked.last < today:
        raise InvalidInput(what="Ngày cuối của đợt đã qua. Hãy chọn ngày cuối từ hôm nay trở đi")
    if asked.first > today + FURTHEST:
        raise InvalidInput(what="Ngày đầu của đợt phải trong vòng một năm kể từ hôm nay")
    _check_bulletins(session, asked.bulletin_ids)
    if asked.obligation_id is not None and session.get(Obligation, asked.obligation_id) is None:
        raise NotFound(what="nhiệm vụ này của văn bản chỉ đạo")
    with refusing():
        value = Campaign(
            id=identity or UUID(str(uuid7())),
            title=title,
            bulletins=tuple(UUID(each) for each in asked.bulletin_ids),
            scope=asked.scope,
            first=asked.first,
            last=asked.last,
            per_day=asked.per_day,
            languages=asked.languages,
            notices=notices_among(session, asked.bulletin_ids),
            priority=asked.priority,
        )
    if not Reach(network(session)).stations(value.scope, max(value.first, today)):
        raise InvalidInput(what="Nơi đã chọn không có cụm loa nào đang hoạt động. Hãy chọn đơn vị hoặc cụm loa khác")
    return value


def _check_bulletins(session: Session, bulletin_ids: Sequence[str]) -> None:
    if not bulletin_ids:
        raise InvalidInput(what="Hãy chọn ít nhất một bản tin cho đợt tuyên truyền")
    kinds = {
        row.id: row.kind
        for row in session.execute(select(Bulletin.id, Bulletin.kind).where(Bulletin.id.in_(bulletin_ids)))
    }
    for each in bulletin_ids:
        if kinds.get(each) not in _TOLD_IN_CAMPAIGNS:
            raise NotFound(what="một bản tin đã chọn. Hãy tải lại trang rồi chọn lại")
    newest = select(Revision.bulletin_id, Revision.title, Revision.bulletin_class)
    revisions = session.execute(newest.where(Revision.bulletin_id.in_(bulletin_ids)).order_by(Revision.number))
    for row in {row.bulletin_id: row for row in revisions}.values():
        if row.bulletin_class == BulletinClass.EMERGENCY.value:
            raise InvalidInput(what=f"“{row.title}” là bản tin khẩn cấp, chỉ phát theo lệnh của nó. Hãy bỏ khỏi đợt")


def propose(
    session: Session, actor: Actor, *, asked: Asked, today: date, now: datetime, change_id: str | None = None
) -> tables.Campaign:
    """Propose a campaign, with the change of the timetable ``change_id`` that carries it when there is one.

    Nothing is planned before another person publishes it. Raises :class:`~scheduler.errors.NotAllowed`,
    :class:`~scheduler.errors.InvalidInput` and :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PROPOSE_CAMPAIGN)
    value = campaign_asked(session, asked, today=today)
    row = tables.Campaign(
        id=str(value.id),
        title=value.title,
        per_day=value.per_day,
        first_day=value.first,
        last_day=value.last,
        scope=canonical_bytes(scope_value(value.scope)).decode(),
        languages=canonical_bytes(sorted(value.languages)).decode(),
        priority=value.priority,
        obligation_id=asked.obligation_id,
        change_id=change_id,
        proposed_by=actor.id,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(
        tables.CampaignBulletin(campaign_id=row.id, ordinal=ordinal, bulletin_id=str(bulletin_id))
        for ordinal, bulletin_id in enumerate(value.bulletins)
    )
    session.flush()
    session.refresh(row)
    _record(session, actor, "campaign-proposed", row, now=now, **_facts(row))
    return row


def _facts(row: tables.Campaign) -> dict[str, object]:
    return {
        "bulletins": [each.bulletin_id for each in row.bulletins],
        "per_day": row.per_day,
        "first": row.first_day.isoformat(),
        "last": row.last_day.isoformat(),
        "scope": row.scope,
        "languages": row.languages,
        "priority": row.priority,
        "obligation": row.obligation_id,
        "change": row.change_id,
    }


def publish(
    session: Session, actor: Actor, *, campaign_id: str, today: date, now: datetime, figures: Mapping[str, int]
) -> tables.Campaign:
    """Publish a proposed campaign: from the next planning on its bulletins are rotated into sessions.

    ``figures`` are what its preview told (airings, goals, unmet, stations); they are kept and audited. Raises
    :class:`~scheduler.errors.NotAllowed` for its own proposer, and :class:`~scheduler.errors.Conflict` when it is not
    open any more or its days are over.
    """
    require(actor, Deed.PUBLISH_CAMPAIGN)
    row = _open(session, campaign_id)
    if row.proposed_by == actor.id:
        raise NotAllowed(what="công bố đợt tuyên truyền do chính mình đề xuất; hãy nhờ người duyệt khác")
    if row.last_day < today:
        raise Conflict(what=f"Đợt “{row.title}” đã qua ngày cuối nên không công bố được nữa. Hãy đề xuất đợt mới")
    _decide(session, actor, row, Step.PUBLISHED, now, figures=figures)
    _record(session, actor, "campaign-published", row, now=now, **figures)
    return row


def refuse(session: Session, actor: Actor, *, campaign_id: str, reason: str, now: datetime) -> tables.Campaign:
    """Refuse a proposed campaign with a reason."""
    require(actor, Deed.PUBLISH_CAMPAIGN)
    said = _reason(reason, "từ chối")
    row = _open(session, campaign_id)
    _decide(session, actor, row, Step.REFUSED, now, reason=said)
    _record(session, actor, "campaign-refused", row, now=now, reason=said)
    return row


def withdraw(session: Session, actor: Actor, *, campaign_id: str, now: datetime) -> tables.Campaign:
    """Take one's own proposal back."""
    require(actor, Deed.PROPOSE_CAMPAIGN)
    row = _open(session, campaign_id)
    if row.proposed_by != actor.id:
        raise NotAllowed(what="rút đề xuất của người khác")
    _decide(session, actor, row, Step.WITHDRAWN, now)
    _record(session, actor, "campaign-withdrawn", row, now=now)
    return row


def end(session: Session, actor: Actor, *, campaign_id: str, reason: str, now: datetime) -> tables.Campaign:
    """End a published campaign: sessions that have not started are filled without it at the next planning."""
    require(actor, Deed.PUBLISH_CAMPAIGN)
    said = _reason(reason, "kết thúc")
    row = find_campaign(session, campaign_id, lock=True)
    if state_of(row) is not State.RUNNING:
        raise Conflict(what=f"Đợt “{row.title}” không đang chạy nên không kết thúc được")
    _decide(session, actor, row, Step.ENDED, now, reason=said)
    _record(session, actor, "campaign-ended", row, now=now, reason=said)
    return row


def find_campaign(session: Session, campaign_id: str, *, lock: bool = False) -> tables.Campaign:
    """Return a campaign, locked for a decision when asked; raises :class:`~scheduler.errors.NotFound`."""
    query = select(tables.Campaign).where(tables.Campaign.id == campaign_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(what="đợt tuyên truyền này")
    return row


def _open(session: Session, campaign_id: str) -> tables.Campaign:
    row = find_campaign(session, campaign_id, lock=True)
    state = state_of(row)
    if state is not State.PROPOSED:
        raise Conflict(what=f"Đợt “{row.title}” {_CLOSED[state]}. Hãy tải lại trang")
    return row


def _reason(text: str, what: str) -> str:
    said = clean_text(text).strip()
    if not 3 <= len(said) <= 500:
        raise InvalidInput(what=f"Hãy ghi lý do {what}, từ 3 đến 500 ký tự")
    return said


def _decide(
    session: Session,
    actor: Actor,
    row: tables.Campaign,
    step: Step,
    now: datetime,
    *,
    reason: str | None = None,
    figures: Mapping[str, int] | None = None,
) -> None:
    row.steps.append(
        tables.CampaignStep(
            campaign_id=row.id,
            step=step.value,
            person_id=actor.id,
            at=now,
            reason=reason,
            figures=canonical_bytes(dict(figures)).decode() if figures is not None else None,
        )
    )
    session.flush()


def _record(session: Session, actor: Actor, deed: str, row: tables.Campaign, *, now: datetime, **facts: object) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind="campaign",
        subject_id=row.id,
        at=now,
        facts={"title": row.title, **facts},
    )
