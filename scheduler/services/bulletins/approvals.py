"""The approver's deeds: approve, return, withdraw; and what ends an approval by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Approval, ApprovalEnd, Bulletin, Listening, Recording, RenderRequest, Revision
from scheduler.rules.approval import (
    Approvable,
    NotHeard,
    NotReady,
    Stale,
    State,
    Track,
    check_confirmed,
    check_four_eyes,
    check_heard,
    check_validity,
    move,
)
from scheduler.rules.lint.figures import figure_flaws
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.bulletins.deeds import record_deed
from scheduler.services.bulletins.fields import KINDS, check_reason
from scheduler.services.bulletins.lookup import contributors, current_tracks, lock_bulletin, revision_for
from scheduler.services.bulletins.recordings import close_renderings
from scheduler.services.emergencies import release, urgent
from scheduler.services.emergencies.orders import order_value


def approvable(revision: Revision, tracks: Sequence[Recording]) -> Approvable:
    """Return what an approval of a submitted revision with these tracks would bind."""
    return Approvable(
        bulletin=revision.bulletin_id,
        revision=revision.number,
        title=revision.title,
        bulletin_class=revision.bulletin_class,
        valid_from=revision.valid_from,
        valid_to=revision.valid_to,
        directive=revision.directive_id,
        script=revision.script_sha256,
        reading=revision.reading_sha256 or "",
        tracks=tuple(Track(track.track, track.language, track.media_sha256) for track in tracks),
        emergency=order_value(release.check_order(revision)) if release.is_emergency(revision) else None,
    )


def check_may_approve(
    session: Session, actor: Actor, *, revision: Revision, tracks: Sequence[Recording], heard_needed_permille: int
) -> int:
    """Return the least share heard when ``actor`` may approve ``revision`` now.

    Raises :class:`~scheduler.errors.NotAllowed`, then :class:`~scheduler.rules.approval.WrongState`, ``FourEyes``,
    ``NotReady`` and ``NotHeard`` (of :mod:`scheduler.rules.approval`), the first that stands in the way.
    """
    require(actor, Deed.APPROVE)
    move(State(revision.state), "approve")
    check_four_eyes(actor.id, contributors(session, revision.bulletin_id))
    said = {track.track for track in tracks if track.language == revision.language}
    if "main" not in said or ("headline" not in said and _headline_comes(session, revision)):
        raise NotReady
    heard = {
        row.recording_id: row
        for row in session.scalars(
            select(Listening).where(
                Listening.person_id == actor.id, Listening.recording_id.in_([track.id for track in tracks])
            )
        )
    }
    rows = [heard.get(track.id) for track in tracks]
    least = check_heard([row.share_permille if row else 0 for row in rows], heard_needed_permille)
    if not all(row is not None and row.reached_end for row in rows):
        raise NotHeard(heard=least, percent=least // 10)
    return least


def _headline_comes(session: Session, revision: Revision) -> bool:
    """Whether a machine is about to say the headline: approving before it did would lose it. One that failed, may."""
    if session.get_one(Bulletin, revision.bulletin_id).kind not in KINDS:
        return False
    waiting = select(RenderRequest.id).where(
        RenderRequest.revision_id == revision.id, RenderRequest.done_at.is_(None), RenderRequest.failure.is_(None)
    )
    return session.scalars(waiting.limit(1)).first() is not None


def approve(
    session: Session,
    actor: Actor,
    *,
    bulletin_id: str,
    shown: str,
    heard_needed_permille: int,
    confirmed: bool = False,
    release_confirmed: release.Confirmed | None = None,
    zone: str,
    today: date,
    now: datetime,
) -> Approval:
    """Approve the submitted revision: it stands, and the approval before it stands no more.

    ``shown`` is the digest of all that the approver's page showed; ``confirmed`` says that the approver looked up the
    figures that :func:`figures_to_confirm` names; ``today`` is the local day in ``zone``. An emergency is released at
    once, by this very approval; ``release_confirmed`` is at which stations its approver means it to sound. Raises
    what :func:`check_may_approve` raises, and ``Stale`` when anything differs from ``shown``, ``PastValidity`` when its
    last day has passed, and ``Unconfirmed`` (all of :mod:`scheduler.rules.approval`); of an emergency what
    :func:`~scheduler.services.emergencies.release.check_release` raises.
    """
    require(actor, Deed.APPROVE)
    lock_bulletin(session, bulletin_id)
    revision = revision_for(session, bulletin_id, State.SUBMITTED)
    tracks = current_tracks(session, revision.id)
    heard = check_may_approve(
        session, actor, revision=revision, tracks=tracks, heard_needed_permille=heard_needed_permille
    )
    bound = approvable(revision, tracks)
    if shown != bound.shown():
        raise Stale
    check_validity(revision.valid_to, today)
    figures = figures_to_confirm(revision.title, revision.script)
    check_confirmed(figures, confirmed=confirmed)
    if release.is_emergency(revision):
        release.check_release(session, revision, tracks, confirmed=release_confirmed, zone=zone, now=now)
    _supersede(session, actor, revision, now)
    document, digest = bound.document(actor.id, now)
    approval = Approval(
        digest=digest,
        bulletin_id=bulletin_id,
        revision_id=revision.id,
        approver_id=actor.id,
        approved_at=now,
        heard_permille=heard,
        document=document,
    )
    session.add(approval)
    session.flush()  # while the revision is submitted still: the database takes no other
    revision.state = move(State(revision.state), "approve").value
    session.flush()
    close_renderings(session, revision, now)
    audit.append(session, kind="approval", body=json.loads(document), at=now)
    told = {"confirmed": list(figures)} if figures else {}
    record_deed(session, actor.id, "revision-approved", revision, now, approval=digest, heard_permille=heard, **told)
    if release.is_emergency(revision):
        release.release(session, approval, revision, tracks, zone=zone, now=now)
    return approval


def figures_to_confirm(title: str, script: str) -> tuple[str, ...]:
    """Return the fines, other penalties and account numbers that a bulletin says: an approver must look them up."""
    return tuple(text[flaw.start : flaw.end] for text in (title, script) for flaw in figure_flaws(text))


def return_(session: Session, actor: Actor, *, bulletin_id: str, reason: str, now: datetime) -> Revision:
    """Return the submitted revision to its writer; raises :class:`~scheduler.rules.approval.WrongState`."""
    require(actor, Deed.APPROVE)
    told = check_reason(reason)
    lock_bulletin(session, bulletin_id)
    revision = revision_for(session, bulletin_id, State.SUBMITTED)
    revision.state = move(State(revision.state), "return").value
    revision.returned_by, revision.returned_at, revision.return_reason = actor.id, now, told
    session.flush()
    close_renderings(session, revision, now)
    record_deed(session, actor.id, "revision-returned", revision, now, reason=told)
    return revision


def withdraw(session: Session, actor: Actor, *, bulletin_id: str, reason: str, now: datetime) -> ApprovalEnd:
    """End the standing approval: nothing of it is signed any more, and what plays under it fades out.

    The stations that may have it in their plans are told before all others.
    Raises :class:`~scheduler.rules.approval.WrongState` when none stands.
    """
    require(actor, Deed.WITHDRAW)
    told = check_reason(reason)
    lock_bulletin(session, bulletin_id)
    revision = revision_for(session, bulletin_id, State.APPROVED)
    end = _end(session, revision, deed="withdraw", person_id=actor.id, reason=told, now=now)
    urgent.ask_where_planned(session, bulletin_id=bulletin_id, cause="withdrawal", now=now)
    return end


def expire(session: Session, *, today: date, now: datetime) -> int:
    """End each approval whose last local day lies before ``today``; return how many were ended."""
    due = session.scalars(
        select(Revision.bulletin_id)
        .where(Revision.state == State.APPROVED.value, Revision.valid_to < today)
        .order_by(Revision.bulletin_id)
    ).all()
    ended = 0
    for bulletin_id in due:
        lock_bulletin(session, bulletin_id)
        revision = revision_for(session, bulletin_id, State.APPROVED)
        past = revision.valid_to is not None and revision.valid_to < today
        if revision.state == State.APPROVED.value and past:  # else somebody ended it while we waited for the lock
            _end(session, revision, deed="expire", person_id=None, reason=None, now=now)
            ended += 1
    return ended


def _supersede(session: Session, actor: Actor, newer: Revision, now: datetime) -> None:
    older = revision_for(session, newer.bulletin_id, State.APPROVED)
    if older.state == State.APPROVED.value:
        reason = f"Đã duyệt lần sửa {newer.number}."
        _end(session, older, deed="supersede", person_id=actor.id, reason=reason, now=now)


def _end(
    session: Session, revision: Revision, *, deed: str, person_id: str | None, reason: str | None, now: datetime
) -> ApprovalEnd:
    target = move(State(revision.state), deed)
    approval = session.scalars(select(Approval).where(Approval.revision_id == revision.id)).one()
    digest = approval.digest
    end = ApprovalEnd(digest=digest, kind=target.value, at=now, person_id=person_id, reason=reason)
    session.add(end)
    revision.state = target.value
    session.flush()
    record_deed(session, person_id, f"revision-{target.value}", revision, now, approval=digest, reason=reason)
    if release.is_emergency(revision):
        stations = release.call_off(session, approval, kind=target.value, reason=reason, now=now)
        urgent.ask(session, station_ids=stations, bulletin_id=revision.bulletin_id, cause="withdrawal", now=now)
    return end
